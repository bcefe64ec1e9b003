//! Whether a log is what the rules say: positions and versions without gaps, times in order, commands where they say.

use super::LogError;

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

/// A rule, and the question that counts where it is broken; one that every database understands.
const RULES: [(&str, &str); 7] = [
    (
        "positions have gaps, or do not start at 1",
        "SELECT coalesce(max(position), 0) - count(*) \
         + CASE WHEN coalesce(min(position), 1) <> 1 THEN 1 ELSE 0 END FROM events",
    ),
    (
        "streams have versions with gaps, or that do not start at 1",
        "SELECT count(*) FROM (SELECT 1 FROM events GROUP BY stream_id \
         HAVING min(version) <> 1 OR max(version) <> count(*)) AS broken",
    ),
    (
        "streams have versions that are not in the order of positions",
        "SELECT count(*) FROM (SELECT version <> row_number() OVER (PARTITION BY stream_id ORDER BY position) AS wrong \
         FROM events) AS ordered WHERE wrong",
    ),
    (
        "events share an id with another one",
        "SELECT count(*) - count(DISTINCT id) FROM events",
    ),
    (
        "events are recorded before the one in front of them",
        "SELECT count(*) FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY position) AS wrong FROM events) \
         AS ordered WHERE wrong",
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

/// A database that can be asked how many there are of something.
pub(super) trait Counts: Sync {
    /// The one number that a statement yields.
    fn count(&self, question: &'static str) -> impl Future<Output = Result<u64, LogError>> + Send;
}

/// Checks everything that does not depend on the database; takes as long as reading the log a few times.
pub(super) async fn check(log: &impl Counts) -> Result<CheckReport, LogError> {
    let mut report = CheckReport {
        events: log.count("SELECT count(*) FROM events").await?,
        streams: log.count("SELECT count(*) FROM streams").await?,
        commands: log.count("SELECT count(*) FROM commands").await?,
        problems: Vec::new(),
    };
    for (rule, question) in RULES {
        let broken = log.count(question).await?;
        if broken > 0 {
            report.problems.push(format!("{broken} {rule}"));
        }
    }
    Ok(report)
}
