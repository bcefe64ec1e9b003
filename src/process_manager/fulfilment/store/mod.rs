//! Where the process keeps its state, its checkpoint and the commands that it has to send: in one transaction, behind a trait,
//! so that each database has a version of its own.

mod postgres;
mod rows;
mod sqlite;

use async_trait::async_trait;
use std::collections::BTreeMap;

use super::state::Fulfilment;
use crate::contract::{CommandId, EventId, OrderId, Position};
use crate::process_manager::ProcessError;
use crate::process_manager::outgoing::Outgoing;
use crate::subscription::parking::{Due, Found, Held, NewParked, Waiting, WhichParked};
use crate::subscription::{Checkpoint, ResetAct};

pub(super) use postgres::PostgresStore;
pub(super) use sqlite::SqliteStore;

/// The states that a batch touches. `None`: the order is not known yet. Orders whose process is done are left out.
pub(super) type States = BTreeMap<OrderId, Option<Fulfilment>>;

/// Where the process stands.
pub(super) struct StandsAt {
    pub checkpoint: Checkpoint,
    /// Events up to here are taken in without sending a command.
    pub silent_to: Position,
    /// What must not be taken in now.
    pub held: Held,
}

/// How a place begins that is made for a process that has worked elsewhere.
#[derive(Default)]
pub(super) struct Beginning {
    /// The last act of an operator that was carried out there.
    pub carried_out: Position,
    /// Commands for the events up to here were decided there.
    pub silent_to: Position,
    /// Those of them whose answer is not noted.
    pub outgoing: Vec<Outgoing>,
}

/// What a batch has changed.
pub(super) struct Changes<'a> {
    pub before: Position,
    pub upto: Position,
    pub states: &'a States,
    pub outgoing: &'a [Outgoing],
    pub answered: &'a [CommandId],
    /// What came behind a parked event, and was passed.
    pub waiting: &'a [Waiting],
}

/// What is changed of the parked events, all or nothing.
pub(super) enum ParkedChange<'a> {
    /// An event is set aside, unless that is only to be noted.
    Park {
        parked: Option<&'a NewParked>,
        act: Option<Position>,
    },
    /// Some are to be tried again.
    Retry {
        act: Position,
        which: &'a WhichParked,
    },
    /// Some are given up, with their commands. What waits behind them is due.
    Discard {
        act: Position,
        which: &'a WhichParked,
    },
    /// One has failed again.
    FailedAgain { id: u64, error: String },
    /// The commands of one were sent, and are forgotten already. What waits behind it is due.
    Sent { id: u64 },
    /// One was taken in.
    Taken(Late<'a>),
}

/// A parked event that was taken in late, and how far what waits behind it was.
pub(super) struct Late<'a> {
    /// Its number.
    pub id: u64,
    pub key: &'a str,
    /// The last event that was taken in.
    pub upto: Position,
    pub states: &'a States,
    pub outgoing: &'a [Outgoing],
    /// The next one, where that could not be.
    pub stopped: Option<&'a NewParked>,
}

impl ParkedChange<'_> {
    /// The act that is carried out with it.
    fn act(&self) -> Position {
        match self {
            ParkedChange::Park { act, .. } => act.unwrap_or(Position::START),
            ParkedChange::Retry { act, .. } | ParkedChange::Discard { act, .. } => *act,
            _ => Position::START,
        }
    }
}

impl Late<'_> {
    /// What waits up to here waits no more: it was taken in, or is parked itself.
    fn passed(&self) -> Position {
        self.stopped.map_or(self.upto, |stopped| stopped.position)
    }
}

/// The process's place.
#[async_trait]
pub(super) trait Store: Send + Sync + 'static {
    /// Takes the place for us: whoever had it before can write no more.
    async fn claim(&self) -> Result<(), ProcessError>;

    async fn stands_at(&self) -> Result<StandsAt, ProcessError>;

    /// Goes back to the beginning where the act sends it back, and notes up to where it is to be silent.
    async fn reset(&self, act: ResetAct) -> Result<StandsAt, ProcessError>;

    /// The states of some orders; those that are not known are `None`, those that are done are left out.
    async fn load(&self, orders: &[OrderId]) -> Result<States, ProcessError>;

    /// Writes what a batch has changed, checkpoint included, all or nothing.
    async fn save(&self, changes: &Changes<'_>) -> Result<(), ProcessError>;

    /// Commands whose answer is not noted yet, except those of parked events.
    async fn unanswered(&self) -> Result<Vec<Outgoing>, ProcessError>;

    /// Notes that commands were answered.
    async fn forget(&self, answered: &[CommandId]) -> Result<(), ProcessError>;

    /// Commands of an event whose answer is not noted yet.
    async fn commands_of(&self, cause: EventId) -> Result<Vec<Outgoing>, ProcessError>;

    /// Changes what is parked.
    async fn change_parked(&self, change: &ParkedChange<'_>) -> Result<(), ProcessError>;

    /// The first of the parked events that are to be tried again, with at most so many of those that wait behind it.
    async fn due(&self, waiting: u32) -> Result<Option<Due>, ProcessError>;

    /// Some of the parked events.
    async fn find(&self, which: &WhichParked, limit: u32) -> Result<Found, ProcessError>;
}
