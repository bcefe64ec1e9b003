//! The groups' place on SQLite: a file of their own, `groups.db`, so that they never wait for the appender, nor it for them.

use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Connection, Row, SqlitePool};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

use super::{Claim, GroupStore, ParkedEvent, Save, StoreError};
use crate::contract::{EventId, Position, StreamName, Timestamp, Version};
use crate::subscription::Checkpoint;
use crate::subscription::group::engine::{Parked, ParkedChange, Progress};
use crate::subscription::parking::WhichParked;

/// The groups in a data folder.
#[derive(Debug)]
pub struct SqliteGroups {
    /// One connection: what is read here is read seldom, and the writer is one task.
    pool: SqlitePool,
}

impl SqliteGroups {
    /// Opens the file in a folder, and makes it where it is missing.
    ///
    /// # Errors
    /// When the file cannot be made or opened.
    pub async fn open(folder: &Path) -> Result<SqliteGroups, StoreError> {
        let file = folder.join("groups.db");
        let opened = async {
            let options = SqliteConnectOptions::new()
                .filename(&file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal);
            let pool = SqlitePoolOptions::new()
                .max_connections(1)
                .test_before_acquire(false)
                .connect_with(options)
                .await?;
            sqlx::raw_sql(include_str!("schema.sql"))
                .execute(&pool)
                .await?;
            Ok(SqliteGroups { pool })
        };
        opened
            .await
            .map_err(|error: sqlx::Error| StoreError::Unusable {
                file: file.display().to_string(),
                detail: error.to_string(),
            })
    }
}

#[async_trait]
impl GroupStore for SqliteGroups {
    async fn claim(&self, group: &str, from: Position) -> Result<Claim, StoreError> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
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
        let numbered = |row: &SqliteRow| Ok((id(row, 0)?, position(row, 1)?));
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
        let saved = save_on(&mut connection, saves).await;
        if saved.is_err() {
            // A full disk ends a transaction in SQLite of itself, but not in the driver's books.
            connection.close_on_drop();
        }
        Ok(saved?)
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
            .bind(which.ids_json())
            .bind(which.up_to.map(Position::to_sql))
            .bind(which.last_id.map(number))
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| parked_event(group, row)).collect()
    }

    async fn parked_count(&self, group: &str, which: &WhichParked) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(include_str!("parked_count.sql"))
            .bind(group)
            .bind(number(which.after_id))
            .bind(which.ids_json())
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
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
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
    connection: &mut SqliteConnection,
    saves: &[Save],
) -> Result<Vec<Arc<str>>, sqlx::Error> {
    let mut fenced = Vec::new();
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
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
    tx: &mut SqliteConnection,
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
    tx: &mut SqliteConnection,
    save: &Save,
    parked: &Parked,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("park.sql"))
        .bind(&*save.group)
        .bind(number(parked.id))
        .bind(parked.place.position.to_sql())
        .bind(parked.place.event_id.0.as_bytes().as_slice())
        .bind(parked.place.stream.as_str())
        .bind(parked.place.version.to_sql())
        .bind(parked.attempts)
        .bind(&*parked.error)
        .bind(save.at.as_micros())
        .execute(tx)
        .await
        .map(drop)
}

fn parked_event(group: &str, row: &SqliteRow) -> Result<ParkedEvent, StoreError> {
    let corrupt = |detail: String| StoreError::Corrupt {
        group: group.to_owned(),
        detail,
    };
    let stream: String = row.try_get(3)?;
    Ok(ParkedEvent {
        id: id(row, 0)?,
        position: position(row, 1)?,
        event_id: Uuid::from_slice(row.try_get(2)?)
            .map(EventId)
            .map_err(|error| corrupt(error.to_string()))?,
        stream: StreamName::try_new(stream).map_err(|error| corrupt(error.to_string()))?,
        version: Version::from_sql(row.try_get(4)?),
        attempts: row.try_get(5)?,
        error: row.try_get(6)?,
        parked_at: Timestamp::from_micros(row.try_get(7)?),
    })
}

fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn id(row: &SqliteRow, column: usize) -> Result<u64, sqlx::Error> {
    row.try_get(column).map(i64::unsigned_abs)
}

fn position(row: &SqliteRow, column: usize) -> Result<Position, sqlx::Error> {
    row.try_get(column).map(Position::from_sql)
}
