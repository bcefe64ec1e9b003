//! Whether a log is what the rules say: positions and versions without gaps, times in order, commands where they say.

use sqlx::SqlitePool;

use super::failure;
use crate::event_log::LogError;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Events in the log.
    pub events: u64,
    /// Streams that they belong to.
    pub streams: u64,
    /// Commands that were carried out.
    pub commands: u64,
    /// What is wrong, a sentence each. Empty when all is well.
    pub problems: Vec<String>,
}

/// A rule, and the question that counts where it is broken.
const RULES: [(&str, &str); 7] = [
    (
        "positions have gaps, or do not start at 1",
        "SELECT coalesce(max(position), 0) - count(*) + (coalesce(min(position), 1) <> 1) FROM events",
    ),
    (
        "streams have versions with gaps, or that do not start at 1",
        "SELECT count(*) FROM (SELECT 1 FROM events GROUP BY stream_id \
         HAVING min(version) <> 1 OR max(version) <> count(*))",
    ),
    (
        "streams have versions that are not in the order of positions",
        "SELECT count(*) FROM (SELECT version <> row_number() OVER (PARTITION BY stream_id ORDER BY position) AS wrong \
         FROM events) WHERE wrong",
    ),
    (
        "events share an id with another one",
        "SELECT count(*) - count(DISTINCT id) FROM events",
    ),
    (
        "events are recorded before the one in front of them",
        "SELECT count(*) FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY position) AS wrong FROM events) \
         WHERE wrong",
    ),
    (
        "events belong to a stream that is not there",
        "SELECT count(*) FROM events WHERE stream_id NOT IN (SELECT id FROM streams)",
    ),
    (
        "commands do not end at the version that they say",
        "SELECT count(*) FROM commands AS command WHERE NOT EXISTS (SELECT 1 FROM events AS event \
         WHERE event.stream_id = command.stream_id AND event.version = command.version \
         AND event.position BETWEEN command.first_position AND command.position)",
    ),
];

/// Checks everything; takes as long as reading the log a few times.
pub(super) async fn check(pool: &SqlitePool) -> Result<CheckReport, LogError> {
    let mut report = CheckReport {
        events: count(pool, "SELECT count(*) FROM events").await?,
        streams: count(pool, "SELECT count(*) FROM streams").await?,
        commands: count(pool, "SELECT count(*) FROM commands").await?,
        problems: damage(pool).await?,
    };
    for (rule, question) in RULES {
        let broken = count(pool, question).await?;
        if broken > 0 {
            report.problems.push(format!("{broken} {rule}"));
        }
    }
    Ok(report)
}

async fn count(pool: &SqlitePool, question: &'static str) -> Result<u64, LogError> {
    let count: i64 = sqlx::query_scalar(question)
        .fetch_one(pool)
        .await
        .map_err(|error| failure::of_sqlx(&error))?;
    Ok(count.unsigned_abs())
}

/// What SQLite itself finds wrong with the file.
async fn damage(pool: &SqlitePool) -> Result<Vec<String>, LogError> {
    let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(pool)
        .await
        .map_err(|error| failure::of_sqlx(&error))?;
    Ok(said
        .into_iter()
        .filter(|line| line != "ok")
        .map(|line| format!("file: {line}"))
        .collect())
}
