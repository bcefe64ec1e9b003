//! What everyone may know: the head, and the events that end at it.

use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

use super::tail::{Tail, TailBounds};
use crate::contract::{EventFilter, Head, Position, RecordedEvent};

/// The published end of the log. The appender raises it after each commit; readers start from it.
#[derive(Debug)]
pub(super) struct Published {
    tail: RwLock<Tail>,
    head: watch::Sender<Head>,
}

impl Published {
    /// As the log was found when it was opened.
    pub(super) fn new(head: Head, bounds: TailBounds) -> Published {
        Published {
            tail: RwLock::new(Tail::new(head.position, bounds)),
            head: watch::Sender::new(head),
        }
    }

    /// Makes committed events known. The tail has them before the head says so, so that whoever wakes up finds them.
    pub(super) fn publish(&self, events: Vec<Arc<RecordedEvent>>) {
        let Some(last) = events.last() else {
            return;
        };
        let head = Head {
            position: last.position,
            recorded_at: Some(last.recorded_at),
        };
        let evicted = self
            .tail
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(events);
        self.head.send_replace(head);
        drop(evicted);
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
