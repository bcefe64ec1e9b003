//! What the page watches, and how far each watch has come. Pure bookkeeping: what to send and what to let in.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::contract::{ClientFrame, Delta, Head, Position, Timestamp, Topic, WatchId};

/// What a watch is told.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page shows the topic as of here once it has applied the frame.
    pub position: Position,
    /// The high-water mark.
    pub head: Head,
    /// When the server sent it, by its clock.
    pub sent_at: Timestamp,
    /// When the page received it, mapped to the server's clock.
    pub received_at: Timestamp,
    /// What has changed.
    pub delta: Delta,
}

/// Called with each frame, in order.
pub type OnFrame = Rc<dyn Fn(Frame)>;
/// Called when the page is too far behind to be told change by change; fetches the topic anew.
pub type OnReset = Rc<dyn Fn(Position)>;

struct Watch {
    topic: Topic,
    seen: Position,
    on_frame: OnFrame,
    on_reset: Option<OnReset>,
}

/// The watches of a page, by number.
#[derive(Default)]
pub struct Watches {
    last_id: WatchId,
    watches: BTreeMap<WatchId, Watch>,
}

impl Watches {
    /// Adds a watch; answers its number.
    pub fn add(&mut self, topic: Topic, after: Position, on_frame: OnFrame) -> WatchId {
        self.last_id = self.last_id.wrapping_add(1);
        let watch = Watch {
            topic,
            seen: after,
            on_frame,
            on_reset: None,
        };
        self.watches.insert(self.last_id, watch);
        self.last_id
    }

    /// Says what to do on a reset of a watch.
    pub fn set_on_reset(&mut self, id: WatchId, on_reset: OnReset) {
        if let Some(watch) = self.watches.get_mut(&id) {
            watch.on_reset = Some(on_reset);
        }
    }

    /// Forgets a watch; says whether there was one.
    pub fn remove(&mut self, id: WatchId) -> bool {
        self.watches.remove(&id).is_some()
    }

    /// The frame that starts a watch, or starts it again from where it has come to.
    #[must_use]
    pub fn start_frame(&self, id: WatchId) -> Option<ClientFrame> {
        let watch = self.watches.get(&id)?;
        Some(ClientFrame::Watch {
            watch: id,
            topic: watch.topic.clone(),
            after: watch.seen,
        })
    }

    /// Every watch's number.
    #[must_use]
    pub fn ids(&self) -> Vec<WatchId> {
        self.watches.keys().copied().collect()
    }

    /// The watches of rows that are not yet at a position. Values are sent anew anyway.
    #[must_use]
    pub fn behind(&self, position: Position) -> Vec<WatchId> {
        let is_behind = |watch: &Watch| !is_value_topic(&watch.topic) && watch.seen < position;
        let behind = self.watches.iter().filter(|(_, watch)| is_behind(watch));
        behind.map(|(id, _)| *id).collect()
    }

    /// Lets a delta in or not: rows that are on the page already (sent again after a reconnect) are not let in, and
    /// neither is what comes for a watch that has ended. Answers who is to be told.
    pub fn accept(&mut self, id: WatchId, position: Position, delta: &Delta) -> Option<OnFrame> {
        let watch = self.watches.get_mut(&id)?;
        if is_value(delta) {
            watch.seen = watch.seen.max(position);
        } else if position <= watch.seen {
            return None;
        } else {
            watch.seen = position;
        }
        Some(watch.on_frame.clone())
    }

    /// Puts a watch where the topic is now; answers who fetches it anew.
    pub fn reset(&mut self, id: WatchId, position: Position) -> Option<OnReset> {
        let watch = self.watches.get_mut(&id)?;
        watch.seen = position;
        watch.on_reset.clone()
    }

    /// How far a watch has come.
    #[must_use]
    pub fn seen(&self, id: WatchId) -> Option<Position> {
        self.watches.get(&id).map(|watch| watch.seen)
    }
}

fn is_value_topic(topic: &Topic) -> bool {
    matches!(
        topic,
        Topic::Consumers | Topic::Pulse | Topic::Command { .. }
    )
}

/// Values are sent latest only and may be sent again at the same position; rows are not.
fn is_value(delta: &Delta) -> bool {
    match delta {
        Delta::Consumers { .. } | Delta::Pulse { .. } | Delta::Command { .. } => true,
        Delta::Events { .. }
        | Delta::Orders { .. }
        | Delta::Order { .. }
        | Delta::Stock { .. }
        | Delta::Sales { .. }
        | Delta::Moved => false,
    }
}

/// Whether painting what a frame brought ends a command's way to this page.
#[must_use]
pub fn reports_paint(delta: &Delta) -> bool {
    matches!(delta, Delta::Orders { .. } | Delta::Order { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watches_at(position: u64) -> (Watches, WatchId) {
        let mut watches = Watches::default();
        let id = watches.add(Topic::Orders, Position(position), Rc::new(|_| {}));
        (watches, id)
    }

    #[test]
    fn what_is_on_the_page_already_is_not_let_in_again() {
        let (mut watches, id) = watches_at(10);
        assert!(watches.accept(id, Position(10), &Delta::Moved).is_none());
        assert!(watches.accept(id, Position(11), &Delta::Moved).is_some());
        assert!(watches.accept(id, Position(11), &Delta::Moved).is_none());
    }

    #[test]
    fn values_are_let_in_also_when_the_log_stands_still() {
        let (mut watches, id) = watches_at(10);
        let pulse = Delta::Pulse {
            pulse: crate::contract::Pulse::default(),
        };
        assert!(watches.accept(id, Position(10), &pulse).is_some());
    }

    #[test]
    fn a_watch_starts_again_from_where_it_has_come_to() {
        let (mut watches, id) = watches_at(10);
        let _ = watches.accept(id, Position(15), &Delta::Moved);
        let Some(ClientFrame::Watch { after, .. }) = watches.start_frame(id) else {
            panic!("a watch frame");
        };
        assert_eq!(after, Position(15));
    }

    #[test]
    fn only_rows_have_something_to_catch_up_with() {
        let (mut watches, id) = watches_at(10);
        watches.add(Topic::Pulse, Position::START, Rc::new(|_| {}));
        assert_eq!(watches.behind(Position(11)), [id]);
        assert!(watches.behind(Position(10)).is_empty());
    }

    #[test]
    fn an_ended_watch_hears_nothing() {
        let (mut watches, id) = watches_at(0);
        assert!(watches.remove(id));
        assert!(watches.accept(id, Position(1), &Delta::Moved).is_none());
        assert!(watches.reset(id, Position(1)).is_none());
    }
}
