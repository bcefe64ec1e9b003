//! What is looked at before a log is opened for writing: enough to refuse a database that is from a newer version, cut
//! short, or damaged where writing would go on. It takes the same few milliseconds whatever the size of the log, and
//! changes no byte of it. The whole log is the business of `check`.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::Path;

use super::wal::wal_of;
use super::{failure, open};
use crate::event_log::{LogError, StorageCause};

/// So many events at the end of the log are looked at.
macro_rules! tail {
    ($question:literal) => {
        concat!(
            "WITH tail AS MATERIALIZED (SELECT * FROM events ORDER BY position DESC LIMIT 256) ",
            $question
        )
    };
}

/// What must hold at the end of the log, and the question that counts where it does not.
const RULES: [(&str, &str); 10] = [
    (
        "positions are missing",
        tail!(
            "SELECT coalesce(max(position) - min(position) + 1 - count(*), 0) \
             + (SELECT coalesce(min(position), 1) <> 1 FROM events) FROM tail"
        ),
    ),
    (
        "events are no JSON",
        tail!(
            "SELECT count(*) FROM tail WHERE NOT json_valid(data) OR NOT json_valid(coalesce(metadata, '{}'))"
        ),
    ),
    (
        "events are recorded before the one in front of them",
        tail!(
            "SELECT count(*) FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY position) AS wrong FROM tail) \
             WHERE wrong"
        ),
    ),
    (
        "events are not found by their id",
        tail!(
            "SELECT count(*) FROM tail WHERE position IS NOT \
             (SELECT position FROM events INDEXED BY events_by_id WHERE id = tail.id)"
        ),
    ),
    (
        "events are not found in their stream",
        tail!(
            "SELECT count(*) FROM tail WHERE position IS NOT (SELECT position FROM events INDEXED BY events_by_stream \
             WHERE stream_id = tail.stream_id AND version = tail.version)"
        ),
    ),
    (
        "events do not follow the one in front of them in their stream",
        tail!(
            "SELECT count(*) FROM tail WHERE version <> 1 AND NOT EXISTS (SELECT 1 FROM events \
             INDEXED BY events_by_stream WHERE stream_id = tail.stream_id AND version = tail.version - 1)"
        ),
    ),
    (
        "events are not found by their kind",
        tail!(
            "SELECT count(*) FROM tail WHERE NOT EXISTS (SELECT 1 FROM events INDEXED BY events_by_kind \
             WHERE kind_id = tail.kind_id AND position = tail.position)"
        ),
    ),
    (
        "events are not found by their correlation or causation",
        tail!(
            "SELECT count(*) FROM tail WHERE (correlation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM events \
             INDEXED BY events_by_correlation WHERE correlation_id = tail.correlation_id AND position = tail.position)) \
             OR (causation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM events \
             INDEXED BY events_by_causation WHERE causation_id = tail.causation_id AND position = tail.position))"
        ),
    ),
    (
        "events belong to a stream that is not there, or to a kind of another category",
        tail!(
            "SELECT count(*) FROM tail WHERE NOT EXISTS (SELECT 1 FROM streams CROSS JOIN kinds ON kinds.id = tail.kind_id \
             WHERE streams.id = tail.stream_id AND substr(name || '-', 1, length(category) + 1) = category || '-')"
        ),
    ),
    (
        "commands do not end where they say",
        tail!(
            "SELECT count(*) FROM (SELECT DISTINCT causation_id FROM tail) AS cause \
             CROSS JOIN commands AS command ON command.id = cause.causation_id \
             WHERE NOT EXISTS (SELECT 1 FROM events INDEXED BY events_by_stream \
             WHERE stream_id = command.stream_id AND version = command.version \
             AND position BETWEEN command.first_position AND command.position)"
        ),
    ),
];

/// Looks at the database of a folder, where there is one.
pub(super) fn before_writing(folder: &Path) -> Result<(), LogError> {
    let file = folder.join("log.db");
    let there = std::fs::metadata(&file).is_ok_and(|file| file.len() > 0);
    if !there {
        return Ok(());
    }
    let found = connect(&file).and_then(|connection| {
        let newer = newer_version(&connection)?;
        match newer {
            Some(found) => Ok((Some(found), Vec::new())),
            None => Ok((None, problems(&connection, &file)?)),
        }
    });
    match found {
        Ok((Some(found), _)) => Err(newer(folder, found)),
        Ok((None, problems)) if problems.is_empty() => {
            report_recovery(&file);
            Ok(())
        }
        Ok((None, problems)) => Err(damaged(folder, problems.join("; "))),
        Err(error) => Err(failed(folder, &error)),
    }
}

/// Refuses a database from a newer version, before it is read.
pub(super) fn before_reading(folder: &Path) -> Result<(), LogError> {
    let found = connect(&folder.join("log.db")).and_then(|connection| newer_version(&connection));
    match found {
        Ok(Some(found)) => Err(newer(folder, found)),
        Ok(None) => Ok(()),
        Err(error) => Err(failed(folder, &error)),
    }
}

/// A connection that changes nothing, also not when it is closed.
pub(super) fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(open::BUSY_TIMEOUT)?;
    Ok(connection)
}

/// The version of the database, where this program does not know it.
fn newer_version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    if !has_table(connection, "_sqlx_migrations")? {
        return Ok(None);
    }
    let found: Option<i64> =
        connection.query_row("SELECT max(version) FROM _sqlx_migrations", [], |row| {
            row.get(0)
        })?;
    Ok(found.filter(|found| *found > open::known_version()))
}

fn has_table(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    connection
        .prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?
        .exists([name])
}

fn problems(connection: &Connection, file: &Path) -> rusqlite::Result<Vec<String>> {
    let mut problems = Vec::new();
    if !has_table(connection, "events")? {
        return Ok(problems);
    }
    problems.extend(cut_short(connection, file)?);
    for (rule, question) in RULES {
        let broken: i64 = connection.query_row(question, [], |row| row.get(0))?;
        if broken != 0 {
            problems.push(format!("at its end, {broken} {rule}"));
        }
    }
    Ok(problems)
}

/// Whether the file is shorter than it says. Where there is a WAL, it may rightly be.
fn cut_short(connection: &Connection, file: &Path) -> rusqlite::Result<Option<String>> {
    let pages: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let size: u32 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let (is, should_be) = (length(file), u64::from(pages) * u64::from(size));
    let short = length(&wal_of(file)) == 0 && is < should_be;
    Ok(short.then(|| format!("the file has {is} bytes of {should_be}")))
}

/// Says what the last process left in the WAL: it is there when the process did not end in order.
fn report_recovery(file: &Path) {
    let wal_bytes = length(&wal_of(file));
    if wal_bytes == 0 {
        return;
    }
    let whole = connect(file).and_then(|connection| head(&connection));
    let in_file = without_wal(file).and_then(|connection| head(&connection));
    match (whole, in_file) {
        (Ok(whole), Ok(in_file)) => tracing::info!(
            log.head = whole,
            log.wal_bytes = wal_bytes,
            recovered.events = whole.saturating_sub(in_file),
            "the log was not closed in order; recovered what stood in the WAL"
        ),
        _ => tracing::info!(
            log.wal_bytes = wal_bytes,
            "the log was not closed in order; recovered what stood in the WAL"
        ),
    }
}

fn head(connection: &Connection) -> rusqlite::Result<i64> {
    if !has_table(connection, "events")? {
        return Ok(0);
    }
    let head = connection
        .query_row(include_str!("sql/head.sql"), [], |row| row.get(0))
        .optional()?;
    Ok(head.unwrap_or(0))
}

/// The database as it is without its WAL.
fn without_wal(file: &Path) -> rusqlite::Result<Connection> {
    let path = file.to_string_lossy();
    let path = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(format!("file:{path}?immutable=1"), flags)
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |file| file.len())
}

fn newer(folder: &Path, found: i64) -> LogError {
    LogError::NewerVersion {
        database: folder.display().to_string(),
        found,
        known: open::known_version(),
    }
}

fn damaged(folder: &Path, detail: String) -> LogError {
    LogError::Damaged {
        database: folder.display().to_string(),
        detail,
    }
}

fn failed(folder: &Path, error: &rusqlite::Error) -> LogError {
    let failure = failure::of_rusqlite(error);
    match failure.cause {
        StorageCause::Corrupt => damaged(folder, failure.detail),
        _ => LogError::Storage(failure),
    }
}
