//! The event that a consumer cannot handle, while it is tried again and again. Pure.

use tokio::time::{Duration, Instant};

use crate::contract::Position;

/// An event that failed. What lies before it is handled first, and then it alone is tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Suspect {
    /// Its place in the log.
    pub position: Position,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub try_at: Instant,
    /// Whether everything before it is handled.
    pub alone: bool,
    /// The act by which tries are counted: the last one that orders to try again.
    ordered: Position,
}

impl Suspect {
    /// An event has failed. Its tries are counted on where it is the one that failed before, and nobody has ordered to try it
    /// again since.
    pub fn met(before: Option<Suspect>, position: Position, ordered: Position) -> Suspect {
        let same = before.filter(|one| one.position == position && one.ordered == ordered);
        Suspect {
            position,
            attempts: same.map_or(0, |one| one.attempts).saturating_add(1),
            try_at: Instant::now(),
            alone: same.is_some_and(|one| one.alone),
            ordered,
        }
    }

    /// The same, tried next after a delay.
    pub fn after(self, delay: Duration) -> Suspect {
        Suspect {
            try_at: Instant::now() + delay,
            ..self
        }
    }

    /// Whether it is to be tried now: its time has come, or an operator wants it.
    pub fn is_ripe(&self, ordered: Position) -> bool {
        ordered != self.ordered || Instant::now() >= self.try_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_counted_for_one_event_and_one_order() {
        let (five, six, order) = (Position(5), Position(6), Position(40));
        let first = Suspect::met(None, five, Position::START);
        let second = Suspect::met(Some(first), five, Position::START);
        assert_eq!((first.attempts, second.attempts), (1, 2));
        assert_eq!(Suspect::met(Some(second), six, Position::START).attempts, 1);
        assert_eq!(Suspect::met(Some(second), five, order).attempts, 1);
        let later = second.after(Duration::from_secs(60));
        assert!(!later.is_ripe(Position::START));
        assert!(later.is_ripe(order));
        assert!(second.after(Duration::ZERO).is_ripe(Position::START));
    }
}
