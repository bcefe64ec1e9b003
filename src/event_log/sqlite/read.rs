//! Reads from disk, over connections that cannot write. Rows are taken as they come; a read holds its snapshot no longer
//! than its page, so that the WAL can be cut back.

use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use std::sync::Arc;
use uuid::Uuid;

use super::failure;
use super::row;
use crate::contract::{
    CommandId, Direction, EventFilter, EventId, Head, Position, RecordedEvent, Timestamp, Version,
};
use crate::event_log::check::{self, CheckReport, Counts};
use crate::event_log::reading::{Disk, Stretch};
use crate::event_log::{
    CommandRecord, LogError, StreamQuery, StreamSlice, StreamSummary, StreamsQuery, names,
};

/// A statement that yields recorded events: the columns that every one of them has, and the rest from its file.
macro_rules! recorded {
    ($file:literal) => {
        concat!(include_str!("sql/recorded.sql"), include_str!($file))
    };
}
pub(super) use recorded;

type Query = sqlx::query::Query<'static, sqlx::Sqlite, SqliteArguments>;

/// The readers' connections.
#[derive(Debug)]
pub(super) struct Reads {
    pool: SqlitePool,
}

impl Reads {
    /// Over these connections.
    pub(super) fn new(pool: SqlitePool) -> Reads {
        Reads { pool }
    }

    /// The last event's position and time, as they are in the file.
    pub(super) async fn head(&self) -> Result<Head, LogError> {
        let row: Option<(i64, i64)> = sqlx::query_as(include_str!("sql/head.sql"))
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        Ok(
            row.map_or_else(Head::default, |(position, recorded_at)| Head {
                position: Position::from_sql(position),
                recorded_at: Some(Timestamp::from_micros(recorded_at)),
            }),
        )
    }

    /// A page of one stream.
    pub(super) async fn stream(&self, query: &StreamQuery) -> Result<StreamSlice, LogError> {
        let (statement, from) = match query.direction {
            Direction::Forward => (
                include_str!("sql/stream_forward.sql"),
                query.from.unwrap_or(Version::NONE),
            ),
            Direction::Backward => (
                include_str!("sql/stream_backward.sql"),
                query.from.unwrap_or(Version(u64::MAX)),
            ),
        };
        // The stream's version comes with the first row, so one is read where none is wanted.
        let read = sqlx::query(statement)
            .bind(query.stream.as_str().to_owned())
            .bind(from.to_sql())
            .bind(to_limit(query.limit.max(1)));
        let rows = self
            .all(read, |row| {
                Ok((row::integer(row, 11)?, row::recorded_event_if_any(row)?))
            })
            .await?;
        let version = rows.first().map_or(0, |(version, _)| *version);
        let events = rows
            .into_iter()
            .filter_map(|(_, event)| event.map(Arc::new));
        Ok(StreamSlice {
            version: Version::from_sql(version),
            events: events.take(query.limit).collect(),
        })
    }

    /// One event by its id.
    pub(super) async fn event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        let query = sqlx::query(recorded!("sql/event.sql")).bind(to_blob(id.0));
        self.first(query, |row| row::recorded_event(row).map(Arc::new))
            .await
    }

    /// What a message caused.
    pub(super) async fn caused_by(
        &self,
        id: Uuid,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        let query = sqlx::query(recorded!("sql/caused_by.sql"))
            .bind(to_blob(id))
            .bind(to_limit(limit));
        self.all(query, |row| row::recorded_event(row).map(Arc::new))
            .await
    }

    /// What a command did.
    pub(super) async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        let query = sqlx::query(include_str!("sql/command.sql")).bind(to_blob(id.0));
        self.first(query, |row| row::command_record(row, id)).await
    }

    /// A page of the list of streams.
    pub(super) async fn streams(
        &self,
        query: &StreamsQuery,
    ) -> Result<Vec<StreamSummary>, LogError> {
        let mut streams = Vec::new();
        for names in names::wanted(query) {
            let query = sqlx::query(include_str!("sql/streams.sql"))
                .bind(names.start)
                .bind(names.end)
                .bind(to_limit(query.limit.saturating_sub(streams.len())));
            streams.extend(self.all(query, row::stream_summary).await?);
        }
        Ok(streams)
    }

    /// Checks the whole log.
    pub(super) async fn check(&self) -> Result<CheckReport, LogError> {
        let mut report = check::check(self).await?;
        report.problems.extend(self.damage().await?);
        Ok(report)
    }

    /// What SQLite itself finds wrong with the file.
    async fn damage(&self) -> Result<Vec<String>, LogError> {
        let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        let wrong = said.into_iter().filter(|line| line != "ok");
        Ok(wrong.map(|line| format!("file: {line}")).collect())
    }

    /// Waits for the reads under way and takes no more.
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    async fn all<T>(
        &self,
        query: Query,
        read: impl Fn(&SqliteRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, LogError> {
        let mut rows = query.fetch(&self.pool);
        let mut all = Vec::new();
        while let Some(row) = rows
            .try_next()
            .await
            .map_err(|error| failure::of_sqlx(&error))?
        {
            all.push(read(&row).map_err(|error| failure::of_sqlx(&error))?);
        }
        Ok(all)
    }

    async fn first<T>(
        &self,
        query: Query,
        read: impl Fn(&SqliteRow) -> Result<T, sqlx::Error>,
    ) -> Result<Option<T>, LogError> {
        let row = query
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        row.map(|row| read(&row))
            .transpose()
            .map_err(|error| failure::of_sqlx(&error))
    }
}

impl Disk for Reads {
    async fn log(
        &self,
        stretch: Stretch,
        filter: &EventFilter,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        let query = sqlx::query(log_statement(filter, direction))
            .bind(stretch.after.to_sql())
            .bind(stretch.upto.to_sql())
            .bind(to_limit(limit))
            .bind(filter.event_type.clone())
            .bind(filter.category.clone())
            .bind(filter.correlation_id.map(to_blob));
        self.all(query, |row| row::recorded_event(row).map(Arc::new))
            .await
    }

    async fn position_before(&self, time: Timestamp, head: Position) -> Result<Position, LogError> {
        let query = sqlx::query(include_str!("sql/first_position_at.sql"))
            .bind(time.as_micros())
            .bind(head.to_sql());
        let first = self.first(query, |row| row::integer(row, 0)).await?;
        Ok(Position::from_sql(first.map_or(0, |first| first - 1)))
    }
}

impl Counts for Reads {
    async fn count(&self, question: &'static str) -> Result<u64, LogError> {
        let count: i64 = sqlx::query_scalar(question)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| failure::of_sqlx(&error))?;
        Ok(count.unsigned_abs())
    }
}

/// The statement that walks the index which narrows most: a conversation is small, a type is smaller than its category.
fn log_statement(filter: &EventFilter, direction: Direction) -> &'static str {
    let (forward, backward) = if filter.correlation_id.is_some() {
        (
            recorded!("sql/log_by_correlation_forward.sql"),
            recorded!("sql/log_by_correlation_backward.sql"),
        )
    } else if filter.event_type.is_some() {
        (
            recorded!("sql/log_by_type_forward.sql"),
            recorded!("sql/log_by_type_backward.sql"),
        )
    } else if filter.category.is_some() {
        (
            recorded!("sql/log_by_category_forward.sql"),
            recorded!("sql/log_by_category_backward.sql"),
        )
    } else {
        (
            recorded!("sql/log_forward.sql"),
            recorded!("sql/log_backward.sql"),
        )
    };
    match direction {
        Direction::Forward => forward,
        Direction::Backward => backward,
    }
}

fn to_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn to_blob(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    /// Every statement of the room that reads. Two may sort, because what they sort is bounded by an append or a page.
    const READS: [(&str, bool); 19] = [
        (recorded!("sql/log_forward.sql"), false),
        (recorded!("sql/log_backward.sql"), false),
        (recorded!("sql/log_by_type_forward.sql"), false),
        (recorded!("sql/log_by_type_backward.sql"), false),
        (recorded!("sql/log_by_category_forward.sql"), false),
        (recorded!("sql/log_by_category_backward.sql"), false),
        (recorded!("sql/log_by_correlation_forward.sql"), false),
        (recorded!("sql/log_by_correlation_backward.sql"), false),
        (include_str!("sql/stream_forward.sql"), false),
        (include_str!("sql/stream_backward.sql"), false),
        (recorded!("sql/event.sql"), false),
        (recorded!("sql/caused_by.sql"), true),
        (include_str!("sql/streams.sql"), false),
        (include_str!("sql/command.sql"), false),
        (include_str!("sql/first_position_at.sql"), false),
        (include_str!("sql/find_stream.sql"), false),
        (include_str!("sql/find_event.sql"), false),
        (include_str!("sql/find_command.sql"), false),
        (include_str!("sql/append_streams.sql"), true),
    ];

    fn plan(connection: &Connection, statement: &str) -> Vec<String> {
        let mut explained = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
            .unwrap();
        let mut rows = explained.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            steps.push(row.get(3).unwrap());
        }
        steps
    }

    #[test]
    fn no_read_scans_a_table_or_sorts_without_bound() {
        let connection = Connection::open_in_memory().unwrap();
        let schema = include_str!("../../../migrations/log/sqlite/0001_log.sql");
        connection.execute_batch(schema).unwrap();
        // Steps over what a statement has made itself.
        let harmless = [
            "SCAN CONSTANT ROW",
            "SCAN bisect",
            "SCAN (subquery",
            "SCAN effect",
        ];
        for (statement, may_sort) in READS {
            for step in plan(&connection, statement) {
                let scans =
                    step.starts_with("SCAN") && !harmless.iter().any(|h| step.starts_with(h));
                let sorts = step.contains("ORDER BY") && !may_sort;
                assert!(!scans && !sorts, "{step}\n{statement}");
            }
        }
    }
}
