//! From what PostgreSQL says to what we say.

use sqlx::error::DatabaseError;

use crate::event_log::{LogError, StorageCause, StorageFailure};

/// A failure of a reader's connection.
pub(super) fn of_read(error: &sqlx::Error) -> LogError {
    match error {
        sqlx::Error::PoolClosed => LogError::Closed,
        error => LogError::Storage(of_sqlx(error)),
    }
}

/// A failure of any connection.
pub(super) fn of_sqlx(error: &sqlx::Error) -> StorageFailure {
    let cause = match error {
        // While the database cannot be reached the pool tries until its time is over.
        sqlx::Error::PoolTimedOut => return no_answer(),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StorageCause::Corrupt,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => StorageCause::Unreachable,
        sqlx::Error::Database(error) => return of_database(&**error),
        _ => StorageCause::Other,
    };
    StorageFailure::new(cause, error)
}

/// No answer within the time that we wait for one.
pub(super) fn no_answer() -> StorageFailure {
    StorageFailure::new(StorageCause::Unreachable, "no answer in time")
}

fn of_database(error: &dyn DatabaseError) -> StorageFailure {
    let code = error.code().unwrap_or_default();
    let detail = match &*code {
        "3D000" => format!("{}; make it with `createdb`", error.message()),
        "42P01" => format!("there is no log in it: {}", error.message()),
        _ => error.message().to_owned(),
    };
    StorageFailure::new(cause_of(&code), detail)
}

/// The cause behind an SQLSTATE.
fn cause_of(code: &str) -> StorageCause {
    match code {
        "53100" => StorageCause::DiskFull,
        "25006" => StorageCause::ReadOnly,
        "58030" => StorageCause::Io,
        // Locks that were not had in time, and connections that were not to be had.
        "55P03" | "40P01" | "40001" | "53300" => StorageCause::Busy,
        "XX001" | "XX002" => StorageCause::Corrupt,
        // Shut down, crashed, starting; told to go after idling in a transaction; no such database.
        "57P01" | "57P02" | "57P03" | "25P03" | "3D000" => StorageCause::Unreachable,
        code if code.starts_with("08") || code.starts_with("28") => StorageCause::Unreachable,
        _ => StorageCause::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        for (code, cause) in [
            ("53100", StorageCause::DiskFull),
            ("28P01", StorageCause::Unreachable),
            ("57P03", StorageCause::Unreachable),
            ("55P03", StorageCause::Busy),
            ("23505", StorageCause::Other),
            ("", StorageCause::Other),
        ] {
            assert_eq!(cause_of(code), cause, "{code}");
        }
    }
}
