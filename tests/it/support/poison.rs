//! Events that no server would take, written into the log past every check while no server has it.

use std::path::Path;

use highwater::contract::{EventId, Metadata, StreamName};
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{
    AppendRequest, EventLog, ExpectedVersion, NewEvent, Options, StreamAppend,
};
use serde_json::Value;

/// Appends an event of a version that only a program of the future knows; its place in the log.
pub async fn append_of_the_future(
    data: &Path,
    stream: &str,
    event_type: &str,
    payload: Value,
) -> u64 {
    append_past_checks(data, stream, event_type, 2, payload).await
}

/// Appends any event; its place in the log.
pub async fn append_past_checks(
    data: &Path,
    stream: &str,
    event_type: &str,
    schema_version: u32,
    payload: Value,
) -> u64 {
    let log = SqliteLog::open(data, Options::default())
        .await
        .expect("the log");
    let event = NewEvent {
        id: EventId::generate(),
        event_type: event_type.to_owned(),
        schema_version,
        data: serde_json::value::to_raw_value(&payload).expect("json"),
        metadata: Metadata::default(),
    };
    let append = StreamAppend {
        stream: StreamName::try_new(stream.to_owned()).expect("a stream"),
        expected: ExpectedVersion::Any,
        events: vec![event],
    };
    let request = AppendRequest {
        appends: vec![append],
        command: None,
    };
    let appended = log.append(request).await.expect("appended");
    log.close().await;
    appended.position.0
}
