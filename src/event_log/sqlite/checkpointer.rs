//! Brings the WAL into the database beside the writer, so that commits do not wait for it.

use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::{open, wal};

/// A thread that copies what is committed, whenever it is asked to.
pub(super) struct Checkpointer {
    /// `None` once it is to end.
    wanted: Option<SyncSender<()>>,
    at_work: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread for a database.
    pub(super) fn start(file: &Path, wal_bytes: u64) -> std::io::Result<Checkpointer> {
        let (wanted, asked) = sync_channel(1);
        let at_work = Arc::new(AtomicBool::new(false));
        let copying = Copying {
            file: file.to_owned(),
            wal_bytes,
            connection: None,
            at_work: Arc::clone(&at_work),
        };
        let thread = std::thread::Builder::new()
            .name("log-checkpoint".to_owned())
            .spawn(move || copying.run(&asked))?;
        Ok(Checkpointer {
            wanted: Some(wanted),
            at_work,
            thread: Some(thread),
        })
    }

    /// Asks it to copy what is committed now.
    pub(super) fn begin(&self) {
        if let Some(wanted) = &self.wanted {
            self.at_work.store(true, Ordering::Release);
            if wanted.try_send(()).is_err() {
                self.at_work.store(false, Ordering::Release);
            }
        }
    }

    /// Whether it has not finished what it was asked last.
    pub(super) fn is_at_work(&self) -> bool {
        self.at_work.load(Ordering::Acquire)
    }
}

impl Drop for Checkpointer {
    /// Waits for its end: the last connection to be closed removes the WAL, and that is to be the writer's.
    fn drop(&mut self) {
        drop(self.wanted.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What the thread has.
struct Copying {
    file: PathBuf,
    wal_bytes: u64,
    /// `None` until it is needed, and after a failure.
    connection: Option<Connection>,
    at_work: Arc<AtomicBool>,
}

impl Copying {
    fn run(mut self, asked: &Receiver<()>) {
        while asked.recv().is_ok() {
            if let Err(error) = self.copy() {
                // The writer goes on, and sees to the WAL's bound itself.
                tracing::warn!(error = %error, "the WAL could not be brought into the database");
                self.connection = None;
            }
            self.at_work.store(false, Ordering::Release);
        }
    }

    fn copy(&mut self) -> rusqlite::Result<()> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::write_connection(&self.file, self.wal_bytes)?,
        };
        let copied = wal::copy(&connection, "checkpointer");
        self.connection = Some(connection);
        copied
    }
}
