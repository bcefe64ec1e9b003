//! The groups' place on PostgreSQL: tables beside the log, which all servers share.

use async_trait::async_trait;
use sqlx::postgres::{PgConnection, PgPool, PgRow};
use sqlx::{Connection, Row};
use std::sync::Arc;

use super::{Claim, GroupStore, ParkedEvent, Save, StoreError, WhichParked};
use crate::contract::{EventId, Position, StreamName, Timestamp, Version};
use crate::subscription::Checkpoint;
use crate::subscription::group::engine::{Parked, ParkedChange, Progress};

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
        let retried = sqlx::query(include_str!("retried.sql"))
            .bind(group)
            .fetch_all(&mut *tx)
            .await?;
        let last_parked: i64 = sqlx::query_scalar(include_str!("last_parked.sql"))
            .bind(group)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        let numbered = |row: &PgRow| Ok((id(row, 0)?, position(row, 1)?));
        Ok(Claim {
            token: row.try_get(0)?,
            carried_out: position(&row, 3)?,
            progress: Progress {
                checkpoint: position(&row, 1)?,
                state: row.try_get(2)?,
                retried: retried
                    .iter()
                    .map(numbered)
                    .collect::<Result<_, sqlx::Error>>()?,
                last_parked: last_parked.unsigned_abs(),
            },
        })
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
        let last: i64 = sqlx::query_scalar(include_str!("last_parked.sql"))
            .bind(group)
            .fetch_one(&self.pool)
            .await?;
        Ok(last.unsigned_abs())
    }

    async fn forget(&self, group: &str) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for statement in [
            include_str!("forget_progress.sql"),
            include_str!("forget_parked.sql"),
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
    };
    sqlx::query(statement)
        .bind(&*save.group)
        .bind(which)
        .execute(tx)
        .await
        .map(drop)
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
