//! The groups' place on PostgreSQL: tables beside the log, which all servers share.

use async_trait::async_trait;
use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPool};
use std::sync::Arc;

use super::rows::{ClaimRow, ParkedColumns, ProgressRow, RetriedRow, StandsAtRow};
use super::{AsFound, Claim, GroupStore, ParkedEvent, Save, StoreError};
use crate::contract::Position;
use crate::subscription::Checkpoint;
use crate::subscription::group::engine::{Kept, Parked, ParkedChange};
use crate::subscription::parking::{WhichParked, id_to_sql};

/// The groups of a log that servers share.
#[derive(Debug)]
pub struct PostgresGroups {
    pool: PgPool,
}

impl PostgresGroups {
    /// Opens the tables, and makes them where they are missing.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn open(pool: PgPool) -> Result<PostgresGroups, StoreError> {
        let mut tx = pool.begin().await?;
        sqlx::raw_sql(include_str!("schema.sql"))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(PostgresGroups { pool })
    }
}

#[async_trait]
impl GroupStore for PostgresGroups {
    async fn claim(&self, group: &str, from: Position) -> Result<Claim, StoreError> {
        let mut tx = self.pool.begin().await?;
        let row: ClaimRow = sqlx::query_as(include_str!("claim.sql"))
            .bind(group)
            .bind(from.to_sql())
            .fetch_one(&mut *tx)
            .await?;
        let retried = retried_in_tx(&mut tx, include_str!("retried.sql"), group).await?;
        let last_parked = last_parked_in_tx(&mut tx, group).await?;
        tx.commit().await?;
        Ok(row.read(retried, last_parked))
    }

    async fn kept(&self, group: &str, reset: Position) -> Result<Option<AsFound>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let row: Option<ProgressRow> = sqlx::query_as(include_str!("kept.sql"))
            .bind(group)
            .bind(reset.to_sql())
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let retried = retried_in_tx(&mut tx, include_str!("kept_retried.sql"), group).await?;
        let last_parked = last_parked_in_tx(&mut tx, group).await?;
        Ok(Some(AsFound(row.read(retried, last_parked))))
    }

    async fn stands_at(&self, group: &str) -> Result<Checkpoint, StoreError> {
        let row: Option<StandsAtRow> = sqlx::query_as(include_str!("stands_at.sql"))
            .bind(group)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(Checkpoint::default());
        };
        let parked = self.parked_count(group, &WhichParked::default()).await?;
        Ok(row.read(parked))
    }

    async fn save(&self, saves: &[Save]) -> Result<Vec<Arc<str>>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        Ok(save_on(&mut connection, saves).await?)
    }

    async fn parked(
        &self,
        group: &str,
        which: &WhichParked,
        limit: u32,
    ) -> Result<Vec<ParkedEvent>, StoreError> {
        let which = which.columns();
        let rows: Vec<ParkedColumns> = sqlx::query_as(include_str!("parked.sql"))
            .bind(group)
            .bind(which.after_id)
            .bind(which.ids)
            .bind(which.up_to)
            .bind(which.last_id)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        let events = rows.into_iter().map(|row| row.read(group));
        events.collect()
    }

    async fn parked_count(&self, group: &str, which: &WhichParked) -> Result<u64, StoreError> {
        let which = which.columns();
        let count: i64 = sqlx::query_scalar(include_str!("parked_count.sql"))
            .bind(group)
            .bind(which.after_id)
            .bind(which.ids)
            .bind(which.up_to)
            .bind(which.last_id)
            .fetch_one(&self.pool)
            .await?;
        Ok(count.unsigned_abs())
    }

    async fn last_parked(&self, group: &str) -> Result<u64, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let last = last_parked_in_tx(&mut connection, group).await?;
        Ok(last.unsigned_abs())
    }

    async fn forget(&self, group: &str) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for statement in [
            include_str!("forget_progress.sql"),
            include_str!("forget_parked.sql"),
            include_str!("forget_kept_progress.sql"),
            include_str!("forget_kept_parked.sql"),
        ] {
            sqlx::query(statement).bind(group).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}

async fn save_on(
    connection: &mut PgConnection,
    saves: &[Save],
) -> Result<Vec<Arc<str>>, sqlx::Error> {
    let mut fenced = Vec::new();
    let mut tx = connection.begin().await?;
    for save in saves {
        let written = sqlx::query(include_str!("save_progress.sql"))
            .bind(&*save.group)
            .bind(save.token)
            .bind(save.changes.checkpoint.to_sql())
            .bind(&*save.changes.state)
            .bind(save.carried_out.to_sql())
            .execute(&mut *tx)
            .await?;
        if written.rows_affected() == 0 {
            fenced.push(Arc::clone(&save.group));
            continue;
        }
        for change in &save.changes.parked {
            save_parked_in_tx(&mut tx, save, change).await?;
        }
    }
    tx.commit().await?;
    Ok(fenced)
}

async fn save_parked_in_tx(
    tx: &mut PgConnection,
    save: &Save,
    change: &ParkedChange,
) -> Result<(), sqlx::Error> {
    let (statement, which) = match change {
        ParkedChange::Parked(parked) => return park_in_tx(tx, save, parked).await,
        ParkedChange::Retried(id) => (include_str!("retry.sql"), id_to_sql(*id)),
        ParkedChange::Settled(id) => (include_str!("settle.sql"), id_to_sql(*id)),
        ParkedChange::Forgotten(to) => (include_str!("forget_parked_after.sql"), to.to_sql()),
        ParkedChange::Kept(kept) => return keep_in_tx(tx, &save.group, kept).await,
        ParkedChange::Restored => return restore_in_tx(tx, &save.group).await,
    };
    sqlx::query(statement)
        .bind(&*save.group)
        .bind(which)
        .execute(tx)
        .await
        .map(drop)
}

/// Keeps what is parked as it is, with where the group stands; what was kept before is forgotten.
async fn keep_in_tx(tx: &mut PgConnection, group: &str, kept: &Kept) -> Result<(), sqlx::Error> {
    for statement in [
        include_str!("forget_kept_progress.sql"),
        include_str!("forget_kept_parked.sql"),
        include_str!("keep_parked.sql"),
    ] {
        sqlx::query(statement).bind(group).execute(&mut *tx).await?;
    }
    sqlx::query(include_str!("keep_progress.sql"))
        .bind(group)
        .bind(kept.reset.to_sql())
        .bind(kept.checkpoint.to_sql())
        .bind(&*kept.state)
        .execute(tx)
        .await
        .map(drop)
}

/// Parks again what was kept. Where the group stands is written with its progress.
async fn restore_in_tx(tx: &mut PgConnection, group: &str) -> Result<(), sqlx::Error> {
    for statement in [
        include_str!("forget_parked.sql"),
        include_str!("restore_parked.sql"),
        include_str!("forget_kept_progress.sql"),
        include_str!("forget_kept_parked.sql"),
    ] {
        sqlx::query(statement).bind(group).execute(&mut *tx).await?;
    }
    Ok(())
}

async fn park_in_tx(
    tx: &mut PgConnection,
    save: &Save,
    parked: &Parked,
) -> Result<(), sqlx::Error> {
    let columns = ParkedColumns::of(parked, save.at);
    sqlx::query(include_str!("park.sql"))
        .bind(&*save.group)
        .bind(columns.id)
        .bind(columns.position)
        .bind(columns.event_id)
        .bind(columns.stream)
        .bind(columns.version)
        .bind(columns.attempts)
        // What PostgreSQL cannot hold, and nobody needs to read.
        .bind(columns.error.replace('\0', ""))
        .bind(columns.parked_at)
        .execute(tx)
        .await
        .map(drop)
}

/// The parked events that are on their way to members again.
async fn retried_in_tx(
    tx: &mut PgConnection,
    statement: &'static str,
    group: &str,
) -> Result<Vec<RetriedRow>, sqlx::Error> {
    sqlx::query_as(statement).bind(group).fetch_all(tx).await
}

async fn last_parked_in_tx(tx: &mut PgConnection, group: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(include_str!("last_parked.sql"))
        .bind(group)
        .fetch_one(tx)
        .await
}
