//! From rows to what they mean. The order of columns is that of `recorded.sql`.

use serde_json::value::RawValue;
use sqlx::Row;
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::contract::{
    CommandId, EventId, Metadata, Position, RecordedEvent, StreamName, Timestamp, Version,
};
use crate::event_log::{CommandRecord, StreamSummary};

type Decoded<T> = Result<T, sqlx::Error>;

/// A recorded event.
pub(super) fn recorded_event(row: &SqliteRow) -> Decoded<RecordedEvent> {
    Ok(RecordedEvent {
        position: position(row, 0)?,
        id: EventId(uuid(row, 1)?),
        stream: stream_name(row, 2)?,
        version: version(row, 3)?,
        event_type: row.try_get(4)?,
        schema_version: row.try_get(5)?,
        recorded_at: time(row, 6)?,
        metadata: Metadata {
            correlation_id: uuid_if_any(row, 7)?,
            causation_id: uuid_if_any(row, 8)?,
            extra: extra_metadata(row, 10)?,
        },
        data: json(row, 9)?,
    })
}

/// A recorded event where the row has one.
pub(super) fn recorded_event_if_any(row: &SqliteRow) -> Decoded<Option<RecordedEvent>> {
    match row.try_get::<Option<i64>, _>(0)? {
        Some(_) => recorded_event(row).map(Some),
        None => Ok(None),
    }
}

/// A stream in the list.
pub(super) fn stream_summary(row: &SqliteRow) -> Decoded<StreamSummary> {
    Ok(StreamSummary {
        stream: stream_name(row, 0)?,
        version: version(row, 1)?,
        last_position: position(row, 2)?,
        last_at: time(row, 3)?,
    })
}

/// What a command did.
pub(super) fn command_record(row: &SqliteRow, id: CommandId) -> Decoded<CommandRecord> {
    Ok(CommandRecord {
        id,
        name: row.try_get(0)?,
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

/// A number.
pub(super) fn integer(row: &SqliteRow, column: usize) -> Decoded<i64> {
    row.try_get(column)
}

/// A small number without sign.
pub(super) fn number(row: &SqliteRow, column: usize) -> Decoded<u32> {
    row.try_get(column)
}

/// The id of an event.
pub(super) fn event_id(row: &SqliteRow, column: usize) -> Decoded<EventId> {
    uuid(row, column).map(EventId)
}

/// JSON, as it was stored.
pub(super) fn json(row: &SqliteRow, column: usize) -> Decoded<Box<RawValue>> {
    RawValue::from_string(row.try_get(column)?).map_err(|error| damaged(column, error))
}

fn position(row: &SqliteRow, column: usize) -> Decoded<Position> {
    row.try_get(column).map(Position::from_sql)
}

/// A place in a stream.
pub(super) fn version(row: &SqliteRow, column: usize) -> Decoded<Version> {
    row.try_get(column).map(Version::from_sql)
}

fn time(row: &SqliteRow, column: usize) -> Decoded<Timestamp> {
    row.try_get(column).map(Timestamp::from_micros)
}

fn stream_name(row: &SqliteRow, column: usize) -> Decoded<StreamName> {
    StreamName::try_new(row.try_get::<String, _>(column)?).map_err(|error| damaged(column, error))
}

fn uuid(row: &SqliteRow, column: usize) -> Decoded<Uuid> {
    Uuid::from_slice(row.try_get(column)?).map_err(|error| damaged(column, error))
}

fn uuid_if_any(row: &SqliteRow, column: usize) -> Decoded<Option<Uuid>> {
    row.try_get::<Option<&[u8]>, _>(column)?
        .map(Uuid::from_slice)
        .transpose()
        .map_err(|error| damaged(column, error))
}

fn extra_metadata(
    row: &SqliteRow,
    column: usize,
) -> Decoded<serde_json::Map<String, serde_json::Value>> {
    match row.try_get::<Option<&str>, _>(column)? {
        Some(text) => serde_json::from_str(text).map_err(|error| damaged(column, error)),
        None => Ok(serde_json::Map::new()),
    }
}

fn damaged(column: usize, error: impl Into<BoxDynError>) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_string(),
        source: error.into(),
    }
}
