//! Consumers as the console shows them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::{OnPoison, OtherTypes, Position, Timestamp};

/// What a consumer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsumerKind {
    /// Folds events into a read model.
    Projection,
    /// Handles events and sends commands.
    Process,
    /// Publishes the outbox.
    Relay,
    /// Has a side effect and no read model.
    Reactor,
    /// Belongs to other programs.
    Group,
}

impl ConsumerKind {
    /// Whether what the consumer keeps is made of everything before, so that going back means to begin anew.
    #[must_use]
    pub fn refolds(self) -> bool {
        matches!(self, ConsumerKind::Projection | ConsumerKind::Process)
    }
}

impl fmt::Display for ConsumerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ConsumerKind::Projection => "projection",
            ConsumerKind::Process => "process",
            ConsumerKind::Relay => "relay",
            ConsumerKind::Reactor => "reactor",
            ConsumerKind::Group => "group",
        })
    }
}

/// How a consumer is doing; the first that holds, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsumerState {
    /// No sign of life.
    Offline,
    /// Stopped by an operator.
    Paused,
    /// Stopped by an error that retries did not cure.
    Faulted,
    /// Failing, and trying again.
    Retrying,
    /// Handling old events again.
    Replaying,
    /// Up to date.
    Ok,
    /// Not moving although there is work.
    Stalled,
    /// Moving, but slower than the log.
    FallingBehind,
    /// Moving faster than the log.
    CatchingUp,
    /// Too few samples to say.
    WarmingUp,
}

impl ConsumerState {
    /// The words that a person reads.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ConsumerState::Offline => "Offline",
            ConsumerState::Paused => "Paused",
            ConsumerState::Faulted => "Faulted",
            ConsumerState::Retrying => "Retrying",
            ConsumerState::Replaying => "Replaying",
            ConsumerState::Ok => "Ok",
            ConsumerState::Stalled => "Stalled",
            ConsumerState::FallingBehind => "Falling behind",
            ConsumerState::CatchingUp => "Catching up",
            ConsumerState::WarmingUp => "Warming up",
        }
    }

    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ConsumerState::Offline => "offline",
            ConsumerState::Paused => "paused",
            ConsumerState::Faulted => "faulted",
            ConsumerState::Retrying => "retrying",
            ConsumerState::Replaying => "replaying",
            ConsumerState::Ok => "ok",
            ConsumerState::Stalled => "stalled",
            ConsumerState::FallingBehind => "falling_behind",
            ConsumerState::CatchingUp => "catching_up",
            ConsumerState::WarmingUp => "warming_up",
        }
    }
}

/// One consumer, as of `updated_at`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConsumerRow {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: ConsumerKind,
    /// How it is doing.
    pub state: ConsumerState,
    /// Its checkpoint.
    pub position: Position,
    /// The log's head when the row was made.
    pub head: Position,
    /// Events after the checkpoint that it wants, exactly.
    pub lag_events: u64,
    /// Milliseconds since the first of them was recorded; 0 when there is none.
    pub lag_age_ms: u64,
    /// Milliseconds until it has caught up at its present rate; `None` when it does not gain on the log.
    pub eta_ms: Option<u64>,
    /// Events a second over the last samples.
    pub rate_per_s: f64,
    /// Events set aside.
    pub parked: u64,
    /// Who runs it: a server, as `host/process/address`, which may be another one; of a group with members, those.
    pub owner: String,
    /// What last went wrong.
    pub last_error: Option<String>,
    /// Who paused it, why and until when, while it is paused.
    pub paused: Option<Paused>,
    /// How often the present event was tried again.
    pub attempt: u32,
    /// The event that it fails at; `None` while it fails at none, or its surroundings fail.
    pub failing_at: Option<Position>,
    /// What it does with an event that it cannot handle; `None` where nothing is ever tried again.
    pub on_poison: Option<OnPoison>,
    /// What it does with events of types that it does not want.
    pub other_types: OtherTypes,
    /// Whether a build that answered before is kept, to which it could go back.
    pub previous_kept: bool,
    /// Of a read model: its stored copy, at which a rebuild can begin; `None` where there is none.
    #[serde(default)]
    pub copy: Option<StoredCopy>,
    /// The operation on it that is under way.
    pub operation: Option<super::Operation>,
    /// Of a read model: what its last comparison with the log found; `None` before there was one.
    pub proof: Option<Proof>,
    /// From committed to applied, over the last two minutes.
    pub applied: super::Percentiles,
    /// When the row was made.
    pub updated_at: Timestamp,
}

#[cfg(test)]
impl ConsumerRow {
    /// A read model in a state, of which nothing else is said: for tests, which say what matters to them.
    pub(crate) fn plain(name: &str, state: ConsumerState) -> ConsumerRow {
        ConsumerRow {
            name: name.to_owned(),
            kind: ConsumerKind::Projection,
            state,
            position: Position(1),
            head: Position(1),
            lag_events: 0,
            lag_age_ms: 0,
            eta_ms: None,
            rate_per_s: 0.0,
            parked: 0,
            owner: "here".to_owned(),
            last_error: None,
            paused: None,
            attempt: 0,
            failing_at: None,
            on_poison: None,
            other_types: OtherTypes::PassedOver,
            previous_kept: false,
            copy: None,
            operation: None,
            proof: None,
            applied: super::Percentiles::default(),
            updated_at: Timestamp::default(),
        }
    }
}

/// What the comparison of a read model with a fresh fold of the log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// When it was made.
    pub at: Timestamp,
    /// The position as of which both were compared.
    pub as_of: Position,
    /// Rows that were compared.
    pub rows: u64,
    /// Whether all of it was compared, and not only a sample.
    pub whole: bool,
    /// Events that the read model had set aside: they and what waits behind them were left out on both sides.
    #[serde(default)]
    pub parked: u64,
    /// What differed, a sentence each; the first ones only where there is much.
    pub differences: Vec<String>,
}

/// A copy of a read model as it was at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredCopy {
    /// The position.
    pub as_of: Position,
    /// How large its file is.
    pub bytes: u64,
    /// When it was taken.
    pub taken_at: Timestamp,
}

/// Who paused a consumer, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paused {
    /// The principal's name.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// When they did it.
    pub at: Timestamp,
    /// When it resumes by itself.
    pub until: Option<Timestamp>,
}

/// Where one consumer was at a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsumerSample {
    /// Its name.
    pub name: String,
    /// Its checkpoint.
    pub position: Position,
}

/// Where everyone was at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PositionSample {
    /// The moment.
    pub at: Timestamp,
    /// The head of the log.
    pub head: Position,
    /// The consumers, by name.
    pub consumers: Vec<ConsumerSample>,
}

/// The first content of the consumers pages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConsumersView {
    /// Every consumer, by name.
    pub consumers: Vec<ConsumerRow>,
    /// Where everyone was, oldest first.
    pub samples: Vec<PositionSample>,
    /// The head of the log.
    pub head: Position,
}
