//! What a command did, and how the system came to agree on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CommandId, ConsumerKind, EventId, Position, StreamName, Timestamp, Version};

/// An event that a command committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommittedEvent {
    /// The event.
    pub id: EventId,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its place in the stream.
    pub version: Version,
    /// Its place in the log.
    pub position: Position,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommandReceipt {
    /// The command.
    pub command_id: CommandId,
    /// The stream it was decided on.
    pub stream: StreamName,
    /// The stream's version after it.
    pub version: Version,
    /// The position of its last event.
    pub position: Position,
    /// What it committed.
    pub events: Vec<CommittedEvent>,
    /// Whether the command had been carried out before, and this is the first answer again.
    pub duplicate: bool,
}

/// How far one consumer is with a command's events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsumerProgress {
    /// The consumer.
    pub name: String,
    /// What it is for.
    pub kind: ConsumerKind,
    /// When it took the events up; `None` while they wait, and where it is no longer known.
    pub started_at: Option<Timestamp>,
    /// When it had committed them; `None` while it has not.
    pub applied_at: Option<Timestamp>,
    /// Milliseconds from the commit to `applied_at`.
    pub elapsed_ms: Option<f64>,
    /// Whether its checkpoint has passed the command, also where the time of it is no longer known.
    pub applied: bool,
    /// Why it is not moving, where it is not ("paused by ...").
    pub waiting_for: Option<String>,
    /// What is usual for this consumer.
    pub usual: Percentiles,
}

/// How one command converged, stage by stage. Times are the server's; the page's own stamps are mapped to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CommandConvergence {
    /// The command.
    pub command_id: CommandId,
    /// Its name.
    pub name: String,
    /// When the page sent it, mapped to server time, where a page did.
    pub sent_at: Option<Timestamp>,
    /// When the server took it.
    pub accepted_at: Timestamp,
    /// When the domain had decided.
    pub decided_at: Option<Timestamp>,
    /// When its events were durable.
    pub committed_at: Timestamp,
    /// The position of its last event.
    pub position: Position,
    /// Every consumer that the events concern.
    pub consumers: Vec<ConsumerProgress>,
    /// When the rows were sent to a page.
    pub pushed_at: Option<Timestamp>,
    /// When the page had them.
    pub received_at: Option<Timestamp>,
    /// When they were on the screen.
    pub painted_at: Option<Timestamp>,
    /// How far the page's stamps may be off, in milliseconds either way.
    pub page_uncertainty_ms: Option<f64>,
    /// Whether every consumer concerned has it.
    pub converged: bool,
    /// From the commit until every consumer had it, or until now while some have not; `None` where it is no longer known.
    pub window_ms: Option<f64>,
    /// What the window usually is for this kind of command.
    pub usual_window: Percentiles,
    /// From committed to painted, usually.
    pub usual_painted: Percentiles,
    /// The server's clock when this was made.
    pub at: Timestamp,
}

/// Percentiles of a duration in milliseconds over the last two minutes; all `None` where nothing was recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Percentiles {
    /// How many were recorded.
    pub count: u64,
    /// Half were at most this.
    pub p50: Option<f64>,
    /// 95 of 100 were at most this.
    pub p95: Option<f64>,
    /// 99 of 100 were at most this.
    pub p99: Option<f64>,
}

/// Percentiles of one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageStats {
    /// The stage: `committed`, `applied orders`, `window`, `pushed`, `painted`.
    pub stage: String,
    /// Its percentiles.
    pub percentiles: Percentiles,
}
