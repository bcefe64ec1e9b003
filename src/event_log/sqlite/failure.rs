//! From what SQLite says to what we say.

use rusqlite::ffi;

use crate::event_log::{LogError, StorageCause, StorageFailure};

/// A failure of the write connection.
pub(super) fn of_rusqlite(error: &rusqlite::Error) -> StorageFailure {
    let cause = match error {
        rusqlite::Error::SqliteFailure(code, _) => cause_of(code.extended_code),
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..) => StorageCause::Corrupt,
        _ => StorageCause::Other,
    };
    StorageFailure::new(cause, error)
}

/// What SQLite says about a file that it cannot write.
pub(super) fn read_only() -> rusqlite::Error {
    let message = "the file cannot be opened for writing".to_owned();
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY), Some(message))
}

/// A failure of a read connection.
pub(super) fn of_sqlx(error: &sqlx::Error) -> LogError {
    let cause = match error {
        sqlx::Error::PoolClosed => return LogError::Closed,
        sqlx::Error::PoolTimedOut => StorageCause::Busy,
        sqlx::Error::Io(_) => StorageCause::Io,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StorageCause::Corrupt,
        sqlx::Error::Database(database) => database
            .code()
            .and_then(|code| code.parse().ok())
            .map_or(StorageCause::Other, cause_of),
        _ => StorageCause::Other,
    };
    LogError::Storage(StorageFailure::new(cause, error))
}

/// The cause behind a result code of SQLite, extended or not: the low byte is the primary code.
fn cause_of(code: i32) -> StorageCause {
    // The index of the WAL could not grow: SQLite does not say why, but it fills the new room with zeroes and nothing else.
    if code == ffi::SQLITE_IOERR_SHMSIZE {
        return StorageCause::DiskFull;
    }
    match code & 0xff {
        5 | 6 => StorageCause::Busy,
        8 => StorageCause::ReadOnly,
        10 => StorageCause::Io,
        11 | 26 => StorageCause::Corrupt,
        13 => StorageCause::DiskFull,
        14 => StorageCause::Unreachable,
        _ => StorageCause::Other,
    }
}
