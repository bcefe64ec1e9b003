//! What operators did: events of the streams `audit-<consumer>`.

use serde::{Deserialize, Serialize};

use crate::contract::{OperationId, OperationState, Position, Timestamp};

/// An operator stopped a consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerPaused {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// When it resumes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// An operator started a consumer again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerResumed {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
}

/// An operator set a consumer to another place in the log. The event's id is the operation's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerReset {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// Its checkpoint when the reset was planned.
    pub from: Position,
    /// Where it goes on: after this position.
    pub to: Position,
    /// Events that it handles again, or passes over.
    pub events: u64,
}

/// An operation came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerOperationEnded {
    /// The consumer.
    pub consumer: String,
    /// The operation.
    pub operation: OperationId,
    /// How it ended.
    pub state: OperationState,
    /// Who ended it: the principal's name, or the server's.
    pub by: String,
    /// Their reason, where a person ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Everything that an audit stream can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditEvent {
    /// A consumer was stopped.
    Paused(ConsumerPaused),
    /// A consumer was started again.
    Resumed(ConsumerResumed),
    /// A consumer was set to another place.
    Reset(ConsumerReset),
    /// An operation came to its end.
    OperationEnded(ConsumerOperationEnded),
}
