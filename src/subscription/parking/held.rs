//! What a consumer must not handle now: what is parked, and what comes after it of the same key. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::contract::{EventId, Position, RecordedEvent};

/// The keys that are held up, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The first parked event of each key.
    keys: BTreeMap<String, Position>,
    parked: BTreeSet<Position>,
}

/// Why an event is not handled now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It is parked itself.
    Parked,
    /// An earlier one of its key is.
    Behind,
}

/// An event that waits behind a parked one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: EventId,
    /// What keeps its order.
    pub key: String,
}

impl Held {
    /// Of the parked events, each with its key.
    #[must_use]
    pub fn of(parked: impl IntoIterator<Item = (String, Position)>) -> Held {
        let mut held = Held::default();
        for (key, position) in parked {
            held.parked.insert(position);
            let first = held.keys.entry(key).or_insert(position);
            *first = position.min(*first);
        }
        held
    }

    /// Whether nothing is parked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parked.is_empty()
    }

    /// How many events are parked.
    #[must_use]
    pub fn parked(&self) -> u64 {
        self.parked.len() as u64
    }

    /// Whether an event of a key cannot be handled now.
    #[must_use]
    pub fn holds(&self, key: &str, position: Position) -> Option<Hold> {
        if self.parked.contains(&position) {
            return Some(Hold::Parked);
        }
        let first = self.keys.get(key)?;
        (position > *first).then_some(Hold::Behind)
    }

    /// Whether whoever holds this does not have an event of a stream that is a key: it is parked there, or waits.
    #[must_use]
    pub fn lacks(&self, event: &RecordedEvent) -> bool {
        self.holds(event.stream.as_str(), event.position).is_some()
    }

    /// Parts the events that can be handled from those that wait. A parked one is neither: it is written down already.
    #[must_use]
    pub fn part(
        &self,
        events: Vec<Arc<RecordedEvent>>,
        key_of: impl Fn(&RecordedEvent) -> String,
    ) -> (Vec<Arc<RecordedEvent>>, Vec<Waiting>) {
        if self.is_empty() {
            return (events, Vec::new());
        }
        let (mut free, mut waiting) = (Vec::new(), Vec::new());
        for event in events {
            let key = key_of(&event);
            match self.holds(&key, event.position) {
                None => free.push(event),
                Some(Hold::Parked) => {}
                Some(Hold::Behind) => waiting.push(Waiting {
                    position: event.position,
                    event_id: event.id,
                    key,
                }),
            }
        }
        (free, waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_events_of_a_parked_key_wait_and_no_others() {
        let held = Held::of([
            ("a".to_owned(), Position(7)),
            ("a".to_owned(), Position(5)),
            ("b".to_owned(), Position(9)),
        ]);
        assert_eq!(held.parked(), 3);
        for (key, position, expected) in [
            ("a", 4, None),
            ("a", 5, Some(Hold::Parked)),
            ("a", 6, Some(Hold::Behind)),
            ("a", 7, Some(Hold::Parked)),
            ("a", 8, Some(Hold::Behind)),
            ("b", 8, None),
            ("b", 10, Some(Hold::Behind)),
            ("c", 10, None),
        ] {
            assert_eq!(
                held.holds(key, Position(position)),
                expected,
                "{key} {position}"
            );
        }
    }

    #[test]
    fn where_nothing_is_parked_nothing_waits() {
        assert!(Held::default().is_empty());
        assert_eq!(Held::default().holds("a", Position(1)), None);
    }
}
