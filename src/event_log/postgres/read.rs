//! Reads from the database, over connections that cannot write. Rows are taken as they come.

use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::postgres::{PgArguments, PgPool, PgRow};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

use super::failure;
use super::row;
use crate::contract::{
    CommandId, Direction, EventFilter, EventId, Head, Position, RecordedEvent, Selection,
    Timestamp, Version,
};
use crate::event_log::check::Counts;
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

type Query = sqlx::query::Query<'static, sqlx::Postgres, PgArguments>;

/// The readers' connections.
#[derive(Clone, Debug)]
pub(super) struct Reads {
    pool: PgPool,
}

impl Reads {
    /// Over these connections.
    pub(super) fn new(pool: PgPool) -> Reads {
        Reads { pool }
    }

    /// The last event's position and time.
    pub(super) async fn head(&self) -> Result<Head, LogError> {
        let query = sqlx::query(include_str!("sql/head.sql"));
        let head = self.first(query, |row| {
            Ok(Head {
                position: row::position(row, 0)?,
                recorded_at: row::time_if_any(row, 1)?,
            })
        });
        Ok(head.await?.unwrap_or_default())
    }

    /// What tells this log from others.
    pub(super) async fn log_id(&self) -> Result<Uuid, LogError> {
        sqlx::query_scalar(include_str!("sql/log_id.sql"))
            .fetch_one(&self.pool)
            .await
            .map_err(|error| failure::of_read(&error))
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
                Ok((row::version(row, 11)?, row::recorded_event_if_any(row)?))
            })
            .await?;
        let version = rows.first().map_or(Version::NONE, |(version, _)| *version);
        let events = rows
            .into_iter()
            .filter_map(|(_, event)| event.map(Arc::new));
        Ok(StreamSlice {
            version,
            events: events.take(query.limit).collect(),
        })
    }

    /// One event by its id.
    pub(super) async fn event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        let query = sqlx::query(recorded!("sql/event.sql")).bind(id.0);
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
            .bind(id)
            .bind(to_limit(limit));
        self.all(query, |row| row::recorded_event(row).map(Arc::new))
            .await
    }

    /// What a command did.
    pub(super) async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        let query = sqlx::query(include_str!("sql/command.sql")).bind(id.0);
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

    /// Waits for the reads under way and takes no more.
    pub(super) async fn close(&self) {
        self.pool.close().await;
    }

    async fn all<T>(
        &self,
        query: Query,
        read: impl Fn(&PgRow) -> Result<T, sqlx::Error>,
    ) -> Result<Vec<T>, LogError> {
        let mut rows = query.fetch(&self.pool);
        let mut all = Vec::new();
        while let Some(row) = rows
            .try_next()
            .await
            .map_err(|error| failure::of_read(&error))?
        {
            all.push(read(&row).map_err(|error| failure::of_read(&error))?);
        }
        Ok(all)
    }

    async fn first<T>(
        &self,
        query: Query,
        read: impl Fn(&PgRow) -> Result<T, sqlx::Error>,
    ) -> Result<Option<T>, LogError> {
        let row = query
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| failure::of_read(&error))?;
        row.map(|row| read(&row))
            .transpose()
            .map_err(|error| failure::of_read(&error))
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
        let query = log_query(filter, direction, |statement| {
            sqlx::query(statement)
                .bind(stretch.after.to_sql())
                .bind(stretch.upto.to_sql())
                .bind(to_limit(limit))
        });
        self.all(query, |row| row::recorded_event(row).map(Arc::new))
            .await
    }

    async fn count_wanted(&self, stretch: Stretch, wanted: &Selection) -> Result<u64, LogError> {
        let query = selected_query(
            wanted,
            stretch,
            include_str!("sql/count_by_type.sql"),
            include_str!("sql/count_by_category.sql"),
        );
        let count = self.first(query, |row| row.try_get::<i64, _>(0)).await?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }

    async fn first_wanted(
        &self,
        stretch: Stretch,
        wanted: &Selection,
    ) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        let place = if wanted.is_all() {
            Some(stretch.after.next())
        } else {
            let query = selected_query(
                wanted,
                stretch,
                include_str!("sql/first_by_type.sql"),
                include_str!("sql/first_by_category.sql"),
            );
            let place = self.first(query, |row| row.try_get::<Option<i64>, _>(0));
            place.await?.flatten().map(Position::from_sql)
        };
        let Some(place) = place else {
            return Ok(None);
        };
        let here = Stretch {
            after: Position(place.0.saturating_sub(1)),
            upto: place,
        };
        let everything = EventFilter::default();
        let found = self.log(here, &everything, Direction::Forward, 1);
        Ok(found.await?.pop())
    }

    async fn position_before(&self, time: Timestamp, head: Position) -> Result<Position, LogError> {
        let query = sqlx::query(include_str!("sql/first_position_at.sql"))
            .bind(time.as_micros())
            .bind(head.to_sql());
        let first = self.first(query, |row| row::position(row, 0)).await?;
        Ok(Position(first.map_or(0, |first| first.0.saturating_sub(1))))
    }
}

impl Counts for Reads {
    async fn count(&self, question: &'static str) -> Result<u64, LogError> {
        let count: i64 = sqlx::query_scalar(question)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| failure::of_read(&error))?;
        Ok(count.unsigned_abs())
    }
}

/// The statement that walks the index which narrows most: a conversation is small, a type is smaller than its category.
fn log_query(
    filter: &EventFilter,
    direction: Direction,
    stretch: impl Fn(&'static str) -> Query,
) -> Query {
    let way = |forward, backward| match direction {
        Direction::Forward => stretch(forward),
        Direction::Backward => stretch(backward),
    };
    if let Some(correlation_id) = filter.correlation_id {
        way(
            recorded!("sql/log_by_correlation_forward.sql"),
            recorded!("sql/log_by_correlation_backward.sql"),
        )
        .bind(correlation_id)
        .bind(filter.event_type.clone())
        .bind(filter.category.clone())
    } else if let Some(event_type) = &filter.event_type {
        way(
            recorded!("sql/log_by_type_forward.sql"),
            recorded!("sql/log_by_type_backward.sql"),
        )
        .bind(event_type.clone())
        .bind(filter.category.clone())
    } else if let Some(category) = &filter.category {
        way(
            recorded!("sql/log_by_category_forward.sql"),
            recorded!("sql/log_by_category_backward.sql"),
        )
        .bind(category.clone())
    } else {
        way(
            recorded!("sql/log_forward.sql"),
            recorded!("sql/log_backward.sql"),
        )
    }
}

/// A statement over what a consumer wants, which must name types or categories: a type is smaller than its category.
fn selected_query(
    wanted: &Selection,
    stretch: Stretch,
    by_type: &'static str,
    by_category: &'static str,
) -> Query {
    let names = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>();
    let categories = wanted.categories.as_ref().map(names);
    let within = |statement| {
        sqlx::query(statement)
            .bind(stretch.after.to_sql())
            .bind(stretch.upto.to_sql())
    };
    match &wanted.types {
        Some(types) => within(by_type).bind(names(types)).bind(categories),
        None => within(by_category).bind(categories),
    }
}

fn to_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
