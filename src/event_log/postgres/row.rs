//! From rows to what they mean. The order of columns is that of `recorded.sql`.

use serde_json::value::RawValue;
use sqlx::Row;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgRow;

use crate::contract::CommandId;
use crate::contract::{EventId, Metadata, Position, RecordedEvent, StreamName, Timestamp, Version};
use crate::event_log::repeat::StoredEvent;
use crate::event_log::{CommandRecord, StreamAppended, StreamSummary};

type Decoded<T> = Result<T, sqlx::Error>;

/// A recorded event.
pub(super) fn recorded_event(row: &PgRow) -> Decoded<RecordedEvent> {
    Ok(RecordedEvent {
        position: position(row, 0)?,
        id: EventId(row.try_get(1)?),
        stream: stream_name(row, 2)?,
        version: version(row, 3)?,
        event_type: row.try_get(4)?,
        schema_version: schema_version(row, 5)?,
        recorded_at: time(row, 6)?,
        metadata: Metadata {
            correlation_id: row.try_get(7)?,
            causation_id: row.try_get(8)?,
            extra: extra_metadata(row, 10)?,
        },
        data: RawValue::from_string(row.try_get(9)?).map_err(|error| damaged(9, error))?,
    })
}

/// A recorded event where the row has one.
pub(super) fn recorded_event_if_any(row: &PgRow) -> Decoded<Option<RecordedEvent>> {
    match row.try_get::<Option<i64>, _>(0)? {
        Some(_) => recorded_event(row).map(Some),
        None => Ok(None),
    }
}

/// The same columns as they are stored, with the event's id.
pub(super) fn stored_event(row: &PgRow) -> Decoded<(EventId, StoredEvent)> {
    let stored = StoredEvent {
        position: position(row, 0)?,
        stream: row.try_get(2)?,
        version: version(row, 3)?,
        event_type: row.try_get(4)?,
        schema_version: schema_version(row, 5)?,
        recorded_at: time(row, 6)?,
        correlation_id: row.try_get(7)?,
        causation_id: row.try_get(8)?,
        data: row.try_get(9)?,
        extra: row.try_get(10)?,
    };
    Ok((EventId(row.try_get(1)?), stored))
}

/// What an append did to one stream, in the columns of `append_streams.sql`.
pub(super) fn stream_appended(row: &PgRow) -> Decoded<StreamAppended> {
    Ok(StreamAppended {
        stream: stream_name(row, 1)?,
        first_version: version(row, 2)?,
        last_version: version(row, 3)?,
        position: position(row, 4)?,
    })
}

/// A stream in the list.
pub(super) fn stream_summary(row: &PgRow) -> Decoded<StreamSummary> {
    Ok(StreamSummary {
        stream: stream_name(row, 0)?,
        version: version(row, 1)?,
        last_position: position(row, 2)?,
        last_at: time(row, 3)?,
    })
}

/// What a command did.
pub(super) fn command_record(row: &PgRow, id: CommandId) -> Decoded<CommandRecord> {
    Ok(CommandRecord {
        id,
        name: row.try_get(0)?,
        accepted_at: time(row, 1)?,
        correlation_id: row.try_get(2)?,
        causation_id: row.try_get(3)?,
        stream: stream_name(row, 4)?,
        version: version(row, 5)?,
        first_position: position(row, 6)?,
        position: position(row, 7)?,
        committed_at: time(row, 8)?,
    })
}

/// A position.
pub(super) fn position(row: &PgRow, column: usize) -> Decoded<Position> {
    row.try_get(column).map(Position::from_sql)
}

/// A version.
pub(super) fn version(row: &PgRow, column: usize) -> Decoded<Version> {
    row.try_get(column).map(Version::from_sql)
}

/// A time.
pub(super) fn time(row: &PgRow, column: usize) -> Decoded<Timestamp> {
    row.try_get(column).map(Timestamp::from_micros)
}

/// A time that may be missing.
pub(super) fn time_if_any(row: &PgRow, column: usize) -> Decoded<Option<Timestamp>> {
    let micros: Option<i64> = row.try_get(column)?;
    Ok(micros.map(Timestamp::from_micros))
}

fn schema_version(row: &PgRow, column: usize) -> Decoded<u32> {
    u32::try_from(row.try_get::<i64, _>(column)?).map_err(|error| damaged(column, error))
}

fn stream_name(row: &PgRow, column: usize) -> Decoded<StreamName> {
    StreamName::try_new(row.try_get::<String, _>(column)?).map_err(|error| damaged(column, error))
}

fn extra_metadata(
    row: &PgRow,
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
