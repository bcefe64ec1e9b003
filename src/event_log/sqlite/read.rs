//! Reads from disk, over connections that cannot write. A read holds its snapshot no longer than its page, so that the WAL
//! can be cut back.

use rusqlite::{Connection, OptionalExtension, Row, Rows, Statement, ToSql, params};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::try_join;
use uuid::Uuid;

use super::connections::Connections;
use super::page::Wanted;
use super::{row, selected};
use crate::contract::{
    CommandId, Direction, EventFilter, EventId, Head, Position, RecordedEvent, Selection,
    Timestamp, Version,
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

/// What is read from the file.
#[derive(Debug)]
pub(super) struct Reads {
    connections: Connections,
}

impl Reads {
    /// Over so many connections at most.
    pub(super) fn new(file: PathBuf, connections: u32) -> Reads {
        Reads {
            connections: Connections::new(file, connections),
        }
    }

    /// The last event's position and time, as they are in the file.
    pub(super) async fn head(&self) -> Result<Head, LogError> {
        let read = |connection: &Connection| {
            connection
                .prepare_cached(include_str!("sql/head.sql"))?
                .query_row([], |row| {
                    Ok(Head {
                        position: row::position(row, 0)?,
                        recorded_at: Some(row::time(row, 1)?),
                    })
                })
                .optional()
        };
        Ok(self.connections.read(read).await?.unwrap_or_default())
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
        let (name, limit) = (query.stream.clone(), query.limit);
        self.connections
            .read(move |connection| {
                let mut statement = connection.prepare_cached(statement)?;
                // The stream's version comes with the first row, so one is read where none is wanted.
                let at_least_one = to_limit(limit.max(1));
                let rows = statement.query(params![name.as_str(), from.to_sql(), at_least_one])?;
                let rows = all(rows, |row| {
                    Ok((row::version(row, 11)?, row::recorded_event_if_any(row)?))
                })?;
                let version = rows.first().map_or(Version::NONE, |(version, _)| *version);
                let events = rows
                    .into_iter()
                    .filter_map(|(_, event)| event.map(Arc::new));
                Ok(StreamSlice {
                    version,
                    events: events.take(limit).collect(),
                })
            })
            .await
    }

    /// One event by its id.
    pub(super) async fn event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        self.connections
            .read(move |connection| {
                connection
                    .prepare_cached(recorded!("sql/event.sql"))?
                    .query_row([id.0.into_bytes()], shared_event)
                    .optional()
            })
            .await
    }

    /// What a message caused.
    pub(super) async fn caused_by(
        &self,
        id: Uuid,
        limit: usize,
    ) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        self.connections
            .read(move |connection| {
                let mut statement = connection.prepare_cached(recorded!("sql/caused_by.sql"))?;
                all(
                    statement.query(params![id.into_bytes(), to_limit(limit)])?,
                    shared_event,
                )
            })
            .await
    }

    /// What a command did.
    pub(super) async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.connections
            .read(move |connection| {
                connection
                    .prepare_cached(include_str!("sql/command.sql"))?
                    .query_row([id.0.into_bytes()], |row| row::command_record(row, id))
                    .optional()
            })
            .await
    }

    /// A page of the list of streams.
    pub(super) async fn streams(
        &self,
        query: &StreamsQuery,
    ) -> Result<Vec<StreamSummary>, LogError> {
        let (wanted, limit) = (names::wanted(query), query.limit);
        self.connections
            .read(move |connection| {
                let mut statement = connection.prepare_cached(include_str!("sql/streams.sql"))?;
                let mut streams = Vec::new();
                for names in wanted {
                    let left = to_limit(limit.saturating_sub(streams.len()));
                    let rows = statement.query(params![names.start, names.end, left])?;
                    streams.extend(all(rows, row::stream_summary)?);
                }
                Ok(streams)
            })
            .await
    }

    async fn page(&self, wanted: Wanted) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        self.connections
            .read(move |connection| wanted.read(connection))
            .await
    }

    /// Checks the whole log.
    pub(super) async fn check(&self) -> Result<CheckReport, LogError> {
        let mut report = check::check(self).await?;
        report.problems.extend(self.damage().await?);
        Ok(report)
    }

    /// What SQLite itself finds wrong with the file.
    async fn damage(&self) -> Result<Vec<String>, LogError> {
        let read = |connection: &Connection| {
            let mut check = connection.prepare("PRAGMA integrity_check")?;
            all(check.query([])?, |row| row.get::<_, String>(0))
        };
        let said = self.connections.read(read).await?;
        let wrong = said.into_iter().filter(|line| line != "ok");
        Ok(wrong.map(|line| format!("file: {line}")).collect())
    }

    /// Waits for the reads under way and takes no more.
    pub(super) async fn close(&self) {
        self.connections.close().await;
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
        let wanted = Wanted {
            stretch,
            filter: filter.clone(),
            direction,
            limit,
        };
        match wanted.halves() {
            Ok((first, second)) => {
                let (mut first, second) = try_join!(self.page(first), self.page(second))?;
                first.extend(second);
                Ok(first)
            }
            Err(wanted) => self.page(wanted).await,
        }
    }

    async fn count_wanted(&self, stretch: Stretch, wanted: &Selection) -> Result<u64, LogError> {
        let wanted = wanted.clone();
        self.connections
            .read(move |connection| selected::count(connection, stretch, &wanted))
            .await
    }

    async fn first_wanted(
        &self,
        stretch: Stretch,
        wanted: &Selection,
    ) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        let wanted = wanted.clone();
        self.connections
            .read(move |connection| selected::first(connection, stretch, &wanted))
            .await
    }

    async fn position_before(&self, time: Timestamp, head: Position) -> Result<Position, LogError> {
        self.connections
            .read(move |connection| {
                let first = connection
                    .prepare_cached(include_str!("sql/first_position_at.sql"))?
                    .query_row([time.as_micros(), head.to_sql()], |row| {
                        row::position(row, 0)
                    })
                    .optional()?;
                Ok(first.map_or(Position::START, |first| Position(first.0.saturating_sub(1))))
            })
            .await
    }
}

impl Counts for Reads {
    async fn count(&self, question: &'static str) -> Result<u64, LogError> {
        self.connections
            .read(move |connection| {
                connection.query_row(question, [], |row| {
                    row.get::<_, i64>(0).map(i64::unsigned_abs)
                })
            })
            .await
    }
}

/// Gives a statement its parameters by their numbers, as many of them as it has.
pub(super) fn bind(
    statement: &mut Statement<'_>,
    parameters: &[&dyn ToSql],
) -> rusqlite::Result<()> {
    let wanted = statement.parameter_count();
    for (number, parameter) in (1..=wanted).zip(parameters) {
        statement.raw_bind_parameter(number, parameter)?;
    }
    Ok(())
}

pub(super) fn to_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(super) fn all<T>(
    mut rows: Rows<'_>,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

pub(super) fn shared_event(row: &Row<'_>) -> rusqlite::Result<Arc<RecordedEvent>> {
    row::recorded_event(row).map(Arc::new)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    /// Every statement of the room that reads. Two may sort, because what they sort is bounded by an append or a page.
    const READS: [(&str, bool); 23] = [
        (recorded!("sql/log_forward.sql"), false),
        (recorded!("sql/log_backward.sql"), false),
        (recorded!("sql/log_by_kind_forward.sql"), false),
        (recorded!("sql/log_by_kind_backward.sql"), false),
        (include_str!("sql/places_by_kind_forward.sql"), false),
        (include_str!("sql/places_by_kind_backward.sql"), false),
        (include_str!("sql/count_by_kind.sql"), false),
        (include_str!("sql/kinds_by_category.sql"), false),
        (include_str!("sql/kinds_by_type.sql"), false),
        (recorded!("sql/event_at.sql"), false),
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
