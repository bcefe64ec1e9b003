//! From rows to what they mean. The order of columns is that of `recorded.sql`.

use rusqlite::Error::FromSqlConversionFailure;
use rusqlite::Row;
use rusqlite::types::Type;
use serde_json::value::RawValue;
use std::error::Error;
use uuid::Uuid;

use crate::contract::{
    CommandId, EventId, Metadata, Position, RecordedEvent, StreamName, Timestamp, Version,
};
use crate::event_log::{CommandRecord, StreamSummary};

type Decoded<T> = rusqlite::Result<T>;

/// A recorded event.
pub(super) fn recorded_event(row: &Row<'_>) -> Decoded<RecordedEvent> {
    Ok(RecordedEvent {
        position: position(row, 0)?,
        id: EventId(uuid(row, 1)?),
        stream: stream_name(row, 2)?,
        version: version(row, 3)?,
        event_type: row.get(4)?,
        schema_version: row.get(5)?,
        recorded_at: time(row, 6)?,
        metadata: Metadata {
            correlation_id: uuid_if_any(row, 7)?,
            causation_id: uuid_if_any(row, 8)?,
            extra: extra_metadata(row, 10)?,
        },
        data: RawValue::from_string(row.get(9)?).map_err(|error| damaged(9, error))?,
    })
}

/// A recorded event where the row has one.
pub(super) fn recorded_event_if_any(row: &Row<'_>) -> Decoded<Option<RecordedEvent>> {
    match row.get::<_, Option<i64>>(0)? {
        Some(_) => recorded_event(row).map(Some),
        None => Ok(None),
    }
}

/// A stream in the list.
pub(super) fn stream_summary(row: &Row<'_>) -> Decoded<StreamSummary> {
    Ok(StreamSummary {
        stream: stream_name(row, 0)?,
        version: version(row, 1)?,
        last_position: position(row, 2)?,
        last_at: time(row, 3)?,
    })
}

/// What a command did.
pub(super) fn command_record(row: &Row<'_>, id: CommandId) -> Decoded<CommandRecord> {
    Ok(CommandRecord {
        id,
        name: row.get(0)?,
        accepted_at: time(row, 1)?,
        correlation_id: uuid(row, 2)?,
        causation_id: uuid_if_any(row, 3)?,
        stream: stream_name(row, 4)?,
        version: version(row, 5)?,
        first_position: position(row, 6)?,
        position: position(row, 7)?,
        committed_at: time(row, 8)?,
    })
}

pub(super) fn position(row: &Row<'_>, column: usize) -> Decoded<Position> {
    row.get(column).map(Position::from_sql)
}

pub(super) fn version(row: &Row<'_>, column: usize) -> Decoded<Version> {
    row.get(column).map(Version::from_sql)
}

pub(super) fn time(row: &Row<'_>, column: usize) -> Decoded<Timestamp> {
    row.get(column).map(Timestamp::from_micros)
}

pub(super) fn stream_name(row: &Row<'_>, column: usize) -> Decoded<StreamName> {
    StreamName::try_new(row.get::<_, String>(column)?).map_err(|error| damaged(column, error))
}

fn uuid(row: &Row<'_>, column: usize) -> Decoded<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}

pub(super) fn uuid_if_any(row: &Row<'_>, column: usize) -> Decoded<Option<Uuid>> {
    Ok(row
        .get::<_, Option<[u8; 16]>>(column)?
        .map(Uuid::from_bytes))
}

fn extra_metadata(
    row: &Row<'_>,
    column: usize,
) -> Decoded<serde_json::Map<String, serde_json::Value>> {
    match row.get_ref(column)?.as_str_or_null()? {
        Some(text) => serde_json::from_str(text).map_err(|error| damaged(column, error)),
        None => Ok(serde_json::Map::new()),
    }
}

fn damaged(column: usize, error: impl Error + Send + Sync + 'static) -> rusqlite::Error {
    FromSqlConversionFailure(column, Type::Text, Box::new(error))
}
