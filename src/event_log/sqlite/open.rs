//! Opens the files: folder, lock, migrations, the write connection.

use rusqlite::{Connection, OpenFlags};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;

use super::{failure, wal};
use crate::event_log::LogError;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/log/sqlite");

/// How long a connection waits for a lock that another one holds.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The newest version of the database that this program knows.
pub(super) fn known_version() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Makes the folder where it is missing.
pub(super) fn make_folder(folder: &Path) -> Result<(), LogError> {
    std::fs::create_dir_all(folder).map_err(|error| LogError::Folder {
        folder: folder.to_owned(),
        detail: error.to_string(),
    })
}

/// A failure of the database while it is opened, with the folder's name.
pub(super) fn unusable(folder: &Path, error: LogError) -> LogError {
    match error {
        LogError::Storage(failure) => LogError::Folder {
            folder: folder.to_owned(),
            detail: failure.to_string(),
        },
        other => other,
    }
}

/// Makes the database where it is missing and brings it to the present version.
pub(super) async fn migrate(file: &Path) -> Result<(), LogError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .map_err(|error| failure::of_sqlx(&error))?;
    let migrated = MIGRATIONS.run(&pool).await.map_err(migration_failure);
    pool.close().await;
    migrated
}

fn migration_failure(error: MigrateError) -> LogError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            failure::of_sqlx(&error)
        }
        other => LogError::Migration(other.to_string()),
    }
}

/// A connection that writes. A commit returns once it is on the disk. Its WAL is brought into the database by `wal`.
///
/// Where a file cannot be opened for writing SQLite falls back to reading, which is an error here: such a connection would
/// stay without writes when the file has become writable again.
pub(super) fn write_connection(file: &Path, wal_bytes: u64) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    if connection.is_readonly("main")? {
        return Err(failure::read_only());
    }
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    wal::watch(&connection)?;
    let wal_bytes = i64::try_from(wal_bytes).unwrap_or(i64::MAX);
    connection.pragma_update(None, "journal_size_limit", wal_bytes)?;
    connection.pragma_update(None, "cache_size", -16 * 1024)?;
    Ok(connection)
}
