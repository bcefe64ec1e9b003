//! The process's place on PostgreSQL: tables beside the log, which all servers share. Whoever has the lease claims them with its
//! token and is the only one who can write.

mod parked;

use async_trait::async_trait;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{Postgres, Transaction};

use super::rows::{self, StandsAtRow};
use super::{Beginning, Changes, ParkedChange, StandsAt, States, Store};
use crate::contract::{CommandId, EventId, OrderId, Position};
use crate::process_manager::ProcessError;
use crate::process_manager::outgoing::Outgoing;
use crate::subscription::parking::{Due, Found, WhichParked, postgres};
use crate::subscription::{Lease, ResetAct};
use parked::change_in_tx;

/// The process's name among the consumers that have parked something: that of its tables.
const PLACE: &str = "fulfilment_v2";

/// The process's tables.
pub(in crate::process_manager::fulfilment) struct PostgresStore {
    pool: PgPool,
    lease: Lease,
}

impl PostgresStore {
    /// Opens the tables. Where they are missing they are made, and the process begins as it is told.
    pub async fn open(
        pool: PgPool,
        lease: Lease,
        beginning: &Beginning,
    ) -> Result<PostgresStore, ProcessError> {
        let mut tx = pool.begin().await?;
        for schema in [include_str!("schema.sql"), postgres::SCHEMA] {
            sqlx::raw_sql(schema).execute(&mut *tx).await?;
        }
        let begun = sqlx::query(include_str!("begin.sql"))
            .bind(beginning.carried_out.to_sql())
            .bind(beginning.silent_to.to_sql())
            .execute(&mut *tx)
            .await?;
        if begun.rows_affected() == 1 {
            save_outgoing_in_tx(&mut tx, &beginning.outgoing).await?;
        }
        tx.commit().await?;
        Ok(PostgresStore { pool, lease })
    }

    fn token(&self) -> Result<i64, ProcessError> {
        self.lease.token().ok_or(ProcessError::TakenOver)
    }

    /// A transaction of whoever has the lease; of anybody else's nothing is written.
    async fn fenced(&self, token: i64) -> Result<Transaction<'static, Postgres>, ProcessError> {
        let mut tx = self.pool.begin().await?;
        let ours: Option<i32> = sqlx::query_scalar(include_str!("fence.sql"))
            .bind(token)
            .fetch_optional(&mut *tx)
            .await?;
        match ours {
            Some(_) => Ok(tx),
            None => Err(ProcessError::TakenOver),
        }
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn claim(&self) -> Result<(), ProcessError> {
        let claimed = sqlx::query(include_str!("claim.sql"))
            .bind(self.token()?)
            .execute(&self.pool)
            .await?;
        match claimed.rows_affected() {
            1 => Ok(()),
            _ => Err(ProcessError::TakenOver),
        }
    }

    async fn stands_at(&self) -> Result<StandsAt, ProcessError> {
        let mut connection = self.pool.acquire().await?;
        let row: StandsAtRow = sqlx::query_as(include_str!("stands_at.sql"))
            .fetch_one(&mut *connection)
            .await?;
        let held = postgres::held_in_tx(&mut connection, PLACE).await?;
        Ok(row.read(held))
    }

    async fn reset(&self, act: ResetAct) -> Result<StandsAt, ProcessError> {
        let token = self.token()?;
        let mut tx = self.fenced(token).await?;
        sqlx::query(include_str!("reset_checkpoint.sql"))
            .bind(act.to.to_sql())
            .bind(act.at.to_sql())
            .bind(token)
            .execute(&mut *tx)
            .await?;
        sqlx::raw_sql(include_str!("forget_before_start.sql"))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
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
        let token = self.token()?;
        let mut tx = self.fenced(token).await?;
        save_states_in_tx(&mut tx, changes.states, changes.upto).await?;
        save_outgoing_in_tx(&mut tx, changes.outgoing).await?;
        postgres::wait_in_tx(&mut tx, PLACE, changes.waiting).await?;
        delete_answered_in_tx(&mut tx, changes.answered).await?;
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

    async fn unanswered(&self) -> Result<Vec<Outgoing>, ProcessError> {
        let rows = sqlx::query_as(include_str!("unanswered.sql"))
            .bind(PLACE)
            .fetch_all(&self.pool)
            .await?;
        rows::commands(rows)
    }

    async fn forget(&self, answered: &[CommandId]) -> Result<(), ProcessError> {
        let mut tx = self.fenced(self.token()?).await?;
        delete_answered_in_tx(&mut tx, answered).await?;
        tx.commit().await?;
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
        let token = self.token()?;
        let mut tx = self.fenced(token).await?;
        change_in_tx(&mut tx, token, change).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn due(&self, waiting: u32) -> Result<Option<Due>, ProcessError> {
        let mut connection = self.pool.acquire().await?;
        Ok(postgres::due_in_tx(&mut connection, PLACE, waiting).await?)
    }

    async fn find(&self, which: &WhichParked, limit: u32) -> Result<Found, ProcessError> {
        let mut connection = self.pool.acquire().await?;
        Ok(postgres::find_in_tx(&mut connection, PLACE, which, limit).await?)
    }
}

async fn save_states_in_tx(
    tx: &mut PgConnection,
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
    tx: &mut PgConnection,
    commands: &[Outgoing],
) -> Result<(), ProcessError> {
    if let Some(commands) = rows::outgoing(commands)? {
        sqlx::query(include_str!("save_outgoing.sql"))
            .bind(commands)
            .execute(tx)
            .await?;
    }
    Ok(())
}

async fn delete_answered_in_tx(
    tx: &mut PgConnection,
    answered: &[CommandId],
) -> Result<(), ProcessError> {
    if !answered.is_empty() {
        sqlx::query(include_str!("delete_answered.sql"))
            .bind(rows::ids(answered)?)
            .execute(tx)
            .await?;
    }
    Ok(())
}
