//! The transactions that append: many appends, one transaction, one at a time over all servers.
//!
//! A transaction is four trips: begin and lock the head; read what judging takes; write; commit. The appends are gathered
//! after the first of them, which waits for other servers' transactions, so that a batch has grown meanwhile.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Connection, Executor, Row};
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use uuid::Uuid;

use super::address::PostgresAddress;
use super::ledger::{End, InTx};
use super::{failure, insert, open, row};
use crate::contract::{EventId, Head, Position};
use crate::event_log::batch::{BatchFailure, Committed};
use crate::event_log::judge::{self, Verdict};
use crate::event_log::prepared::PreparedAppend;
use crate::event_log::{AppendError, Appended, Clock, StorageCause, StorageFailure};

/// A trip to the database takes no longer than so, waiting for locks included; what does is a lost connection.
const TRIP: Duration = Duration::from_secs(30);
/// For so long we ask whether a commit went through whose connection was lost: longer than a restart takes, and not so long
/// that everyone who waits behind it gives up.
const ASKING: Duration = Duration::from_secs(5);
/// Between two attempts to ask.
const PAUSE: Duration = Duration::from_millis(100);

/// Appends to the log. After a failure it starts afresh with a new connection.
pub(super) struct Writer {
    address: PostgresAddress,
    connection: Option<PgConnection>,
    /// What this server is called in its words to the others.
    server: Uuid,
    clock: Clock,
}

/// A transaction that holds the head's lock.
pub(super) struct Turn {
    connection: PgConnection,
    end: End,
}

impl Turn {
    /// Where the log ends: nobody moves it while we hold the lock.
    pub(super) fn head(&self) -> Head {
        Head {
            position: self.end.position,
            recorded_at: self.end.recorded_at,
        }
    }
}

impl Writer {
    /// A writer that connects when it has something to write.
    pub(super) fn new(address: PostgresAddress, server: Uuid, clock: Clock) -> Writer {
        Writer {
            address,
            connection: None,
            server,
            clock,
        }
    }

    /// Begins a transaction and waits for its turn. Nothing has been sent for anyone yet, so a connection that was lost since
    /// the last transaction is replaced and tells nobody.
    pub(super) async fn begin(&mut self) -> Result<Turn, StorageFailure> {
        if let Some(connection) = self.connection.take() {
            match lock(connection).await {
                Ok(turn) => return Ok(turn),
                Err(failure) if failure.cause != StorageCause::Unreachable => return Err(failure),
                Err(failure) => {
                    tracing::warn!(error = %failure, "the log's connection was lost; connecting anew");
                }
            }
        }
        lock(open::connect(&self.address).await?).await
    }

    /// Judges and writes appends in one transaction. One that is refused does not touch the others; a failure of the
    /// database fails all of them.
    pub(super) async fn write(
        &mut self,
        turn: Turn,
        appends: Vec<PreparedAppend>,
    ) -> Result<Committed, BatchFailure> {
        let Turn {
            mut connection,
            end,
        } = turn;
        // A connection that is dropped on the way is closed, and its transaction undone.
        let (tx, answers) = trips(self.write_in_tx(&mut connection, end, appends))
            .await
            .map_err(BatchFailure::NotCommitted)?;
        let mut committed = Committed {
            answers,
            events: tx
                .added
                .events
                .iter()
                .map(|added| added.event.clone())
                .collect(),
            commit: Duration::ZERO,
        };
        let Some(first) = committed.events.first() else {
            // Refusals and repetitions only: there is nothing to commit, and the answers stand already.
            if trips(connection.execute("ROLLBACK")).await.is_ok() {
                self.connection = Some(connection);
            }
            return Ok(committed);
        };
        let started = Instant::now();
        match trips(connection.execute("COMMIT")).await {
            Ok(_) => self.connection = Some(connection),
            Err(failure) => {
                drop(connection);
                self.settle(first.position, first.id, failure).await?;
            }
        }
        committed.commit = started.elapsed();
        self.stamp(&mut committed);
        Ok(committed)
    }

    async fn write_in_tx(
        &self,
        connection: &mut PgConnection,
        end: End,
        appends: Vec<PreparedAppend>,
    ) -> sqlx::Result<(InTx, Vec<Result<Appended, AppendError>>)> {
        let now = (self.clock)();
        let mut tx = InTx::read(connection, end, now, &appends).await?;
        let answers = appends
            .into_iter()
            .map(|append| judge_and_add(&mut tx, append))
            .collect();
        if !tx.added.events.is_empty() {
            let word = format!("{} {}", self.server, tx.end.position);
            insert::add_in_tx(connection, &tx, &word).await?;
        }
        Ok((tx, answers))
    }

    /// Finds out whether a commit went through whose answer did not come. Whoever has the head's lock sees: the transaction
    /// has ended then, one way or the other, and its first event stands in its place or does not.
    ///
    /// `pg_xact_status` would be the other way to ask, but after a crash a transaction id whose traces had not reached the
    /// disk is given out again, and the answer would be about somebody else's transaction.
    async fn settle(
        &mut self,
        position: Position,
        id: EventId,
        failure: StorageFailure,
    ) -> Result<(), BatchFailure> {
        tracing::warn!(error = %failure, "a commit was not answered; looking whether it went through");
        let until = Instant::now() + ASKING;
        loop {
            match timeout_at(until, self.stands_at(position)).await {
                Ok(Ok(found)) if found == Some(id) => return Ok(()),
                Ok(Ok(_)) => return Err(BatchFailure::NotCommitted(failure)),
                Ok(Err(error)) => tracing::debug!(error = %error, "cannot look yet"),
                Err(_) => return Err(BatchFailure::OutcomeUnknown(failure)),
            }
            sleep(PAUSE).await;
        }
    }

    /// Which event stands at a position, once every transaction before has ended.
    async fn stands_at(&mut self, position: Position) -> Result<Option<EventId>, StorageFailure> {
        let mut turn = lock(open::connect(&self.address).await?).await?;
        let query = sqlx::query_scalar(include_str!("sql/event_id_at.sql")).bind(position.to_sql());
        let found: Option<Uuid> = trips(query.fetch_optional(&mut turn.connection)).await?;
        trips(turn.connection.execute("ROLLBACK")).await?;
        self.connection = Some(turn.connection);
        Ok(found.map(EventId))
    }

    /// Says when the commit had returned.
    fn stamp(&self, committed: &mut Committed) {
        let now = (self.clock)();
        for appended in committed.answers.iter_mut().flatten() {
            if !appended.duplicate {
                appended.committed_at = appended.committed_at.max(now);
            }
        }
    }

    /// Takes leave of the database.
    pub(super) async fn close(self) {
        if let Some(connection) = self.connection {
            // The other end notices either way.
            drop(timeout(Duration::from_secs(1), connection.close()).await);
        }
    }
}

fn judge_and_add(tx: &mut InTx, append: PreparedAppend) -> Result<Appended, AppendError> {
    let Ok(verdict) = judge::judge(tx, &append);
    match verdict {
        Verdict::Write(streams) => Ok(tx.add(append, streams)),
        Verdict::Repeated(first_answer) => Ok(first_answer),
        Verdict::Refused(refusal) => Err(refusal),
    }
}

async fn lock(mut connection: PgConnection) -> Result<Turn, StorageFailure> {
    let statements = sqlx::raw_sql(include_str!("sql/lock_head.sql"));
    let row = trips(statements.fetch_one(&mut connection)).await?;
    let end = end(&row).map_err(|error| failure::of_sqlx(&error))?;
    Ok(Turn { connection, end })
}

fn end(row: &PgRow) -> sqlx::Result<End> {
    Ok(End {
        position: row::position(row, 0)?,
        recorded_at: row::time_if_any(row, 1)?,
        streams: row.try_get(2)?,
    })
}

/// Goes to the database and back, within a bound.
async fn trips<T>(trips: impl Future<Output = sqlx::Result<T>>) -> Result<T, StorageFailure> {
    match timeout(TRIP, trips).await {
        Ok(done) => done.map_err(|error| failure::of_sqlx(&error)),
        Err(_) => Err(failure::no_answer()),
    }
}
