//! Lets a log fail when the test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use highwater::event_log::{AppendError, AppendRequest, SharedLog, StorageCause, StorageFailure};

use crate::support::{WatchedLog, Watcher};

pub struct Outages {
    /// Appends that are still taken.
    taken: AtomicUsize,
}

impl Outages {
    /// A log that fails on demand, and who demands it.
    pub fn log(log: &SharedLog) -> (SharedLog, Arc<Outages>) {
        let taken = AtomicUsize::new(usize::MAX);
        let outages = Arc::new(Outages { taken });
        let watched = WatchedLog::new(log.clone(), Arc::clone(&outages));
        (Arc::new(watched), outages)
    }

    /// Takes so many appends more and refuses the others.
    pub fn refuse_after(&self, appends: usize) {
        self.taken.store(appends, Ordering::SeqCst);
    }

    /// Takes everything again.
    pub fn recover(&self) {
        self.refuse_after(usize::MAX);
    }
}

impl Watcher for Outages {
    fn before_append(&self, _request: &AppendRequest) -> Result<(), AppendError> {
        let one_less = |left: usize| match left {
            usize::MAX => Some(left),
            left => left.checked_sub(1),
        };
        let taken = self
            .taken
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        match taken {
            Ok(_) => Ok(()),
            Err(_) => {
                let failure = StorageFailure::new(StorageCause::DiskFull, "a test");
                Err(AppendError::Storage(failure))
            }
        }
    }
}
