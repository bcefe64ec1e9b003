//! What everyone may know: the head, and the events that end at it.

use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

use super::StorageFailure;
use super::tail::{Tail, TailBounds};
use crate::contract::{EventFilter, Head, Position, RecordedEvent, Selection};

/// The published end of the log. The appender raises it after each commit; readers start from it.
#[derive(Debug)]
pub(super) struct Published {
    tail: RwLock<Tail>,
    head: watch::Sender<Head>,
    /// What kept the last transaction from being written; `None` where nothing did.
    write_failure: RwLock<Option<StorageFailure>>,
}

impl Published {
    /// As the log was found when it was opened.
    pub(super) fn new(head: Head, bounds: TailBounds) -> Published {
        Published {
            tail: RwLock::new(Tail::new(head.position, bounds)),
            head: watch::Sender::new(head),
            write_failure: RwLock::new(None),
        }
    }

    /// Makes committed events known, and wakes those who wait for them.
    pub(super) fn publish(&self, events: Vec<Arc<RecordedEvent>>) {
        if self.put(events) {
            self.announce();
        }
    }

    /// Makes committed events known without waking anybody: [`Published::announce`] is to follow where this says that the
    /// head has moved. The tail has them before the head says so, so that whoever looks finds them.
    ///
    /// What is known already is passed over. Events behind a gap are left out: where several servers append, whoever reads
    /// what lies between comes to them as well.
    pub(super) fn put(&self, mut events: Vec<Arc<RecordedEvent>>) -> bool {
        let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
        let next = tail.last().next();
        if events.first().is_some_and(|first| first.position < next) {
            events.retain(|event| event.position >= next);
        }
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return false;
        };
        if first.position > next {
            return false;
        }
        let head = Head {
            position: last.position,
            recorded_at: Some(last.recorded_at),
        };
        let evicted = tail.extend(events);
        self.head.send_if_modified(|known| {
            *known = head;
            false
        });
        drop(tail);
        drop(evicted);
        true
    }

    /// Wakes those who wait for the head to move.
    pub(super) fn announce(&self) {
        self.head.send_modify(|_| {});
    }

    /// Begins anew at a head so far away that what lies between would not fit into memory.
    pub(super) fn restart(&self, head: Head) {
        let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
        if head.position > tail.last() {
            let anew = Tail::new(head.position, tail.bounds());
            let left = std::mem::replace(&mut *tail, anew);
            self.head.send_replace(head);
            drop(tail);
            drop(left);
        }
    }

    /// Makes known how the last try to write went.
    pub(super) fn wrote(&self, failure: Option<&StorageFailure>) {
        if failure.is_none() {
            if self.write_failure().is_none() {
                return;
            }
            tracing::info!("the log can be written again");
        }
        *self
            .write_failure
            .write()
            .unwrap_or_else(PoisonError::into_inner) = failure.cloned();
    }

    /// Why nothing can be written at present.
    pub(super) fn write_failure(&self) -> Option<StorageFailure> {
        self.write_failure
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The last committed position.
    pub(super) fn head(&self) -> Head {
        *self.head.borrow()
    }

    /// Tells when the head has moved.
    pub(super) fn watch(&self) -> watch::Receiver<Head> {
        self.head.subscribe()
    }

    /// Wanted events in `(after, upto]` from memory; `None` where they are not all here.
    pub(super) fn forward(
        &self,
        after: Position,
        upto: Position,
        filter: &EventFilter,
        limit: usize,
    ) -> Option<Vec<Arc<RecordedEvent>>> {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        tail.forward(after, upto, filter, limit)
    }

    /// How many wanted events lie in `(after, upto]`, from memory; `None` where they are not all here.
    pub(super) fn count(&self, after: Position, upto: Position, wanted: &Selection) -> Option<u64> {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        let wanted = tail
            .between(after, upto)?
            .filter(|event| wanted.wants(event));
        Some(wanted.count() as u64)
    }

    /// The first wanted event in `(after, upto]`, from memory; `None` where they are not all here.
    pub(super) fn first(
        &self,
        after: Position,
        upto: Position,
        wanted: &Selection,
    ) -> Option<Option<Arc<RecordedEvent>>> {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        let mut events = tail.between(after, upto)?;
        Some(events.find(|event| wanted.wants(event)).map(Arc::clone))
    }

    /// Wanted events at `upto` and before from memory, newest first, and where to read on.
    pub(super) fn backward(
        &self,
        upto: Position,
        filter: &EventFilter,
        limit: usize,
    ) -> (Vec<Arc<RecordedEvent>>, Position) {
        let tail = self.tail.read().unwrap_or_else(PoisonError::into_inner);
        tail.backward(upto, filter, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EventId, Metadata, StreamName, Timestamp, Version};
    use serde_json::value::RawValue;

    fn events(from: u64, to: u64) -> Vec<Arc<RecordedEvent>> {
        let event = |position| RecordedEvent {
            id: EventId::generate(),
            event_type: "Made".to_owned(),
            schema_version: 1,
            stream: StreamName::of("order", position),
            version: Version(1),
            position: Position(position),
            recorded_at: Timestamp::from_micros(7),
            data: RawValue::from_string("{}".to_owned()).unwrap(),
            metadata: Metadata::default(),
        };
        (from..=to)
            .map(|position| Arc::new(event(position)))
            .collect()
    }

    fn head(position: u64) -> Head {
        Head {
            position: Position(position),
            recorded_at: Some(Timestamp::from_micros(7)),
        }
    }

    #[test]
    fn what_is_known_is_passed_over_and_nothing_is_skipped() {
        let published = Published::new(head(5), TailBounds::default());
        for (from, to, then) in [(7, 9, 5), (6, 7, 7), (5, 6, 7), (6, 9, 9), (1, 3, 9)] {
            published.publish(events(from, to));
            assert_eq!(published.head().position, Position(then), "{from} to {to}");
        }
        let all = published.forward(Position(5), Position(9), &EventFilter::default(), 9);
        assert_eq!(all.map(|all| all.len()), Some(4));
    }

    #[test]
    fn a_restart_never_goes_back() {
        let published = Published::new(head(5), TailBounds::default());
        published.restart(head(3));
        assert_eq!(published.head().position, Position(5));
        published.restart(head(500));
        assert_eq!(published.head().position, Position(500));
        let before = published.forward(Position(5), Position(500), &EventFilter::default(), 9);
        assert!(before.is_none());
    }
}
