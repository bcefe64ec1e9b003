//! The appender: one thread that commits all that waits as one transaction, again and again, with no delay of its own.
//! While one transaction is synced to disk the next one gathers in the queue, so batches grow by themselves under load.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

use super::writer::Writer;
use crate::event_log::LogError;
use crate::event_log::batch::{Batch, BatchBounds};
use crate::event_log::lock::FolderLock;
use crate::event_log::published::Published;
use crate::event_log::queue::{Arrivals, Look};

/// So long nothing is written after a failure, before it is tried again.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// All that the appender's thread owns.
pub(super) struct Appender {
    /// Its end of the queue. When the writers' end is closed, it finishes what is in it.
    pub(super) queue: Arrivals,
    pub(super) writer: Writer,
    /// Where it makes known what is committed.
    pub(super) published: Arc<Published>,
    pub(super) bounds: BatchBounds,
    /// Held until the files are closed.
    pub(super) lock: FolderLock,
    /// Dropped last, which tells that the thread has ended. Nothing is sent through it.
    pub(super) ending: watch::Sender<()>,
}

impl Appender {
    /// Starts the thread.
    pub(super) fn start(self, folder: &Path) -> Result<(), LogError> {
        std::thread::Builder::new()
            .name("log-appender".to_owned())
            .spawn(move || self.run())
            .map(drop)
            .map_err(|error| LogError::Folder {
                folder: folder.to_owned(),
                detail: format!("the appender's thread could not be started: {error}"),
            })
    }

    /// Writes until the queue is closed and empty. First the files are closed, then the lock is given back, then the end
    /// is told.
    fn run(mut self) {
        while self.queue.blocking_wait() {
            self.write_batch();
            while self.published.write_failure().is_some() && self.try_again() {}
        }
        self.writer.close();
        drop(self.lock);
        drop(self.ending);
    }

    fn write_batch(&mut self) {
        let batch = Batch::gather(&mut self.queue, self.bounds);
        let (appends, waiting) = batch.into_parts();
        waiting.tell(self.writer.write(appends), &self.published);
        self.writer.keep_wal_bounded();
    }

    /// After a failure: with the appends that wait, or else with a transaction of our own, since writers may stay away until
    /// we say that we can write again. `false` once the queue is closed and empty.
    fn try_again(&mut self) -> bool {
        std::thread::sleep(AFTER_FAILURE);
        match self.queue.look() {
            Look::Waiting => self.write_batch(),
            Look::Nothing => self.published.wrote(self.writer.probe().err().as_ref()),
            Look::Closed => return false,
        }
        true
    }
}
