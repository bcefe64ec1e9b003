//! The appender: one thread that commits all that waits as one transaction, again and again, with no delay of its own.
//! While one transaction is synced to disk the next one gathers in the queue, so batches grow by themselves under load.

use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

use super::writer::Writer;
use crate::event_log::LogError;
use crate::event_log::batch::{Batch, BatchBounds};
use crate::event_log::lock::FolderLock;
use crate::event_log::published::Published;
use crate::event_log::queue::Queued;

/// All that the appender's thread owns.
pub(super) struct Appender {
    /// Its end of the queue. When the writers' end is closed, it finishes what is in it.
    pub(super) queue: mpsc::Receiver<Queued>,
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
        while let Some(first) = self.queue.blocking_recv() {
            let batch = Batch::gather(first, &mut self.queue, self.bounds);
            let (appends, waiting) = batch.into_parts();
            waiting.tell(self.writer.write(appends), &self.published);
        }
        self.writer.close();
        drop(self.lock);
        drop(self.ending);
    }
}
