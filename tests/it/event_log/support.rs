//! What the tests of the log are written with.

use async_trait::async_trait;
use highwater::contract::{
    CommandId, EventId, Metadata, Position, RecordedEvent, StreamName, Timestamp, Version,
};
use highwater::event_log::{
    AppendError, AppendRequest, Appended, CommandStamp, EventLog, ExpectedVersion, LogQuery,
    NewEvent, Options, StreamAppend,
};
use serde_json::value::RawValue;
use std::sync::Arc;
use uuid::Uuid;

/// A place where a log is kept: opening it again, once it was closed, finds what was written.
#[async_trait]
pub trait Store: Send + Sync {
    /// Opens the log with bounds, or a clock, of the test's own.
    async fn open_as(&self, options: Options) -> Arc<dyn EventLog>;

    /// Opens the log.
    async fn open(&self) -> Arc<dyn EventLog> {
        self.open_as(Options::default()).await
    }
}

pub fn stream(name: &str) -> StreamName {
    StreamName::try_new(name).unwrap()
}

pub fn json(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

/// An event with a new id and a small payload.
pub fn event(event_type: &str) -> NewEvent {
    NewEvent {
        id: EventId::generate(),
        event_type: event_type.to_owned(),
        schema_version: 1,
        data: json(r#"{"n":1}"#),
        metadata: Metadata::default(),
    }
}

/// So many events of one type.
pub fn events(event_type: &str, count: usize) -> Vec<NewEvent> {
    (0..count).map(|_| event(event_type)).collect()
}

pub fn part(name: &str, expected: ExpectedVersion, events: Vec<NewEvent>) -> StreamAppend {
    StreamAppend {
        stream: stream(name),
        expected,
        events,
    }
}

pub fn request(appends: Vec<StreamAppend>) -> AppendRequest {
    AppendRequest {
        appends,
        command: None,
    }
}

pub fn to(name: &str, expected: ExpectedVersion, events: Vec<NewEvent>) -> AppendRequest {
    request(vec![part(name, expected, events)])
}

pub fn command(name: &str) -> CommandStamp {
    CommandStamp {
        id: CommandId::generate(),
        name: name.to_owned(),
        accepted_at: Timestamp::from_micros(1_700_000_000_000_001),
        correlation_id: Uuid::now_v7(),
        causation_id: None,
    }
}

/// Appends so many events to a stream, wherever it stands.
pub async fn add(log: &dyn EventLog, name: &str, event_type: &str, count: usize) -> Appended {
    let request = to(name, ExpectedVersion::Any, events(event_type, count));
    log.append(request).await.unwrap()
}

pub fn exact(version: u64) -> ExpectedVersion {
    ExpectedVersion::Exact(Version(version))
}

pub fn conflict(name: &str, expected: ExpectedVersion, actual: u64) -> AppendError {
    AppendError::ExpectedVersionConflict {
        stream: stream(name),
        expected,
        actual: Version(actual),
    }
}

/// The whole log, read from the beginning in pages.
pub async fn whole(log: &dyn EventLog) -> Vec<Arc<RecordedEvent>> {
    let mut all = Vec::new();
    let mut after = Position::START;
    loop {
        let page = log.read(LogQuery::after(after, 1_000)).await.unwrap();
        let Some(last) = page.last() else {
            return all;
        };
        after = last.position;
        all.extend(page);
    }
}

pub fn positions(events: &[Arc<RecordedEvent>]) -> Vec<u64> {
    events.iter().map(|event| event.position.0).collect()
}

pub fn versions(events: &[Arc<RecordedEvent>]) -> Vec<u64> {
    events.iter().map(|event| event.version.0).collect()
}
