//! Consumer groups of other programs: what defines one, and the frames between the server and its members.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::{Position, Problem, RecordedEvent};

/// How a group shares the events among its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupMode {
    /// Each stream stays with one member at a time, in order; members commit positions.
    Log,
    /// Each event goes to one of the members, and is acknowledged by itself.
    Queue,
    /// Every connected member gets every event from now on; nothing is stored for it.
    Topic,
}

impl fmt::Display for GroupMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GroupMode::Log => "log",
            GroupMode::Queue => "queue",
            GroupMode::Topic => "topic",
        })
    }
}

/// What the server says to a member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum GroupFrame {
    /// The first frame.
    Hello {
        /// The group.
        consumer: String,
        /// The member, as it named itself.
        member: String,
        /// How events are shared.
        mode: GroupMode,
        /// Where the group stands: everything up to here is finished.
        position: Position,
    },
    /// An event; it has used one credit.
    Event {
        /// What the member answers with.
        delivery: u64,
        /// How often the event was sent, this time included.
        attempt: u32,
        /// The event.
        event: Box<RecordedEvent>,
    },
    /// The connection lives.
    Heartbeat {
        /// The last committed position.
        head: Position,
    },
    /// A frame could not be taken, or the connection ends.
    Error {
        /// Why.
        problem: Problem,
    },
}

/// What a member wants to become of an event that it could not handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NackAction {
    /// To be sent again.
    Retry,
    /// To be set aside.
    Park,
    /// To be passed over for good.
    Skip,
}

/// What a member says to the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MemberFrame {
    /// So many more events may be sent.
    Credit {
        /// How many.
        n: u32,
    },
    /// An event is handled.
    Ack {
        /// The number that it came with.
        delivery: u64,
    },
    /// An event could not be handled.
    Nack {
        /// The number that it came with.
        delivery: u64,
        /// What is to become of it.
        action: NackAction,
        /// What went wrong.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// In `log` mode: everything that the member was given up to a position is handled.
    Commit {
        /// The position.
        position: Position,
    },
}
