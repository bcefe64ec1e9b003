//! What operators did: events of the streams `audit-<consumer>`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::SchemaError;
use super::catalogue::raw;
use crate::contract::Timestamp;

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

/// Everything that an audit stream can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditEvent {
    /// A consumer was stopped.
    Paused(ConsumerPaused),
    /// A consumer was started again.
    Resumed(ConsumerResumed),
}

/// Type, schema version and payload of an audit event, as the log stores them.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn encode_audit(event: &AuditEvent) -> Result<(&'static str, u32, Box<RawValue>), SchemaError> {
    match event {
        AuditEvent::Paused(event) => raw("ConsumerPaused", 1, event),
        AuditEvent::Resumed(event) => raw("ConsumerResumed", 1, event),
    }
}
