//! The only write connection of the log: many appends, one transaction.

use rusqlite::Connection;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::failure;
use super::insert;
use super::known::Known;
use super::ledger::InTx;
use super::open;
use super::rows::Rows;
use super::wal::{self, Wal};
use crate::contract::{Head, RecordedEvent, Timestamp};
use crate::event_log::batch::{BatchFailure, Committed};
use crate::event_log::judge::{self, Verdict};
use crate::event_log::prepared::PreparedAppend;
use crate::event_log::{
    AppendError, Appended, Clock, LogError, Options, StorageCause, StorageFailure,
};

/// The write connection and what it knows.
pub(super) struct Writer {
    connection: Connection,
    file: PathBuf,
    wal: Wal,
    wal_bytes: u64,
    /// `None` after a failure, until the next transaction reads it anew.
    known: Option<Known>,
    /// Empty between transactions.
    rows: Rows,
    remembered_streams: usize,
    clock: Clock,
}

impl Writer {
    /// Opens the write connection on an existing, migrated database and reads the end of the log.
    pub(super) fn open(file: PathBuf, options: &Options) -> Result<(Writer, Head), LogError> {
        let opened = open::write_connection(&file, options.wal_bytes).and_then(|connection| {
            let known = Known::load(&connection, options.remembered_streams)?;
            Ok((connection, known))
        });
        let (connection, known) =
            opened.map_err(|error| LogError::Storage(failure::of_rusqlite(&error)))?;
        let head = known.published_head();
        let wal = Wal::of(&file, options.wal_bytes).map_err(|error| {
            let detail = format!("the checkpointer's thread could not be started: {error}");
            LogError::Storage(StorageFailure::new(StorageCause::Other, detail))
        })?;
        let writer = Writer {
            connection,
            wal,
            wal_bytes: options.wal_bytes,
            file,
            known: Some(known),
            rows: Rows::new(),
            remembered_streams: options.remembered_streams,
            clock: Arc::clone(&options.clock),
        };
        Ok((writer, head))
    }

    /// Judges and writes appends in one transaction. One that is refused does not touch the others; a failure of the
    /// database fails all of them, and the next transaction starts afresh.
    pub(super) fn write(
        &mut self,
        appends: Vec<PreparedAppend>,
    ) -> Result<Committed, BatchFailure> {
        let result = self
            .write_in_tx(appends)
            .map_err(|error| BatchFailure::NotCommitted(failure_of(&error, self.wal.file())))
            .and_then(|written| self.commit(written));
        if let Err(failure) = &result {
            self.start_afresh(failure.storage().cause);
        }
        result
    }

    /// Tries whether anything can be written, after a failure and without an append: a number of the header is set to what
    /// it is, which puts one page through the WAL.
    pub(super) fn probe(&mut self) -> Result<(), StorageFailure> {
        let probed = self
            .connection
            .query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
            .and_then(|found| self.connection.pragma_update(None, "user_version", found))
            .map_err(|error| failure_of(&error, self.wal.file()));
        if let Err(failure) = &probed {
            self.start_afresh(failure.cause);
        }
        probed
    }

    /// Cuts the WAL back where it has outgrown its bound.
    pub(super) fn keep_wal_bounded(&mut self) {
        self.wal.keep_bounded(&self.connection);
    }

    fn write_in_tx(&mut self, appends: Vec<PreparedAppend>) -> rusqlite::Result<Committed> {
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
        self.wal.make_room();
        let mut known = match self.known.take() {
            Some(known) => known,
            None => Known::load(&self.connection, self.remembered_streams)?,
        };
        let now = (self.clock)();
        let mut answers = Vec::with_capacity(appends.len());
        let mut events = Vec::new();
        for append in appends {
            answers.push(self.append_in_tx(&mut known, append, now, &mut events)?);
        }
        self.rows.insert(&self.connection)?;
        self.known = Some(known);
        Ok(Committed {
            answers,
            events,
            commit: Duration::ZERO,
        })
    }

    fn append_in_tx(
        &mut self,
        known: &mut Known,
        append: PreparedAppend,
        now: Timestamp,
        events: &mut Vec<Arc<RecordedEvent>>,
    ) -> rusqlite::Result<Result<Appended, AppendError>> {
        let mut tx = InTx {
            connection: &self.connection,
            known,
            rows: &mut self.rows,
        };
        match judge::judge(&mut tx, &append)? {
            Verdict::Write(streams) => {
                let at = match append.recorded {
                    Some(recorded) => recorded.recorded_at,
                    None => tx.known.last_at.map_or(now, |last| last.max(now)),
                };
                insert::append_in_tx(&mut tx, append, streams, at, events).map(Ok)
            }
            Verdict::Repeated(first_answer) => Ok(Ok(first_answer)),
            Verdict::Refused(refusal) => Ok(Err(refusal)),
        }
    }

    fn commit(&self, mut written: Committed) -> Result<Committed, BatchFailure> {
        let started = Instant::now();
        self.connection
            .prepare_cached("COMMIT")
            .and_then(|mut commit| commit.execute([]))
            .map_err(|error| commit_failure(&error, self.wal.file()))?;
        written.commit = started.elapsed();
        let now = (self.clock)();
        for appended in written.answers.iter_mut().flatten() {
            if !appended.duplicate {
                appended.committed_at = appended.committed_at.max(now);
            }
        }
        Ok(written)
    }

    /// Ends a transaction that failed, and forgets what it may have taught.
    fn start_afresh(&mut self, cause: StorageCause) {
        self.known = None;
        self.rows.clear();
        // Some failures end the transaction by themselves.
        let ended =
            self.connection.is_autocommit() || self.connection.execute_batch("ROLLBACK").is_ok();
        // A connection that met a file it could not write or reach may go on to see it so.
        let doubtful = matches!(
            cause,
            StorageCause::ReadOnly | StorageCause::Io | StorageCause::Unreachable
        );
        if ended && !doubtful {
            return;
        }
        match open::write_connection(&self.file, self.wal_bytes) {
            Ok(connection) => self.connection = connection,
            // The old one stays, and the next failure leads here again.
            Err(error) => {
                tracing::warn!(error = %error, "the write connection could not be opened anew")
            }
        }
    }

    /// Brings everything from the WAL into the database and closes it.
    pub(super) fn close(self) {
        drop(self.wal);
        match wal::checkpoint(&self.connection) {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!("readers kept the last checkpoint of the log from finishing")
            }
            Err(error) => tracing::warn!(error = %error, "the last checkpoint of the log failed"),
        }
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(error = %error, "the write connection did not close cleanly");
        }
    }
}

/// What a failed commit means. It becomes durable by the last frame that it writes to the WAL, and then by the sync of the
/// file. Where there was no room or no lock for a frame, or the file takes no writes, the last frame is certainly not whole.
/// Where the disk failed, it may be: a failed sync leaves it in the file, to be found after a crash unless a later
/// transaction has written over it; and so does an index of the WAL that cannot grow, which comes after the sync.
fn commit_failure(error: &rusqlite::Error, wal: &Path) -> BatchFailure {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly};
    let failure = failure_of(error, wal);
    let refused = matches!(
        error.sqlite_error_code(),
        Some(DatabaseBusy | DatabaseLocked | DiskFull | ReadOnly)
    );
    if refused || failure.cause == StorageCause::ReadOnly {
        BatchFailure::NotCommitted(failure)
    } else {
        BatchFailure::OutcomeUnknown(failure)
    }
}

/// What failed. Of a failed write SQLite says no more than that; whether the file takes writes at all, the system tells.
fn failure_of(error: &rusqlite::Error, wal: &Path) -> StorageFailure {
    let mut failure = failure::of_rusqlite(error);
    let write_failed = rusqlite::ffi::SQLITE_IOERR_WRITE;
    let code = error.sqlite_error().map(|error| error.extended_code);
    if code == Some(write_failed) && takes_no_writes(wal) {
        failure.cause = StorageCause::ReadOnly;
    }
    failure
}

/// Opening is enough to know. It is harmless for the WAL, whose locks are held on another file; closing the database's
/// own file here would give back the locks of all its connections.
fn takes_no_writes(wal: &Path) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    match std::fs::File::options().write(true).open(wal) {
        Ok(_) => false,
        Err(error) => matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem),
    }
}

#[cfg(test)]
mod tests;
