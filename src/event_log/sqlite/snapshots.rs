//! Snapshots on SQLite: a file of their own, `snapshots.db`, so that they never wait for the appender, nor it for them.
//!
//! The file is not synced commit by commit: what a crash takes is taken anew. A file that is damaged or of another version
//! is thrown away, for all that is in it can be folded from the log.

use async_trait::async_trait;
use serde_json::value::RawValue;
use sqlx::Row;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

use super::{failure, open};
use crate::contract::{EventId, StreamName, Version};
use crate::event_log::{LogError, Snapshot, SnapshotStore};

/// The version of the file. Raise it with every change of `create_snapshots.sql`.
const VERSION: i64 = 1;

/// How long a connection waits for another one's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The snapshots of the log in the same folder.
#[derive(Debug)]
pub struct SqliteSnapshots {
    pool: SqlitePool,
}

impl SqliteSnapshots {
    /// Opens the snapshots in a folder, and makes the file where it is missing or of no use. The log of that folder must be
    /// open already: its lock says that nobody else uses the folder.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub async fn open(folder: impl AsRef<Path>) -> Result<SqliteSnapshots, LogError> {
        let file = folder.as_ref().join("snapshots.db");
        open::make_folder(folder.as_ref())?;
        match take_up(&file).await {
            Ok(Some(pool)) => return Ok(SqliteSnapshots { pool }),
            Ok(None) => tracing::info!(
                file = %file.display(),
                "the snapshots are of another version and are taken anew"
            ),
            Err(error) => tracing::warn!(
                file = %file.display(),
                error = %failure::of_sqlx(&error),
                "the snapshots cannot be used and are taken anew"
            ),
        }
        throw_away(&file)?;
        let pool = connect(&file)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        create(&pool)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        Ok(SqliteSnapshots { pool })
    }
}

/// The file's connections, where it is sound and of this version, or new.
async fn take_up(file: &Path) -> Result<Option<SqlitePool>, sqlx::Error> {
    let is_new = !file.exists();
    let pool = connect(file).await?;
    if is_new {
        create(&pool).await?;
        return Ok(Some(pool));
    }
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&pool)
        .await?;
    if version == VERSION {
        let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&pool)
            .await?;
        if verdict == "ok" {
            return Ok(Some(pool));
        }
        tracing::warn!(file = %file.display(), verdict, "the snapshots are damaged");
    }
    pool.close().await;
    Ok(None)
}

async fn connect(file: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_TIMEOUT);
    SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(BUSY_TIMEOUT)
        .test_before_acquire(false)
        .connect_with(options)
        .await
}

/// Table and version come together, so that a crash leaves both or neither.
async fn create(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(include_str!("sql/create_snapshots.sql"))
        .execute(&mut *tx)
        .await?;
    sqlx::query(sqlx::AssertSqlSafe(format!(
        "PRAGMA user_version = {VERSION}"
    )))
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

fn throw_away(file: &Path) -> Result<(), LogError> {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(LogError::Folder {
                    folder: file.to_owned(),
                    detail: error.to_string(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

fn snapshot(stream: &StreamName, row: &SqliteRow) -> Result<Snapshot, sqlx::Error> {
    Ok(Snapshot {
        stream: stream.clone(),
        version: row.try_get(0).map(Version::from_sql)?,
        event_id: EventId(Uuid::from_slice(row.try_get(1)?).map_err(damaged)?),
        shape: row.try_get(2)?,
        state: RawValue::from_string(row.try_get(3)?).map_err(damaged)?,
    })
}

fn damaged(error: impl Into<BoxDynError>) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

#[async_trait]
impl SnapshotStore for SqliteSnapshots {
    async fn newest(
        &self,
        stream: &StreamName,
        at_most: Version,
    ) -> Result<Option<Snapshot>, LogError> {
        let row = sqlx::query(include_str!("sql/newest_snapshot.sql"))
            .bind(stream.as_str())
            .bind(at_most.to_sql())
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        row.map(|row| snapshot(stream, &row))
            .transpose()
            .map_err(|error| failure::of_sqlx(&error))
    }

    async fn save(&self, snapshot: &Snapshot, keep_each: u64) -> Result<(), LogError> {
        let saved = async {
            let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query(include_str!("sql/save_snapshot.sql"))
                .bind(snapshot.stream.as_str())
                .bind(snapshot.version.to_sql())
                .bind(snapshot.event_id.0.as_bytes().as_slice())
                .bind(snapshot.shape)
                .bind(snapshot.state.get())
                .execute(&mut *tx)
                .await?;
            sqlx::query(include_str!("sql/thin_snapshots.sql"))
                .bind(snapshot.stream.as_str())
                .bind(snapshot.version.to_sql())
                .bind(i64::try_from(keep_each).unwrap_or(i64::MAX))
                .execute(&mut *tx)
                .await?;
            tx.commit().await
        };
        saved.await.map_err(|error| failure::of_sqlx(&error))
    }

    async fn forget(&self, stream: &StreamName) -> Result<(), LogError> {
        sqlx::query(include_str!("sql/forget_snapshots.sql"))
            .bind(stream.as_str())
            .execute(&self.pool)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        Ok(())
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
