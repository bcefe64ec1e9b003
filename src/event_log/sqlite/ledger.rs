//! The log as it stands within the writer's transaction: what the writer knows, and what it has to look up.

use rusqlite::{Connection, OptionalExtension, Row};

use super::known::Known;
use super::read::recorded;
use super::row;
use super::rows::Rows;
use crate::contract::{CommandId, EventId, Position, StreamName, Timestamp};
use crate::event_log::judge::{KnownStream, Ledger};
use crate::event_log::repeat::StoredEvent;
use crate::event_log::{Appended, StreamAppended};

/// The writer's transaction, as an append is judged in it.
pub(super) struct InTx<'a> {
    pub(super) connection: &'a Connection,
    pub(super) known: &'a mut Known,
    /// Events of the transaction that are not inserted yet.
    pub(super) rows: &'a mut Rows,
}

impl Ledger for InTx<'_> {
    type Error = rusqlite::Error;

    fn end(&self) -> (Position, Option<Timestamp>) {
        (self.known.head, self.known.last_at)
    }

    fn first_answer(&mut self, command: CommandId) -> rusqlite::Result<Option<Appended>> {
        let done = self
            .connection
            .prepare_cached(include_str!("sql/find_command.sql"))?
            .query_row([command.0.into_bytes()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let Some((first, last, at)): Option<(i64, i64, i64)> = done else {
            return Ok(None);
        };
        self.rows.insert(self.connection)?;
        let streams = self
            .connection
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

    fn has_event(&mut self, id: EventId) -> rusqlite::Result<bool> {
        if self.known.is_surely_new(id) {
            return Ok(false);
        }
        if self.rows.has(id) {
            return Ok(true);
        }
        self.connection
            .prepare_cached(include_str!("sql/find_event.sql"))?
            .exists([id.0.into_bytes()])
    }

    fn stored_event(&mut self, id: EventId) -> rusqlite::Result<Option<StoredEvent>> {
        self.rows.insert(self.connection)?;
        self.connection
            .prepare_cached(recorded!("sql/event.sql"))?
            .query_row([id.0.into_bytes()], stored_event)
            .optional()
    }

    fn stream(&mut self, name: &StreamName) -> rusqlite::Result<Option<KnownStream>> {
        if let Some(recent) = self.known.recent_stream(name) {
            return Ok(Some(recent));
        }
        self.rows.insert(self.connection)?;
        self.known.stored_stream(self.connection, name)
    }
}

fn stream_appended(row: &Row<'_>) -> rusqlite::Result<StreamAppended> {
    Ok(StreamAppended {
        stream: row::stream_name(row, 0)?,
        first_version: row::version(row, 1)?,
        last_version: row::version(row, 2)?,
        position: row::position(row, 3)?,
    })
}

fn stored_event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        position: row::position(row, 0)?,
        stream: row.get(2)?,
        version: row::version(row, 3)?,
        event_type: row.get(4)?,
        schema_version: row.get(5)?,
        recorded_at: row::time(row, 6)?,
        correlation_id: row::uuid_if_any(row, 7)?,
        causation_id: row::uuid_if_any(row, 8)?,
        data: row.get(9)?,
        extra: row.get(10)?,
    })
}
