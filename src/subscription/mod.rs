//! Checkpointed reading of the log: one runner for every consumer, with the same states, lag, retries and pause.
//!
//! A [`Consumer`] says what it wants and handles batches; a [`runner`] feeds it; the [`Board`] holds what is known of
//! each; the [`Monitor`] samples the board into rows, lag and states. [`Control`] is the operator's hand: what it does is
//! written to the [`audit`] streams, and whoever runs the consumer carries it out. Where several servers could run it and one
//! must, that is whoever has its [`Lease`].

mod alerts;
mod audit;
mod board;
mod closing;
mod control;
pub mod group;
mod lag;
mod lease;
mod monitor;
mod operation;
pub mod parking;
mod rates;
mod rebuild;
mod recall;
mod reset;
mod runner;
mod standby;
mod state;
mod suspect;
mod trends;

use async_trait::async_trait;
use std::sync::Arc;

use crate::contract::{ConsumerKind, Position, RecordedEvent, Selection};
use parking::{Parking, WhichParked};

pub use alerts::{Alerts, Budgets, Webhook};
pub use audit::{
    Act, Audit, Ending, ParkingAct, ParkingWhat, ResetAct, RestoreAct, Standing, Switch, SwitchAct,
    Underway,
};
pub use board::{Board, Building, Failing, Health, Slot};
pub use closing::close_resets;
pub use control::{Control, ControlError};
pub use lease::{Holder, Lease, LeaseError, Leases, Owner};
pub use monitor::{Monitor, NotReached};
pub use rebuild::NoCopy;
pub use recall::Recall;
pub use runner::{Runner, RunnerSettings};
pub use trends::{Trends, TrendsError};

/// A durable, named reading of the log.
#[async_trait]
pub trait Consumer: Send + Sync + 'static {
    /// Its name, unique among all consumers.
    fn name(&self) -> &'static str;

    /// What it is for.
    fn kind(&self) -> ConsumerKind;

    /// Which events concern it. All others are passed over: an explicit choice, made here. A wanted type in a version that
    /// nobody here knows is not passed over; it cannot be handled.
    fn wanted(&self) -> Selection;

    /// Where it stands, as stored with what it built, for one who works from there.
    ///
    /// # Errors
    /// When its store cannot be read.
    async fn checkpoint(&mut self) -> Result<Checkpoint, ConsumerError>;

    /// Where it stands as it is stored, also by another server that runs it.
    ///
    /// # Errors
    /// When its store cannot be read.
    async fn stands_at(&mut self) -> Result<Checkpoint, ConsumerError> {
        self.checkpoint().await
    }

    /// Handles all wanted events after its checkpoint up to and with `upto`, and makes `upto` its checkpoint, in one
    /// transaction. `events` may be empty: then only the checkpoint moves. Those that are parked, or wait behind one that is,
    /// are noted instead.
    ///
    /// # Errors
    /// When an event cannot be handled or the store refuses; the checkpoint has not moved then, unless the event that is
    /// blamed lies before it: of that something is still to be done, which [`attend`](Consumer::attend) does.
    async fn handle(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ConsumerError>;

    /// Does what is due beside the events to come: what a batch, a failure or a crash has left undone, and parked events that are
    /// to be tried again. `None` where nothing was due.
    ///
    /// # Errors
    /// When it cannot be done; it is still due then.
    async fn attend(&mut self, _recall: &Recall) -> Result<Option<Checkpoint>, ConsumerError> {
        Ok(None)
    }

    /// Sets an event aside, in one transaction with the note of the act that wants it, where one does. From then on later
    /// events of its key wait behind it. One that the consumer has done with already is not set aside.
    ///
    /// # Errors
    /// When the store refuses; nothing has changed then.
    async fn park(&mut self, parking: &Parking) -> Result<Checkpoint, ConsumerError>;

    /// Notes, with the act at a place in the log, that parked events are to be tried again. A consumer whose events cannot come
    /// late only notes the act.
    ///
    /// # Errors
    /// When the store refuses; nothing has changed then.
    async fn retry(
        &mut self,
        act: Position,
        which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError>;

    /// Gives parked events up, as they are [tried again](Consumer::retry): what waits behind them is due.
    ///
    /// # Errors
    /// When the store refuses; nothing has changed then.
    async fn discard(
        &mut self,
        act: Position,
        which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError>;

    /// Carries out a reset, in one transaction with its note that it has, and says where it stands after it. What it keeps may
    /// have to be made anew for that: then it stands at the beginning.
    ///
    /// # Errors
    /// When the store refuses; nothing has changed then.
    async fn reset(&mut self, reset: ResetAct) -> Result<Checkpoint, ConsumerError>;

    /// Goes over to what was built beside what it keeps, where something is ready, and says where it stands then. Only read
    /// models are built so.
    ///
    /// # Errors
    /// When the store refuses; what it kept answers on then.
    async fn take_over(&mut self) -> Result<Option<Checkpoint>, ConsumerError> {
        Ok(None)
    }

    /// Carries out a change between what it keeps and what it kept before, as a [`reset`](Consumer::reset) is carried out.
    ///
    /// # Errors
    /// When the store refuses, or the consumer never keeps two; what it kept answers on then.
    async fn switch(&mut self, _act: SwitchAct) -> Result<Checkpoint, ConsumerError> {
        Err(ConsumerError::surroundings("there is nothing to switch to"))
    }
}

/// Where a consumer stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last position it has finished.
    pub position: Position,
    /// The place in the log of the last operator's act that it has carried out.
    pub carried_out: Position,
    /// Whether what it kept before is kept too.
    pub previous: bool,
    /// Events set aside.
    pub parked: u64,
}

/// Why a consumer could not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConsumerError {
    /// What went wrong, for operators.
    pub message: String,
    /// The event that is to blame; `None` when the surroundings are, which retries may outlast.
    pub position: Option<Position>,
}

impl ConsumerError {
    /// The surroundings failed: a database, a broker.
    #[must_use]
    pub fn surroundings(cause: impl std::fmt::Display) -> ConsumerError {
        ConsumerError {
            message: cause.to_string(),
            position: None,
        }
    }

    /// One event cannot be handled.
    #[must_use]
    pub fn poison(position: Position, cause: impl std::fmt::Display) -> ConsumerError {
        ConsumerError {
            message: format!("event #{position}: {cause}"),
            position: Some(position),
        }
    }
}
