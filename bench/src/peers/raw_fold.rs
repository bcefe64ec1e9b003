//! The rows of the order list written by SQLite without anything around it: the same tables, one connection, a statement a row,
//! a thousand events a transaction, what was read from the log already in memory. It is what a fold could reach at most that
//! writes a row for each event.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::failure::Outcome;

pub const NAME: &str = "raw SQLite";

/// Events of a transaction.
const TOGETHER: usize = 1_000;

const ADVANCE: &str = "UPDATE orders SET status = ?2, cancel_reason = ?3, updated_at = ?4, position = ?1 \
     WHERE placed_position = ?5";

/// The tables that are filled, and the column that says with which event a row comes.
const TABLES: [(&str, &str); 4] = [
    ("orders", "placed_position"),
    ("order_history", "position"),
    ("past_statuses", "until"),
    ("order_counts", "position"),
];

/// A row, and the position of the event that writes it.
struct Write {
    position: i64,
    /// Which statement.
    statement: usize,
    values: Vec<Value>,
}

/// What a fold of the whole log has written, as the finished read model tells it.
pub struct Fold {
    schema: String,
    statements: Vec<String>,
    writes: Vec<Write>,
}

impl Fold {
    /// Reads it from the file of the order list.
    pub fn of(file: &Path) -> Outcome<Fold> {
        let model = Connection::open(file)?;
        let mut schema = model.prepare(
            "SELECT group_concat(sql, ';') FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'",
        )?;
        let schema = schema.query_row([], |row| row.get(0))?;
        let mut fold = Fold {
            schema,
            statements: Vec::new(),
            writes: Vec::new(),
        };
        for (table, position) in TABLES {
            fold.inserts(&model, table, position)?;
        }
        fold.advances(&model)?;
        fold.writes.sort_by_key(|write| write.position);
        Ok(fold)
    }

    fn inserts(&mut self, model: &Connection, table: &str, position: &str) -> Outcome<()> {
        let mut rows = model.prepare(&format!("SELECT {position}, * FROM {table}"))?;
        let columns = rows.column_count() - 1;
        let places = vec!["?"; columns].join(", ");
        let statement = self.statement(format!("INSERT INTO {table} VALUES ({places})"));
        self.read(&mut rows, statement)
    }

    /// Each version of a row that ended, ended with an event that wrote the row again.
    fn advances(&mut self, model: &Connection) -> Outcome<()> {
        let mut rows = model.prepare(
            "SELECT until, until, status, NULL, since, placed_position FROM past_statuses",
        )?;
        let statement = self.statement(ADVANCE.to_owned());
        self.read(&mut rows, statement)
    }

    fn statement(&mut self, sql: String) -> usize {
        self.statements.push(sql);
        self.statements.len() - 1
    }

    fn read(&mut self, rows: &mut rusqlite::Statement<'_>, statement: usize) -> Outcome<()> {
        let columns = rows.column_count();
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let values = (1..columns).map(|column| row.get(column));
            self.writes.push(Write {
                position: row.get(0)?,
                statement,
                values: values.collect::<Result<_, _>>()?,
            });
        }
        Ok(())
    }

    /// Writes it all into a new file, and says how long that took.
    pub fn write(&self, file: &Path) -> Outcome<Duration> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.execute_batch(&self.schema)?;
        let begun = Instant::now();
        let mut rest = &self.writes[..];
        while let Some(first) = rest.first() {
            let end = first.position + i64::try_from(TOGETHER)?;
            let length = rest.partition_point(|write| write.position < end);
            let (batch, after) = rest.split_at(length);
            self.commit(&connection, batch)?;
            rest = after;
        }
        Ok(begun.elapsed())
    }

    fn commit(&self, connection: &Connection, batch: &[Write]) -> Outcome<()> {
        let transaction = connection.unchecked_transaction()?;
        for write in batch {
            transaction
                .prepare_cached(&self.statements[write.statement])?
                .execute(params_from_iter(&write.values))?;
        }
        Ok(transaction.commit()?)
    }
}
