//! Highwater's log as a library, without a server.

use highwater::contract::{EventId, Metadata, Position, StreamName, Version};
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{
    AppendRequest, EventLog, ExpectedVersion, LogQuery, NewEvent, Options, StreamAppend,
};
use serde_json::value::RawValue;
use std::path::Path;
use std::sync::Arc;

use crate::event;
use crate::failure::Outcome;
use crate::load;

pub const NAME: &str = "Highwater, in process";

/// Events of one stream in a batch.
pub const STREAM_EVENTS: u32 = 10;
/// Events of one page.
const PAGE: usize = 1_000;

/// Opens the log of a folder with a server's settings.
pub async fn open(folder: &Path) -> Outcome<Arc<SqliteLog>> {
    Ok(Arc::new(SqliteLog::open(folder, Options::default()).await?))
}

/// Appends whole new streams.
pub struct Writer {
    log: Arc<SqliteLog>,
    events: u64,
}

impl Writer {
    pub fn new(log: &Arc<SqliteLog>) -> Writer {
        Writer {
            log: Arc::clone(log),
            events: 0,
        }
    }

    fn stream(&mut self, events: u32) -> Outcome<StreamAppend> {
        let name = format!("{}-{}", event::CATEGORY, uuid::Uuid::now_v7());
        let mut new = Vec::with_capacity(events as usize);
        for _ in 0..events {
            new.push(new_event(self.events)?);
            self.events += 1;
        }
        Ok(StreamAppend {
            stream: StreamName::try_new(name)?,
            expected: ExpectedVersion::Exact(Version::NONE),
            events: new,
        })
    }
}

impl load::Writer for Writer {
    async fn append(&mut self, events: u32) -> Outcome<()> {
        let mut appends = Vec::new();
        let mut left = events;
        while left > 0 {
            let of_stream = left.min(STREAM_EVENTS);
            appends.push(self.stream(of_stream)?);
            left -= of_stream;
        }
        let command = None;
        self.log.append(AppendRequest { appends, command }).await?;
        Ok(())
    }
}

fn new_event(number: u64) -> Outcome<NewEvent> {
    Ok(NewEvent {
        id: EventId(event::id()),
        event_type: event::TYPE.to_owned(),
        schema_version: 1,
        data: RawValue::from_string(event::payload(number))?,
        metadata: Metadata::default(),
    })
}

/// Reads all there is, page by page, oldest first; says how much that was.
pub async fn read_all(log: &SqliteLog) -> Outcome<u64> {
    let mut after = Position::START;
    let mut count = 0;
    loop {
        let page = log.read(LogQuery::after(after, PAGE)).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = last.position;
        count += page.len() as u64;
    }
}
