//! Counts what is read from a log's streams.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use highwater::event_log::{SharedLog, StreamSlice};

use crate::support::{WatchedLog, Watcher};

#[derive(Default)]
pub struct Counted {
    events: AtomicUsize,
}

impl Counted {
    /// A log whose reads of streams are counted, and who counts them.
    pub fn log(log: &SharedLog) -> (SharedLog, Arc<Counted>) {
        let counted = Arc::new(Counted::default());
        let watched = WatchedLog::new(log.clone(), Arc::clone(&counted));
        (Arc::new(watched), counted)
    }

    /// Events of streams that were read since it was asked last.
    pub fn events_read(&self) -> usize {
        self.events.swap(0, Ordering::SeqCst)
    }
}

impl Watcher for Counted {
    fn stream_read(&self, slice: &StreamSlice) {
        self.events.fetch_add(slice.events.len(), Ordering::SeqCst);
    }
}
