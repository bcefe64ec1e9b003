//! Events as they are read.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{CommandId, EventId, Position, StreamName, Timestamp, Version};

/// What stands beside the payload. Fields that we do not know are kept as they came.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// The whole conversation that the event belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<Uuid>,
    /// The message that directly caused it: a command or an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<Uuid>,
    /// Whatever else the writer put there.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// An event as stored: an immutable fact with its place in the log and in its stream.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecordedEvent {
    /// Its id.
    pub id: EventId,
    /// Its type, in the past tense.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The version of the type's schema.
    pub schema_version: u32,
    /// The stream it belongs to.
    pub stream: StreamName,
    /// Its place in the stream.
    pub version: Version,
    /// Its place in the log.
    pub position: Position,
    /// When it was committed. Never decreases along the log.
    pub recorded_at: Timestamp,
    /// The payload: JSON, byte for byte as it was written.
    #[serde(deserialize_with = "payload")]
    #[schemars(with = "serde_json::Value")]
    pub data: Box<RawValue>,
    /// What stands beside the payload.
    pub metadata: Metadata,
}

/// Reads a payload wherever an event stands. `RawValue` itself can only be read where nothing was buffered, which is not so
/// inside frames and flattened answers; the order of fields is kept.
fn payload<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<RawValue>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    RawValue::from_string(value.to_string()).map_err(D::Error::custom)
}

impl PartialEq for RecordedEvent {
    /// Events are immutable, so the same place is the same event.
    fn eq(&self, other: &RecordedEvent) -> bool {
        self.position == other.position && self.id == other.id
    }
}

/// The order in which a log or stream is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Oldest first.
    #[default]
    Forward,
    /// Newest first.
    Backward,
}

/// Which events of the log are wanted; an empty filter wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFilter {
    /// Only this type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Only streams of this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Only this conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<Uuid>,
    /// Only what was recorded at this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_time: Option<Timestamp>,
}

impl EventFilter {
    /// Whether an event is wanted.
    #[must_use]
    pub fn wants(&self, event: &RecordedEvent) -> bool {
        self.event_type
            .as_ref()
            .is_none_or(|t| *t == event.event_type)
            && self
                .category
                .as_ref()
                .is_none_or(|c| c == event.stream.category())
            && self
                .correlation_id
                .is_none_or(|id| event.metadata.correlation_id == Some(id))
            && self.from_time.is_none_or(|from| event.recorded_at >= from)
    }
}

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventPage {
    /// The events, in the order asked for.
    pub events: Vec<RecordedEvent>,
    /// Where the next page starts (`after`); `None` when there is nothing more now.
    pub next: Option<Position>,
    /// The last committed position when the page was read.
    pub head: Position,
}

/// A page of one stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StreamPage {
    /// The stream.
    pub stream: StreamName,
    /// Its last version.
    pub version: Version,
    /// The events, in the order asked for.
    pub events: Vec<RecordedEvent>,
    /// The version at which the next page starts (`from`); `None` when there is nothing more.
    pub next: Option<Version>,
}

/// The command that an event came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommandOfEvent {
    /// Its id.
    pub id: CommandId,
    /// Its name, imperative.
    pub name: String,
}

/// One event with what caused it and what it caused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventView {
    /// The event.
    #[serde(flatten)]
    pub event: RecordedEvent,
    /// The command that it came from, where a command of ours wrote it.
    pub command: Option<CommandOfEvent>,
    /// The event that directly caused it, or its command.
    pub caused_by: Option<RecordedEvent>,
    /// The events it caused, directly or through one command, oldest first.
    pub caused: Vec<RecordedEvent>,
}
