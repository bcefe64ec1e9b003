//! Where the process keeps its state, its checkpoint and the commands that it has to send: in one transaction, behind a trait,
//! so that each database has a version of its own.

mod postgres;
mod rows;
mod sqlite;

use async_trait::async_trait;
use std::collections::BTreeMap;

use super::state::Fulfilment;
use crate::contract::{CommandId, OrderId, Position};
use crate::process_manager::ProcessError;
use crate::process_manager::outgoing::Outgoing;
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

    /// Commands whose answer is not noted yet.
    async fn unanswered(&self) -> Result<Vec<Outgoing>, ProcessError>;

    /// Notes that commands were answered.
    async fn forget(&self, answered: &[CommandId]) -> Result<(), ProcessError>;
}
