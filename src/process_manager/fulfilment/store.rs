//! Where the process keeps its state, its checkpoint and the commands that it has to send: one file, one transaction.

use serde_json::{Value, json};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Row, SqlitePool};
use std::collections::BTreeMap;
use std::path::Path;

use super::state::Fulfilment;
use crate::command::Command;
use crate::contract::{CommandId, OrderId, Position};
use crate::process_manager::ProcessError;
use crate::process_manager::outgoing::Outgoing;
use crate::subscription::{Checkpoint, ResetAct};

/// The states that a batch touches. `None`: the order is not known yet. Orders whose process is done are left out.
pub(super) type States = BTreeMap<OrderId, Option<Fulfilment>>;

/// The process's file.
pub(super) struct Store {
    // One connection: one writer, and nobody else reads.
    pool: SqlitePool,
    /// Ours as long as nobody opened the file after us.
    token: i64,
}

/// Where the process stands.
pub(super) struct StandsAt {
    pub checkpoint: Checkpoint,
    /// Events up to here are taken in without sending a command.
    pub silent_to: Position,
}

/// What a batch has changed.
pub(super) struct Changes<'a> {
    pub before: Position,
    pub upto: Position,
    pub states: &'a States,
    pub outgoing: &'a [Outgoing],
    pub answered: &'a [CommandId],
}

impl Store {
    /// Opens the file, and makes it where it is missing.
    pub async fn open(path: &Path) -> Result<Store, ProcessError> {
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
        sqlx::raw_sql(include_str!("schema.sql"))
            .execute(&pool)
            .await?;
        let token = sqlx::query_scalar("UPDATE checkpoint SET token = token + 1 RETURNING token")
            .fetch_one(&pool)
            .await?;
        Ok(Store { pool, token })
    }

    pub async fn stands_at(&self) -> Result<StandsAt, ProcessError> {
        let (position, carried_out, silent_to): (i64, i64, i64) =
            sqlx::query_as(include_str!("stands_at.sql"))
                .fetch_one(&self.pool)
                .await?;
        Ok(StandsAt {
            checkpoint: Checkpoint {
                position: Position::from_sql(position),
                carried_out: Position::from_sql(carried_out),
                ..Checkpoint::default()
            },
            silent_to: Position::from_sql(silent_to),
        })
    }

    /// Goes back to the beginning where the act sends it back, and notes up to where it is to be silent.
    pub async fn reset(&self, act: ResetAct) -> Result<StandsAt, ProcessError> {
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

    /// The states of some orders; those that are not known are `None`, those that are done are left out.
    pub async fn load(
        &self,
        orders: impl Iterator<Item = OrderId>,
    ) -> Result<States, ProcessError> {
        let mut states: States = orders.map(|id| (id, None)).collect();
        if states.is_empty() {
            return Ok(states);
        }
        let ids = serde_json::to_string(&states.keys().collect::<Vec<_>>())?;
        let rows = sqlx::query(include_str!("load_instances.sql"))
            .bind(ids)
            .fetch_all(&self.pool)
            .await?;
        for row in rows {
            let order_id: String = row.try_get("order_id")?;
            let order_id = order_id
                .parse()
                .map_err(|_| ProcessError::State(format!("`{order_id}` is not an order's id")))?;
            match row.try_get::<Option<String>, _>("state")? {
                Some(state) => states.insert(order_id, Some(serde_json::from_str(&state)?)),
                None => states.remove(&order_id),
            };
        }
        Ok(states)
    }

    /// Writes what a batch has changed, checkpoint included, all or nothing.
    pub async fn save(&self, changes: &Changes<'_>) -> Result<(), ProcessError> {
        let mut connection = self.pool.acquire().await?;
        let saved = save_on(&mut connection, self.token, changes).await;
        if saved.is_err() {
            // A full disk ends a transaction in SQLite of itself, but not in the driver's books.
            connection.close_on_drop();
        }
        saved
    }

    /// Commands whose answer is not noted yet.
    pub async fn unanswered(&self) -> Result<Vec<Outgoing>, ProcessError> {
        let rows = sqlx::query(
            "SELECT id, name, body, correlation_id, causation_id FROM outgoing ORDER BY id",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(outgoing).collect()
    }

    pub async fn forget(&self, answered: &[CommandId]) -> Result<(), ProcessError> {
        let ids = serde_json::to_string(answered)?;
        sqlx::query(include_str!("delete_answered.sql"))
            .bind(ids)
            .execute(&self.pool)
            .await?;
        Ok(())
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
    let instances = instances(changes)?;
    if !instances.is_empty() {
        let rows = Value::Array(instances).to_string();
        sqlx::query(include_str!("save_instances.sql"))
            .bind(rows)
            .execute(&mut *tx)
            .await?;
    }
    if !changes.outgoing.is_empty() {
        let rows = changes
            .outgoing
            .iter()
            .map(outgoing_row)
            .collect::<Result<Vec<_>, _>>()?;
        let rows = Value::Array(rows).to_string();
        sqlx::query(include_str!("save_outgoing.sql"))
            .bind(rows)
            .execute(&mut *tx)
            .await?;
    }
    if !changes.answered.is_empty() {
        let ids = serde_json::to_string(changes.answered)?;
        sqlx::query(include_str!("delete_answered.sql"))
            .bind(ids)
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

fn instances(changes: &Changes<'_>) -> Result<Vec<Value>, ProcessError> {
    let row = |state: &Fulfilment| -> Result<Value, ProcessError> {
        Ok(json!({
            "order_id": state.order_id,
            "state": serde_json::to_string(state)?,
            "done": u8::from(state.is_done()),
            "position": changes.upto,
        }))
    };
    changes.states.values().flatten().map(row).collect()
}

fn outgoing_row(outgoing: &Outgoing) -> Result<Value, ProcessError> {
    Ok(json!({
        "id": outgoing.id,
        "name": outgoing.command.name(),
        "body": outgoing.command.to_json()?.to_string(),
        "correlation_id": outgoing.correlation_id,
        "causation_id": outgoing.causation_id,
    }))
}

fn outgoing(row: &sqlx::sqlite::SqliteRow) -> Result<Outgoing, ProcessError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let id = |text: String| {
        text.parse()
            .map_err(|_| ProcessError::State(format!("`{text}` is not an id")))
    };
    let correlation: Option<String> = row.try_get("correlation_id")?;
    let command = Command::parse(&text("name")?, text("body")?.as_bytes())
        .map_err(|error| ProcessError::State(error.to_string()))?;
    Ok(Outgoing {
        id: CommandId(id(text("id")?)?),
        command,
        correlation_id: correlation.map(id).transpose()?,
        causation_id: id(text("causation_id")?)?,
    })
}
