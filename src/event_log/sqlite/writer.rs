//! The only write connection of the log: many appends, one transaction.

use rusqlite::Connection;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::failure;
use super::insert;
use super::known::Known;
use super::ledger::InTx;
use super::open;
use crate::contract::{Head, RecordedEvent, Timestamp};
use crate::event_log::batch::{BatchFailure, Committed};
use crate::event_log::judge::{self, Verdict};
use crate::event_log::prepared::PreparedAppend;
use crate::event_log::{AppendError, Appended, Clock, LogError, StorageCause};

/// The write connection and what it knows.
pub(super) struct Writer {
    connection: Connection,
    file: PathBuf,
    /// `None` after a failure, until the next transaction reads it anew.
    known: Option<Known>,
    remembered_streams: usize,
    clock: Clock,
}

impl Writer {
    /// Opens the write connection on an existing, migrated database and reads the end of the log.
    pub(super) fn open(
        file: PathBuf,
        remembered_streams: usize,
        clock: Clock,
    ) -> Result<(Writer, Head), LogError> {
        let opened = open::write_connection(&file).and_then(|connection| {
            let known = Known::load(&connection, remembered_streams)?;
            Ok((connection, known))
        });
        let (connection, known) =
            opened.map_err(|error| LogError::Storage(failure::of_rusqlite(&error)))?;
        let head = known.published_head();
        let writer = Writer {
            connection,
            file,
            known: Some(known),
            remembered_streams,
            clock,
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
            .map_err(|error| BatchFailure::NotCommitted(failure::of_rusqlite(&error)))
            .and_then(|written| self.commit(written));
        if result.is_err() {
            self.start_afresh();
        }
        result
    }

    fn write_in_tx(&mut self, appends: Vec<PreparedAppend>) -> rusqlite::Result<Committed> {
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
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
        self.known = Some(known);
        Ok(Committed {
            answers,
            events,
            commit: Duration::ZERO,
        })
    }

    fn append_in_tx(
        &self,
        known: &mut Known,
        append: PreparedAppend,
        now: Timestamp,
        events: &mut Vec<Arc<RecordedEvent>>,
    ) -> rusqlite::Result<Result<Appended, AppendError>> {
        let mut ledger = InTx {
            connection: &self.connection,
            known,
        };
        match judge::judge(&mut ledger, &append)? {
            Verdict::Write(streams) => {
                let at = match append.recorded {
                    Some(recorded) => recorded.recorded_at,
                    None => known.last_at.map_or(now, |last| last.max(now)),
                };
                insert::append_in_tx(&self.connection, known, append, streams, at, events).map(Ok)
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
            .map_err(|error| commit_failure(&error))?;
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
    fn start_afresh(&mut self) {
        self.known = None;
        // Some failures end the transaction by themselves.
        if self.connection.is_autocommit() {
            return;
        }
        let Err(error) = self.connection.execute_batch("ROLLBACK") else {
            return;
        };
        tracing::error!(error = %error, "the log could not roll back; opening the write connection anew");
        match open::write_connection(&self.file) {
            Ok(connection) => self.connection = connection,
            Err(error) => {
                tracing::error!(error = %error, "the write connection could not be opened")
            }
        }
    }

    /// Brings everything from the WAL into the database and closes it.
    pub(super) fn close(self) {
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy = self
            .connection
            .query_row(checkpoint, [], |row| row.get::<_, bool>(0));
        match busy {
            Ok(false) => {}
            Ok(true) => {
                tracing::warn!("readers kept the last checkpoint of the log from finishing")
            }
            Err(error) => tracing::warn!(error = %error, "the last checkpoint of the log failed"),
        }
        if let Err((_, error)) = self.connection.close() {
            tracing::warn!(error = %error, "the write connection did not close cleanly");
        }
    }
}

/// What a failed commit means. It becomes durable by the last frame it writes to the WAL: where there was no room or no
/// lock for that frame, it is certainly not there; where the disk failed, the frame may be found after a crash.
fn commit_failure(error: &rusqlite::Error) -> BatchFailure {
    let failure = failure::of_rusqlite(error);
    match failure.cause {
        StorageCause::DiskFull | StorageCause::Busy | StorageCause::ReadOnly => {
            BatchFailure::NotCommitted(failure)
        }
        _ => BatchFailure::OutcomeUnknown(failure),
    }
}

#[cfg(test)]
mod tests;
