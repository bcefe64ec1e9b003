//! What a writer asks for.

use serde_json::value::RawValue;
use std::fmt;
use uuid::Uuid;

use crate::contract::{CommandId, EventId, Metadata, Position, StreamName, Timestamp, Version};

/// One append: to one or several streams, all or nothing.
#[derive(Clone, Debug)]
pub struct AppendRequest {
    /// What goes to which stream; each stream at most once. Events get their positions in this order.
    pub appends: Vec<StreamAppend>,
    /// The command that decided it, where there was one; its id makes the append idempotent.
    pub command: Option<CommandStamp>,
}

/// What is to be appended to one stream.
#[derive(Clone, Debug)]
pub struct StreamAppend {
    /// The stream.
    pub stream: StreamName,
    /// Where the stream must stand for the append to be right.
    pub expected: ExpectedVersion,
    /// The events, at least one.
    pub events: Vec<NewEvent>,
}

/// Where a stream must stand for an append to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedVersion {
    /// Anywhere.
    Any,
    /// The stream has no events yet.
    NoStream,
    /// The stream has events.
    StreamExists,
    /// The stream's last event has this version; `Version::NONE` is the same as `NoStream`.
    Exact(Version),
}

impl ExpectedVersion {
    /// Whether a stream at `actual` is where it must be.
    #[must_use]
    pub fn allows(self, actual: Version) -> bool {
        match self {
            ExpectedVersion::Any => true,
            ExpectedVersion::NoStream => actual == Version::NONE,
            ExpectedVersion::StreamExists => actual != Version::NONE,
            ExpectedVersion::Exact(version) => actual == version,
        }
    }
}

impl fmt::Display for ExpectedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExpectedVersion::Any => f.write_str("any version"),
            ExpectedVersion::NoStream => f.write_str("no stream"),
            ExpectedVersion::StreamExists => f.write_str("an existing stream"),
            ExpectedVersion::Exact(version) => write!(f, "version {version}"),
        }
    }
}

/// An event that is to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Its id. Time-ordered ids (UUID v7) are twice as cheap to append as random ones.
    pub id: EventId,
    /// Its type, in the past tense.
    pub event_type: String,
    /// The version of the type's schema, from 1.
    pub schema_version: u32,
    /// The payload; kept byte for byte.
    pub data: Box<RawValue>,
    /// What stands beside the payload.
    pub metadata: Metadata,
}

/// The command that an append comes from.
#[derive(Clone, Debug)]
pub struct CommandStamp {
    /// Its id: the second append with it changes nothing.
    pub id: CommandId,
    /// Its name, imperative.
    pub name: String,
    /// When the server took it.
    pub accepted_at: Timestamp,
    /// The whole conversation.
    pub correlation_id: Uuid,
    /// The event that caused it; `None` when a person or a program sent it.
    pub causation_id: Option<Uuid>,
}

/// Where and when an append stands in the record it is restored from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The position of its first event: the log must have come just that far.
    pub first_position: Position,
    /// When it was recorded; no earlier than what stands in front of it.
    pub recorded_at: Timestamp,
}
