//! Recognises an append that was made before, and finds the answer it got then.

use rusqlite::Error::FromSqlConversionFailure;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use super::known::Known;
use super::read::recorded;
use crate::contract::{CommandId, EventId, Position, StreamName, Timestamp, Version};
use crate::event_log::prepared::{PreparedAppend, PreparedEvent, PreparedStream};
use crate::event_log::{AppendError, Appended, StreamAppended};

/// The first answer to a command; `None` where it has appended nothing.
pub(super) fn of_command_in_tx(
    connection: &Connection,
    id: CommandId,
) -> rusqlite::Result<Option<Appended>> {
    let done = connection
        .prepare_cached(include_str!("sql/find_command.sql"))?
        .query_row([id.0.into_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((first, last, at)): Option<(i64, i64, i64)> = done else {
        return Ok(None);
    };
    let streams = connection
        .prepare_cached(include_str!("sql/append_streams.sql"))?
        .query_map([first, last], stream_appended)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(Some(Appended {
        streams,
        first_position: Position::from_sql(first),
        position: Position::from_sql(last),
        committed_at: Timestamp::from_micros(at),
        duplicate: true,
    }))
}

fn stream_appended(row: &Row<'_>) -> rusqlite::Result<StreamAppended> {
    Ok(StreamAppended {
        stream: stream_name(row)?,
        first_version: Version::from_sql(row.get(1)?),
        last_version: Version::from_sql(row.get(2)?),
        position: Position::from_sql(row.get(3)?),
    })
}

fn stream_name(row: &Row<'_>) -> rusqlite::Result<StreamName> {
    StreamName::try_new(row.get::<_, String>(0)?)
        .map_err(|error| FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

/// The first answer to an append whose events are all in the log, or the refusal where they are there otherwise; `None`
/// where none of them is.
pub(super) fn of_events_in_tx(
    connection: &Connection,
    known: &Known,
    append: &PreparedAppend,
) -> rusqlite::Result<Option<Result<Appended, AppendError>>> {
    let mut found = 0_usize;
    let mut first_found = None;
    for id in append.event_ids() {
        if is_taken(connection, known, id)? {
            found += 1;
            first_found.get_or_insert(id);
        }
    }
    let Some(id) = first_found else {
        return Ok(None);
    };
    let all = append.event_count();
    if found < all {
        let detail = format!(
            "is in the log already, as are {found} of the {all} ids of this append: a repetition has all of them"
        );
        return Ok(Some(Err(AppendError::EventIdReused { id, detail })));
    }
    first_answer(connection, append).map(Some)
}

fn is_taken(connection: &Connection, known: &Known, id: EventId) -> rusqlite::Result<bool> {
    if known.is_surely_new(id) {
        return Ok(false);
    }
    connection
        .prepare_cached(include_str!("sql/find_event.sql"))?
        .exists([id.0.into_bytes()])
}

/// What the log has under the ids of an append, if that is this append and nothing else.
fn first_answer(
    connection: &Connection,
    append: &PreparedAppend,
) -> rusqlite::Result<Result<Appended, AppendError>> {
    let mut streams = Vec::with_capacity(append.streams.len());
    let mut first: Option<Position> = None;
    let mut last = (Position::START, Timestamp::default());
    for part in &append.streams {
        let mut versions: Option<(Version, Version)> = None;
        for event in &part.events {
            let stored = stored_event(connection, event.event.id)?;
            let follows = first.is_none() || stored.position == last.0.next();
            if let Some(detail) = difference(&stored, part, event, follows) {
                let id = event.event.id;
                return Ok(Err(AppendError::EventIdReused { id, detail }));
            }
            first.get_or_insert(stored.position);
            last = (stored.position, stored.recorded_at);
            versions = Some((versions.map_or(stored.version, |v| v.0), stored.version));
        }
        let (first_version, last_version) = versions.unwrap_or_default();
        streams.push(StreamAppended {
            stream: part.stream.clone(),
            first_version,
            last_version,
            position: last.0,
        });
    }
    Ok(Ok(Appended {
        streams,
        first_position: first.unwrap_or_default(),
        position: last.0,
        committed_at: last.1,
        duplicate: true,
    }))
}

/// An event as the database has it.
struct Stored {
    position: Position,
    stream: String,
    version: Version,
    event_type: String,
    schema_version: u32,
    recorded_at: Timestamp,
    correlation_id: Option<[u8; 16]>,
    causation_id: Option<[u8; 16]>,
    data: String,
    metadata: Option<String>,
}

fn stored_event(connection: &Connection, id: EventId) -> rusqlite::Result<Stored> {
    connection
        .prepare_cached(recorded!("sql/event.sql"))?
        .query_row([id.0.into_bytes()], |row| {
            Ok(Stored {
                position: Position::from_sql(row.get(0)?),
                stream: row.get(2)?,
                version: Version::from_sql(row.get(3)?),
                event_type: row.get(4)?,
                schema_version: row.get(5)?,
                recorded_at: Timestamp::from_micros(row.get(6)?),
                correlation_id: row.get(7)?,
                causation_id: row.get(8)?,
                data: row.get(9)?,
                metadata: row.get(10)?,
            })
        })
}

/// How a stored event is not the one that is to be appended; `None` where it is the same.
fn difference(
    stored: &Stored,
    part: &PreparedStream,
    prepared: &PreparedEvent,
    follows: bool,
) -> Option<String> {
    let at = stored.position;
    if stored.stream != part.stream.as_str() {
        let stream = &stored.stream;
        return Some(format!(
            "is in the log in another stream, `{stream}`, at position {at}"
        ));
    }
    if !has_content(stored, prepared) {
        return Some(format!(
            "is in the log with other content, at position {at}"
        ));
    }
    if !follows {
        return Some(format!(
            "is in the log at position {at}, but was not appended together with the others, or not in this order"
        ));
    }
    None
}

/// Whether the content is the same, byte for byte.
fn has_content(stored: &Stored, prepared: &PreparedEvent) -> bool {
    let event = &prepared.event;
    stored.event_type == event.event_type
        && stored.schema_version == event.schema_version
        && stored.data == event.data.get()
        && stored.metadata == prepared.extra
        && stored.correlation_id == event.metadata.correlation_id.map(Uuid::into_bytes)
        && stored.causation_id == event.metadata.causation_id.map(Uuid::into_bytes)
}
