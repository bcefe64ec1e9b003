//! An event as a line: CloudEvents 1.0 in their JSON format.
//!
//! What a recorded event has beyond CloudEvents stands in extension attributes. Their names are lower-case letters and
//! digits, and their values are scalars, so that the metadata are JSON in a string; the integers of CloudEvents have 32
//! bits, so that positions and versions are strings too. `correlationid` and `causationid` are as in the documented
//! extension of that name. The first event of a command carries what the log knows of it in `command…`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;
use serde_json::value::RawValue;
use std::io;
use uuid::Uuid;

use crate::contract::{CommandId, EventId, Position, RecordedEvent, StreamName, Timestamp};
use crate::event_log::CommandRecord;

/// The version of CloudEvents.
pub(super) const SPEC_VERSION: &str = "1.0";
/// The `source` of every event of ours; its id is unique by itself.
pub(super) const SOURCE: &str = "urn:highwater";
/// The `datacontenttype` of every event of ours.
pub(super) const JSON: &str = "application/json";

#[derive(Serialize)]
struct Line<'a> {
    specversion: &'static str,
    id: EventId,
    source: &'static str,
    #[serde(rename = "type")]
    event_type: &'a str,
    subject: &'a StreamName,
    time: Timestamp,
    datacontenttype: &'static str,
    position: String,
    version: String,
    schemaversion: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlationid: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    causationid: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
    #[serde(flatten)]
    command: Option<CommandAttributes<'a>>,
}

/// The data of a line; a struct of its own, because JSON as it is cannot be written through a flattened one.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_base64: Option<String>,
}

#[derive(Serialize)]
struct CommandAttributes<'a> {
    commandid: CommandId,
    commandname: &'a str,
    commandacceptedat: Timestamp,
    commandcorrelation: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    commandcausation: Option<Uuid>,
    commandevents: String,
}

impl CommandAttributes<'_> {
    fn of(command: &CommandRecord) -> CommandAttributes<'_> {
        CommandAttributes {
            commandid: command.id,
            commandname: &command.name,
            commandacceptedat: command.accepted_at,
            commandcorrelation: command.correlation_id,
            commandcausation: command.causation_id,
            commandevents: events_of(command.first_position, command.position).to_string(),
        }
    }
}

fn events_of(first: Position, last: Position) -> u64 {
    last.0.saturating_sub(first.0) + 1
}

/// An event as a line, the line's end included. `command` is the one that it is the first event of.
pub(super) fn line(event: &RecordedEvent, command: Option<&CommandRecord>) -> io::Result<String> {
    let extra = &event.metadata.extra;
    let metadata = match extra.is_empty() {
        true => None,
        false => Some(serde_json::to_string(extra)?),
    };
    let attributes = serde_json::to_string(&Line {
        specversion: SPEC_VERSION,
        id: event.id,
        source: SOURCE,
        event_type: &event.event_type,
        subject: &event.stream,
        time: event.recorded_at,
        datacontenttype: JSON,
        position: event.position.to_string(),
        version: event.version.to_string(),
        schemaversion: event.schema_version.to_string(),
        correlationid: event.metadata.correlation_id,
        causationid: event.metadata.causation_id,
        metadata,
        command: command.map(CommandAttributes::of),
    })?;
    let data = serde_json::to_string(&Data::of(&event.data))?;
    // Two objects that are not empty become one.
    let attributes = attributes.strip_suffix('}').unwrap_or(&attributes);
    let data = data.strip_prefix('{').unwrap_or(&data);
    Ok(format!("{attributes},{data}\n"))
}

impl Data<'_> {
    /// A payload is kept byte for byte. One that a line cannot hold as it is goes as bytes.
    fn of(data: &RawValue) -> Data<'_> {
        let text = data.get();
        if text.contains(['\n', '\r']) || text.trim() != text {
            let data_base64 = Some(BASE64.encode(text));
            return Data {
                data: None,
                data_base64,
            };
        }
        Data {
            data: Some(data),
            data_base64: None,
        }
    }
}
