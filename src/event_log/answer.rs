//! What a writer is told.

use uuid::Uuid;

use crate::contract::{CommandId, Position, StreamName, Timestamp, Version};

/// An append that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// What was appended to each stream, in the order of the request.
    pub streams: Vec<StreamAppended>,
    /// The position of the first event.
    pub first_position: Position,
    /// The position of the last event. All between the two belong to this append.
    pub position: Position,
    /// When the commit had returned. In the answer to a repetition it is the time that the events carry, which was taken
    /// when their transaction began.
    pub committed_at: Timestamp,
    /// Whether the append had been made before, and this is the first answer again.
    pub duplicate: bool,
}

/// What was appended to one stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamAppended {
    /// The stream.
    pub stream: StreamName,
    /// The version of the first event.
    pub first_version: Version,
    /// The version of the last event: where the stream stood after the append.
    pub last_version: Version,
    /// The position of the last event in this stream.
    pub position: Position,
}

/// A command that has appended something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRecord {
    /// The command.
    pub id: CommandId,
    /// Its name.
    pub name: String,
    /// When the server took it.
    pub accepted_at: Timestamp,
    /// The whole conversation.
    pub correlation_id: Uuid,
    /// The event that caused it; `None` when a person or a program sent it.
    pub causation_id: Option<Uuid>,
    /// The stream it was decided on: the first of its append.
    pub stream: StreamName,
    /// That stream's version after it.
    pub version: Version,
    /// The position of its first event.
    pub first_position: Position,
    /// The position of its last event. All between the two are its.
    pub position: Position,
    /// When its events were recorded.
    pub committed_at: Timestamp,
}
