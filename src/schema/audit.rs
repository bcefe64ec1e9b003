//! What operators did: events of the streams `audit-<consumer>`.

use serde::{Deserialize, Serialize};

use crate::contract::{
    EventId, GroupMode, OperationId, OperationState, Position, Selection, Timestamp,
};

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

/// An operator wants a read model to be built anew. The event's id is the operation's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerRebuildStarted {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// Its checkpoint at that time.
    pub from: Position,
    /// Events that are to be folded up to there.
    pub events: u64,
    /// The position that the stored copy was as of at which the build begins. Without it, it begins at the log's start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Position>,
}

/// A read model that was built anew was compared with the one that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerRebuildCompared {
    /// The consumer.
    pub consumer: String,
    /// The operation.
    pub operation: OperationId,
    /// The position as of which both were compared.
    pub as_of: Position,
    /// Rows of the one that answered.
    pub rows: u64,
    /// What differed, a sentence each; the first ones only where there is much.
    pub differences: Vec<String>,
}

/// An operator lets the build answer again that did before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerSwitchedBack {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
}

/// An operator has the build thrown away that answered before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerPreviousForgotten {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
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
    /// Why, where a person ended it or it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An operator made a consumer group, or changed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupDefined {
    /// The group.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason, where they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How events are shared among the members.
    pub mode: GroupMode,
    /// Where the group began: this position was the last that it does not get. Without it, the place of this act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Position>,
    /// Which events it gets.
    pub filter: Selection,
    /// A delivery that is not answered for so long is taken back.
    pub ack_timeout_ms: u64,
    /// Deliveries that may be unanswered at the same time.
    pub max_in_flight: u32,
    /// An event that was sent so often and never handled is parked.
    pub max_attempts: u32,
}

/// An operator removed a consumer group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRemoved {
    /// The group.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
}

/// An operator had a consumer set the event aside at which it had stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerEventParked {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
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
}

/// An operator chose parked events, to send them again or to give them up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedChosen {
    /// The consumer.
    pub consumer: String,
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// Only these; all where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<u64>>,
    /// Only those up to this position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Position>,
    /// The last event that was parked when the choice was made: later arrivals are not meant.
    pub last_id: u64,
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
    /// A read model is to be built anew.
    RebuildStarted(ConsumerRebuildStarted),
    /// It was compared with the one that answers.
    RebuildCompared(ConsumerRebuildCompared),
    /// The build before it answers again.
    SwitchedBack(ConsumerSwitchedBack),
    /// The build before it is thrown away.
    PreviousForgotten(ConsumerPreviousForgotten),
    /// An operation came to its end.
    OperationEnded(ConsumerOperationEnded),
    /// A group was made or changed.
    GroupDefined(GroupDefined),
    /// A group was removed.
    GroupRemoved(GroupRemoved),
    /// The event was set aside at which a consumer had stopped.
    EventParked(ConsumerEventParked),
    /// Parked events were sent again.
    ParkedRetried(ParkedChosen),
    /// Parked events were given up.
    ParkedDiscarded(ParkedChosen),
}
