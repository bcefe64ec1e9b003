//! Events that a consumer cannot handle: what it does with them, and what it has set aside.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EventId, Position, Timestamp};

/// What a consumer does with an event that it cannot handle, once its tries are used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnPoison {
    /// It stops there until an operator comes.
    #[default]
    Pause,
    /// It sets the event aside, with all later ones of the same key, and goes on with the others.
    Park,
}

/// What a consumer does with events of types that it does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OtherTypes {
    /// They do not concern it: only its place moves past them. A listed type in a version that is not known is no such event,
    /// but one that cannot be handled.
    PassedOver,
}

/// What is known of an event that a consumer has set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ParkedRow {
    /// Its number among the parked events of the consumer: the later it was parked, the higher.
    pub id: u64,
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: EventId,
    /// What keeps its order: the stream; for a process what it carries on, such as the order's id.
    pub key: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong the last time.
    pub error: String,
    /// When it was set aside.
    pub parked_at: Timestamp,
    /// Later events of the same key that wait for it.
    pub waiting_behind: u64,
}

/// What an operator does with parked events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParkedAct {
    /// To be tried again, as if for the first time.
    Retry,
    /// To be given up.
    Discard,
}

/// What setting the event aside would mean at which a consumer has stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ParkPlan {
    /// The consumer.
    pub consumer: String,
    /// The event's place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: EventId,
    /// Its type.
    pub event_type: String,
    /// What keeps its order: later events of the same key wait behind it.
    pub key: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong the last time.
    pub error: String,
    /// Events in the log that would wait behind it.
    pub waiting_behind: u64,
    /// What an operator should know before saying yes, a sentence each.
    pub notes: Vec<String>,
}
