//! SQLite without anything around it: Highwater's own tables and statements, one connection, the same durability. What it
//! reaches is what a log on SQLite can reach at most.

use rusqlite::{Connection, ToSql};
use std::path::Path;

use super::in_process::STREAM_EVENTS;
use crate::event;
use crate::failure::Outcome;
use crate::load;

pub const NAME: &str = "raw SQLite";

const TABLES: &str = include_str!("../../../migrations/log/sqlite/0001_log.sql");
const INSERT_STREAM: &str = include_str!("../../../src/event_log/sqlite/sql/insert_stream.sql");
const INSERT_EVENT: &str = include_str!("../../../src/event_log/sqlite/sql/insert_event.sql");
const INSERT_KIND: &str = include_str!("../../../src/event_log/sqlite/sql/insert_kind.sql");
/// Events of one statement.
const TOGETHER: u32 = 16;
const COLUMNS: u32 = 11;
const SCAN: &str = include_str!("raw_sqlite/scan.sql");

/// The only connection to a database of its own.
pub struct Writer {
    connection: Connection,
    /// The statement that inserts many events.
    insert_many: String,
    /// The number of the kind of all events.
    kind: i64,
    position: i64,
}

impl Writer {
    /// Makes the tables in an empty folder. The settings are those of Highwater's write connection, but that SQLite
    /// copies its WAL by itself, at the commit that makes it 16 MiB long.
    pub fn open(folder: &Path) -> Outcome<Writer> {
        let connection = Connection::open(folder.join("log.db"))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", 4_096)?;
        connection.pragma_update(None, "cache_size", -16 * 1024)?;
        connection.execute_batch(TABLES)?;
        connection.execute(INSERT_KIND, [event::CATEGORY, event::TYPE])?;
        let kind = connection.last_insert_rowid();
        let row = INSERT_EVENT.trim_end().lines().last().unwrap_or_default();
        let more = format!(",{row}").repeat(TOGETHER as usize - 1);
        Ok(Writer {
            connection,
            insert_many: INSERT_EVENT.trim_end().to_owned() + &more,
            kind,
            position: 0,
        })
    }

    /// Inserts events of new streams in one transaction.
    pub fn commit(&mut self, events: u32) -> Outcome<()> {
        let transaction = self.connection.transaction()?;
        let now = chrono::Utc::now().timestamp_micros();
        {
            let mut insert_stream = transaction.prepare_cached(INSERT_STREAM)?;
            let mut insert_many = transaction.prepare_cached(&self.insert_many)?;
            let mut insert_one = transaction.prepare_cached(INSERT_EVENT)?;
            let mut stream = 0;
            let mut at = 0;
            while at < events {
                let many = events - at >= TOGETHER;
                let (insert, rows) = match many {
                    true => (&mut insert_many, TOGETHER),
                    false => (&mut insert_one, 1),
                };
                for row in 0..rows {
                    let version = at % STREAM_EVENTS + 1;
                    if version == 1 {
                        let name = format!("{}-{}", event::CATEGORY, uuid::Uuid::now_v7());
                        stream = insert_stream.insert([name])?;
                    }
                    at += 1;
                    self.position += 1;
                    let event: [&dyn ToSql; COLUMNS as usize] = [
                        &self.position,
                        &event::id().into_bytes(),
                        &stream,
                        &version,
                        &self.kind,
                        &1,
                        &now,
                        &None::<[u8; 16]>,
                        &None::<[u8; 16]>,
                        &event::payload(self.position.unsigned_abs()),
                        &None::<&str>,
                    ];
                    for (column, value) in (1..).zip(event) {
                        insert.raw_bind_parameter((row * COLUMNS) as usize + column, value)?;
                    }
                }
                insert.raw_execute()?;
            }
        }
        Ok(transaction.commit()?)
    }
}

impl load::Writer for Writer {
    /// Blocks its thread as a writer of a library would: nobody else has work in such a measurement.
    async fn append(&mut self, events: u32) -> Outcome<()> {
        tokio::task::block_in_place(|| self.commit(events))
    }
}

/// Reads all rows of a log that a query for whole events would read; says how many there were.
pub fn scan(file: &Path) -> Outcome<u64> {
    let connection = Connection::open(file)?;
    let mut statement = connection.prepare(SCAN)?;
    let mut rows = statement.query([])?;
    let mut count = 0;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        bytes += row.get_ref(1)?.as_blob()?.len();
        bytes += row.get_ref(2)?.as_str()?.len();
        bytes += row.get_ref(4)?.as_str()?.len();
        bytes += row.get_ref(6)?.as_str()?.len();
        count += 1;
    }
    std::hint::black_box(bytes);
    Ok(count)
}
