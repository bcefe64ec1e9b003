//! Events that wait to be inserted, many with one statement.

use rusqlite::{Connection, Statement};
use std::sync::Arc;
use uuid::Uuid;

use crate::contract::{EventId, RecordedEvent};

/// How many rows a statement inserts: as many as wait, with few statements.
const SIZES: [usize; 3] = [16, 4, 1];
/// Columns of a row.
const COLUMNS: usize = 11;

/// The row of an event.
pub(super) struct Row {
    pub(super) event: Arc<RecordedEvent>,
    pub(super) stream_id: i64,
    pub(super) kind_id: i64,
    /// The metadata beside correlation and causation, as JSON.
    pub(super) extra: Option<String>,
}

/// What waits, and the statements that insert it.
pub(super) struct Rows {
    waiting: Vec<Row>,
    statements: [String; SIZES.len()],
}

impl Rows {
    /// Nothing waits.
    pub(super) fn new() -> Rows {
        Rows {
            waiting: Vec::with_capacity(SIZES[0]),
            statements: SIZES.map(statement),
        }
    }

    /// Lets a row wait, and inserts them once they are many.
    pub(super) fn add(&mut self, connection: &Connection, row: Row) -> rusqlite::Result<()> {
        self.waiting.push(row);
        if self.waiting.len() < SIZES[0] {
            return Ok(());
        }
        self.insert(connection)
    }

    /// Whether an event waits.
    pub(super) fn has(&self, id: EventId) -> bool {
        self.waiting.iter().any(|row| row.event.id == id)
    }

    /// Inserts all that wait.
    pub(super) fn insert(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut rows = self.waiting.as_slice();
        for (size, text) in SIZES.iter().zip(&self.statements) {
            let (some, rest) = rows.split_at(rows.len() - rows.len() % size);
            for rows in some.chunks_exact(*size) {
                let mut statement = connection.prepare_cached(text)?;
                insert(&mut statement, rows)?;
            }
            rows = rest;
        }
        self.waiting.clear();
        Ok(())
    }

    /// Forgets what waits.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// The statement for so many rows.
fn statement(rows: usize) -> String {
    let one = include_str!("sql/insert_event.sql").trim_end();
    let row = one.lines().last().unwrap_or_default();
    let more = format!(",\n{row}").repeat(rows - 1);
    format!("{one}{more}")
}

fn insert(statement: &mut Statement<'_>, rows: &[Row]) -> rusqlite::Result<()> {
    for (at, row) in rows.iter().enumerate() {
        bind(statement, at * COLUMNS, row)?;
    }
    statement.raw_execute().map(drop)
}

fn bind(statement: &mut Statement<'_>, before: usize, row: &Row) -> rusqlite::Result<()> {
    let event = &row.event;
    statement.raw_bind_parameter(before + 1, event.position.to_sql())?;
    statement.raw_bind_parameter(before + 2, event.id.0.into_bytes())?;
    statement.raw_bind_parameter(before + 3, row.stream_id)?;
    statement.raw_bind_parameter(before + 4, event.version.to_sql())?;
    statement.raw_bind_parameter(before + 5, row.kind_id)?;
    statement.raw_bind_parameter(before + 6, event.schema_version)?;
    statement.raw_bind_parameter(before + 7, event.recorded_at.as_micros())?;
    let correlation = event.metadata.correlation_id.map(Uuid::into_bytes);
    statement.raw_bind_parameter(before + 8, correlation)?;
    let causation = event.metadata.causation_id.map(Uuid::into_bytes);
    statement.raw_bind_parameter(before + 9, causation)?;
    statement.raw_bind_parameter(before + 10, event.data.get())?;
    statement.raw_bind_parameter(before + 11, &row.extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_a_parameter_for_each_column_of_each_row() {
        let connection = Connection::open_in_memory().unwrap();
        let schema = include_str!("../../../migrations/log/sqlite/0001_log.sql");
        connection.execute_batch(schema).unwrap();
        for size in SIZES {
            let statement = connection.prepare(&statement(size)).unwrap();
            assert_eq!(statement.parameter_count(), size * COLUMNS);
        }
    }
}
