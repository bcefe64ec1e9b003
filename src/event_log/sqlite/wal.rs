//! Keeps the WAL bounded.
//!
//! In everyday work the commit that fills 16 MiB brings the WAL into the database, and the next one begins it anew. It
//! begins anew only in a moment in which nobody reads from it, though: readers who overlap without end, or one who reads
//! for long, let it grow. Past its bound the writer therefore waits for the readers: for a short time, since appends wait
//! too, and after a vain try not again at once.

use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::open::BUSY_TIMEOUT;
use crate::event_log::metrics;

/// So long appends wait for readers at most.
const PATIENCE: Duration = Duration::from_millis(100);
/// So long nothing is tried after readers outlasted our patience.
const PAUSE: Duration = Duration::from_secs(2);

/// The WAL's file and its bound.
pub(super) struct Wal {
    file: PathBuf,
    bound: u64,
    /// When the next try is due; `None` at any time.
    not_before: Option<Instant>,
}

impl Wal {
    /// The WAL of a database.
    pub(super) fn of(database: &Path, bound: u64) -> Wal {
        Wal {
            file: wal_of(database),
            bound,
            not_before: None,
        }
    }

    /// Its file.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Looks at its size, and cuts it back where it is over its bound and the readers allow it.
    pub(super) fn keep_bounded(&mut self, connection: &Connection) {
        let size = self.size();
        metrics::wal_size(size);
        let resting = self.not_before.is_some_and(|due| Instant::now() < due);
        if size <= self.bound || resting {
            return;
        }
        match cut(connection) {
            Ok(true) => self.not_before = None,
            Ok(false) => {
                tracing::warn!(wal.bytes = size, "readers keep the WAL from being cut back");
                self.not_before = Some(Instant::now() + PAUSE);
            }
            Err(error) => {
                tracing::warn!(wal.bytes = size, error = %error, "the WAL could not be cut back");
                self.not_before = Some(Instant::now() + PAUSE);
            }
        }
        metrics::wal_size(self.size());
    }

    fn size(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |file| file.len())
    }
}

/// The WAL of a database, which need not be there.
pub(super) fn wal_of(database: &Path) -> PathBuf {
    database.with_extension("db-wal")
}

/// Brings all of the WAL into the database and empties its file. `false` when readers held it for too long.
fn cut(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(PATIENCE)?;
    let cut = checkpoint(connection);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    cut
}

/// Brings all of the WAL into the database and empties its file, waiting for readers as long as the connection does.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<bool> {
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(!busy)
}
