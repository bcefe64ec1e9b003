//! From what SQLite says to what we say.

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
