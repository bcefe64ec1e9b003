//! The process's place on SQLite: a file of its own.

mod parked;

use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, SqlitePool};
use std::path::Path;

use super::rows::{self, StandsAtRow};
use super::{Changes, ParkedChange, StandsAt, States, Store};
use crate::contract::{CommandId, EventId, OrderId, Position};
use crate::process_manager::ProcessError;
use crate::process_manager::outgoing::Outgoing;
use crate::subscription::ResetAct;
use crate::subscription::parking::{Due, Found, WhichParked, sqlite};
use parked::change_on;

/// The process's file.
pub(in crate::process_manager::fulfilment) struct SqliteStore {
    // One connection: one writer, and it is asked for seldom beside.
    pool: SqlitePool,
    /// Ours as long as nobody opened the file after us.
    token: i64,
}

impl SqliteStore {
    /// Opens the file, and makes it where it is missing.
    pub async fn open(path: &Path) -> Result<SqliteStore, ProcessError> {
        let unusable = |detail: String| ProcessError::Place {
            path: path.display().to_string(),
            detail,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unusable(error.to_string()))?;
        }
        // Not synced commit by commit: after a crash all three tables come back together, at an earlier checkpoint, and
        // what is sent again is answered as the first time.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options);
        let pool = pool.await.map_err(|error| unusable(error.to_string()))?;
        for schema in [include_str!("schema.sql"), sqlite::SCHEMA] {
            sqlx::raw_sql(schema).execute(&pool).await?;
        }
        let token = sqlx::query_scalar(include_str!("take_token.sql"))
            .fetch_one(&pool)
            .await?;
        Ok(SqliteStore { pool, token })
    }

    /// Leaves the file in order.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[async_trait]
impl Store for SqliteStore {
    /// It is ours since it was opened, until somebody else opens it.
    async fn claim(&self) -> Result<(), ProcessError> {
        Ok(())
    }

    async fn stands_at(&self) -> Result<StandsAt, ProcessError> {
        let mut connection = self.pool.acquire().await?;
        let row: StandsAtRow = sqlx::query_as(include_str!("stands_at.sql"))
            .fetch_one(&mut *connection)
            .await?;
        let held = sqlite::held_in_tx(&mut connection).await?;
        Ok(row.read(held))
    }

    async fn reset(&self, act: ResetAct) -> Result<StandsAt, ProcessError> {
        let mut connection = self.pool.acquire().await?;
        let reset = reset_on(&mut connection, self.token, act).await;
        if reset.is_err() {
            connection.close_on_drop();
        } else {
            drop(connection);
        }
        reset?;
        self.stands_at().await
    }

    async fn load(&self, orders: &[OrderId]) -> Result<States, ProcessError> {
        if orders.is_empty() {
            return Ok(States::new());
        }
        let rows = sqlx::query_as(include_str!("load_instances.sql"))
            .bind(rows::ids(orders)?)
            .fetch_all(&self.pool)
            .await?;
        rows::states(orders, rows)
    }

    async fn save(&self, changes: &Changes<'_>) -> Result<(), ProcessError> {
        let mut connection = self.pool.acquire().await?;
        let saved = save_on(&mut connection, self.token, changes).await;
        if saved.is_err() {
            // A full disk ends a transaction in SQLite of itself, but not in the driver's books.
            connection.close_on_drop();
        }
        saved
    }

    async fn unanswered(&self) -> Result<Vec<Outgoing>, ProcessError> {
        let rows = sqlx::query_as(include_str!("unanswered.sql"))
            .fetch_all(&self.pool)
            .await?;
        rows::commands(rows)
    }

    async fn forget(&self, answered: &[CommandId]) -> Result<(), ProcessError> {
        sqlx::query(include_str!("delete_answered.sql"))
            .bind(rows::ids(answered)?)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn commands_of(&self, cause: EventId) -> Result<Vec<Outgoing>, ProcessError> {
        let rows = sqlx::query_as(include_str!("commands_of.sql"))
            .bind(cause.to_string())
            .fetch_all(&self.pool)
            .await?;
        rows::commands(rows)
    }

    async fn change_parked(&self, change: &ParkedChange<'_>) -> Result<(), ProcessError> {
        let mut connection = self.pool.acquire().await?;
        let changed = change_on(&mut connection, self.token, change).await;
        if changed.is_err() {
            connection.close_on_drop();
        }
        changed
    }

    async fn due(&self, waiting: u32) -> Result<Option<Due>, ProcessError> {
        let mut connection = self.pool.acquire().await?;
        Ok(sqlite::due_in_tx(&mut connection, waiting).await?)
    }

    async fn find(&self, which: &WhichParked, limit: u32) -> Result<Found, ProcessError> {
        let mut connection = self.pool.acquire().await?;
        Ok(sqlite::find_in_tx(&mut connection, which, limit).await?)
    }
}

async fn reset_on(
    connection: &mut SqliteConnection,
    token: i64,
    act: ResetAct,
) -> Result<(), ProcessError> {
    let mut tx = connection.begin().await?;
    let reset = sqlx::query(include_str!("reset_checkpoint.sql"))
        .bind(act.to.to_sql())
        .bind(act.at.to_sql())
        .bind(token)
        .execute(&mut *tx)
        .await?;
    if reset.rows_affected() != 1 {
        return Err(ProcessError::TakenOver);
    }
    sqlx::raw_sql(include_str!("forget_before_start.sql"))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn save_on(
    connection: &mut SqliteConnection,
    token: i64,
    changes: &Changes<'_>,
) -> Result<(), ProcessError> {
    let mut tx = connection.begin().await?;
    save_states_in_tx(&mut tx, changes.states, changes.upto).await?;
    save_outgoing_in_tx(&mut tx, changes.outgoing).await?;
    sqlite::wait_in_tx(&mut tx, changes.waiting).await?;
    if !changes.answered.is_empty() {
        sqlx::query(include_str!("delete_answered.sql"))
            .bind(rows::ids(changes.answered)?)
            .execute(&mut *tx)
            .await?;
    }
    let moved = sqlx::query(include_str!("move_checkpoint.sql"))
        .bind(changes.before.to_sql())
        .bind(changes.upto.to_sql())
        .bind(token)
        .execute(&mut *tx)
        .await?;
    if moved.rows_affected() != 1 {
        return Err(ProcessError::TakenOver);
    }
    tx.commit().await?;
    Ok(())
}

async fn save_states_in_tx(
    tx: &mut SqliteConnection,
    states: &States,
    upto: Position,
) -> Result<(), ProcessError> {
    if let Some(instances) = rows::instances(states, upto)? {
        sqlx::query(include_str!("save_instances.sql"))
            .bind(instances)
            .execute(tx)
            .await?;
    }
    Ok(())
}

async fn save_outgoing_in_tx(
    tx: &mut SqliteConnection,
    commands: &[Outgoing],
) -> Result<(), ProcessError> {
    if let Some(outgoing) = rows::outgoing(commands)? {
        sqlx::query(include_str!("save_outgoing.sql"))
            .bind(outgoing)
            .execute(tx)
            .await?;
    }
    Ok(())
}
