//! The groups' place on PostgreSQL: tables beside the log, which all servers share.

use async_trait::async_trait;
use sqlx::postgres::{PgConnection, PgPool, PgRow};
use sqlx::{Connection, Row};
use std::sync::Arc;

use super::{AsFound, Claim, GroupStore, ParkedEvent, Save, StoreError, WhichParked};
use crate::contract::{EventId, Position, StreamName, Timestamp, Version};
use crate::subscription::Checkpoint;
use crate::subscription::group::engine::{Kept, Parked, ParkedChange, Progress};

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
        let row = sqlx::query(include_str!("claim.sql"))
            .bind(group)
            .bind(from.to_sql())
            .fetch_one(&mut *tx)
            .await?;
        let retried = retried_in_tx(&mut tx, include_str!("retried.sql"), group).await?;
        let last_parked = last_parked_in_tx(&mut tx, group).await?;
        tx.commit().await?;
        Ok(Claim {
            token: row.try_get(0)?,
            carried_out: position(&row, 3)?,
            progress: Progress {
                checkpoint: position(&row, 1)?,
                state: row.try_get(2)?,
                retried,
                last_parked,
            },
        })
    }

    async fn kept(&self, group: &str, reset: Position) -> Result<Option<AsFound>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let row = sqlx::query(include_str!("kept.sql"))
            .bind(group)
            .bind(reset.to_sql())
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(AsFound(Progress {
            checkpoint: position(&row, 0)?,
            state: row.try_get(1)?,
            retried: retried_in_tx(&mut tx, include_str!("kept_retried.sql"), group).await?,
            last_parked: last_parked_in_tx(&mut tx, group).await?,
        })))
    }

    async fn stands_at(&self, group: &str) -> Result<Checkpoint, StoreError> {
        let row = sqlx::query(include_str!("stands_at.sql"))
            .bind(group)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(Checkpoint::default());
        };
        Ok(Checkpoint {
            position: position(&row, 0)?,
            carried_out: position(&row, 1)?,
            parked: self.parked_count(group, &WhichParked::default()).await?,
            ..Checkpoint::default()
        })
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
        let rows = sqlx::query(include_str!("parked.sql"))
            .bind(group)
            .bind(number(which.after_id))
            .bind(ids(which))
            .bind(which.up_to.map(Position::to_sql))
            .bind(which.last_id.map(number))
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| parked_event(group, row)).collect()
    }

    async fn parked_count(&self, group: &str, which: &WhichParked) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(include_str!("parked_count.sql"))
            .bind(group)
            .bind(number(which.after_id))
            .bind(ids(which))
            .bind(which.up_to.map(Position::to_sql))
            .bind(which.last_id.map(number))
            .fetch_one(&self.pool)
            .await?;
        Ok(count.unsigned_abs())
    }

    async fn last_parked(&self, group: &str) -> Result<u64, StoreError> {
        let mut connection = self.pool.acquire().await?;
        Ok(last_parked_in_tx(&mut connection, group).await?)
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
        ParkedChange::Retried(id) => (include_str!("retry.sql"), number(*id)),
        ParkedChange::Settled(id) => (include_str!("settle.sql"), number(*id)),
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
    sqlx::query(include_str!("park.sql"))
        .bind(&*save.group)
        .bind(number(parked.id))
        .bind(parked.place.position.to_sql())
        .bind(parked.place.event_id.0)
        .bind(parked.place.stream.as_str())
        .bind(parked.place.version.to_sql())
        .bind(i64::from(parked.attempts))
        // What PostgreSQL cannot hold, and nobody needs to read.
        .bind(parked.error.replace('\0', ""))
        .bind(save.at.as_micros())
        .execute(tx)
        .await
        .map(drop)
}

/// The parked events that are on their way to members again.
async fn retried_in_tx(
    tx: &mut PgConnection,
    statement: &'static str,
    group: &str,
) -> Result<Vec<(u64, Position)>, sqlx::Error> {
    let rows = sqlx::query(statement).bind(group).fetch_all(tx).await?;
    rows.iter()
        .map(|row| Ok((id(row, 0)?, position(row, 1)?)))
        .collect()
}

async fn last_parked_in_tx(tx: &mut PgConnection, group: &str) -> Result<u64, sqlx::Error> {
    let last: i64 = sqlx::query_scalar(include_str!("last_parked.sql"))
        .bind(group)
        .fetch_one(tx)
        .await?;
    Ok(last.unsigned_abs())
}

fn parked_event(group: &str, row: &PgRow) -> Result<ParkedEvent, StoreError> {
    let corrupt = |detail: String| StoreError::Corrupt {
        group: group.to_owned(),
        detail,
    };
    let stream: String = row.try_get(3)?;
    let attempts: i64 = row.try_get(5)?;
    Ok(ParkedEvent {
        id: id(row, 0)?,
        position: position(row, 1)?,
        event_id: EventId(row.try_get(2)?),
        stream: StreamName::try_new(stream).map_err(|error| corrupt(error.to_string()))?,
        version: Version::from_sql(row.try_get(4)?),
        attempts: u32::try_from(attempts).map_err(|error| corrupt(error.to_string()))?,
        error: row.try_get(6)?,
        parked_at: Timestamp::from_micros(row.try_get(7)?),
    })
}

/// The ids; none where they do not matter.
fn ids(which: &WhichParked) -> Option<Vec<i64>> {
    let ids = which.ids.as_ref()?;
    Some(ids.iter().copied().map(number).collect())
}

fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn id(row: &PgRow, column: usize) -> Result<u64, sqlx::Error> {
    row.try_get(column).map(i64::unsigned_abs)
}

fn position(row: &PgRow, column: usize) -> Result<Position, sqlx::Error> {
    row.try_get(column).map(Position::from_sql)
}
