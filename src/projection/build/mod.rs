//! Builds a read model anew, in a place beside the one that answers, and lets it answer when it has caught up.
//!
//! An operator's act starts it. The build has a file and a checkpoint of its own, so that a server that dies goes on where it
//! was. When it is near, both are compared as of one position, and what differs is written down; then it is offered to the
//! projector, who goes over to it between two batches. The file that answered before is kept until it is forgotten or
//! another build takes its place, so that going back is one step too.
//!
//! It begins with the stored copy of the read model, where the act says so and there is one here, or with the log's start. Where a
//! build from a copy differs from the one that answers, only the log can say which is right: then it is folded from its start.
//!
//! An event that cannot be folded is set aside where the policy says so, and where the read model that answers does not have it
//! either. What can be folded now is folded, whatever was parked before: so this is how parked events are tried again.

mod builder;
mod handover;
mod parking;
mod pipeline;
mod prepare;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::ProjectionError;
use crate::contract::{OperationId, OperationKind, OperationState, Position, RebuildFrom};
use crate::event_log::SharedLog;
use crate::schema::{AuditEvent, ConsumerRebuildCompared};
use crate::subscription::{Audit, Board, Building, Ending, Slot, Standing, Underway};

pub(crate) use builder::Builder;
pub(crate) use handover::Handover;
pub(crate) use parking::{MayLack, catch_up_parking};
pub use prepare::Prepared;
pub(crate) use prepare::prepare;

/// The wait before a build that the surroundings kept from going on is tried again.
const PAUSE: Duration = Duration::from_secs(2);

/// A read model that can be built anew.
#[async_trait]
pub(crate) trait Rebuild: Send + Sync {
    /// The consumer's name.
    fn name(&self) -> &'static str;

    /// Builds it and lets it answer; what to tell where it was not built as was asked. Called again after a failure or a restart it
    /// goes on.
    async fn run(&self, job: &Job) -> Result<Option<&'static str>, ProjectionError>;

    /// Throws away what the act at this place in the log had begun.
    fn discard(&self, act: Position) -> Result<(), ProjectionError>;
}

/// One rebuild that is to be done.
pub(crate) struct Job {
    /// The place in the log of the act that started it.
    pub(crate) act: Position,
    /// Where it is to begin.
    pub(crate) from: RebuildFrom,
    pub(crate) operation: OperationId,
    pub(crate) slot: Arc<Slot>,
    pub(crate) log: SharedLog,
    audit: Audit,
}

impl Job {
    /// Shows how far it is.
    fn came_to(&self, position: Position, speed: f64) {
        let building = Building {
            act: self.act,
            position,
            speed,
        };
        self.slot.report(|health| health.building = Some(building));
    }

    /// Writes down what the comparison found.
    async fn compared(&self, found: ConsumerRebuildCompared) -> Result<(), ProjectionError> {
        let act = AuditEvent::RebuildCompared(found);
        let written = self.audit.write(&self.slot.name, &act).await;
        written.map(drop).map_err(ProjectionError::audit)
    }
}

/// The read models that can be built anew.
pub struct Rebuilds(Vec<Box<dyn Rebuild>>);

impl Rebuilds {
    pub(super) fn new(models: Vec<Box<dyn Rebuild>>) -> Rebuilds {
        Rebuilds(models)
    }

    /// Does what operators ask for, until told to stop. `owner` is who says that it is done.
    pub async fn run(
        self,
        log: SharedLog,
        board: Board,
        audit: Audit,
        owner: String,
        stop: CancellationToken,
    ) {
        let watching = self.0.into_iter().filter_map(|model| {
            let slot = board.slot(model.name())?;
            Some(Watch {
                model,
                standing: slot.watch_standing(),
                slot,
                log: Arc::clone(&log),
                audit: audit.clone(),
                owner: owner.clone(),
                done: Position::START,
            })
        });
        let all = join_all(watching.map(Watch::run));
        tokio::select! {
            () = stop.cancelled() => {}
            _ = all => {}
        }
    }
}

/// Watches what operators want of one read model.
struct Watch {
    model: Box<dyn Rebuild>,
    slot: Arc<Slot>,
    standing: watch::Receiver<Arc<Standing>>,
    log: SharedLog,
    audit: Audit,
    owner: String,
    /// The act that was last carried out here.
    done: Position,
}

impl Watch {
    async fn run(mut self) {
        loop {
            let wanted = self.wanted();
            match wanted {
                Some(underway) => self.carry_out(underway).await,
                None => {
                    if self.standing.changed().await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// The rebuild that is to be done here. One that another server has done already is done here too: each has read models of
    /// its own, and what this one answers from says whether it came from there.
    fn wanted(&mut self) -> Option<Underway> {
        let carried_out = self.slot.health().carried_out.max(self.done);
        let standing = self.standing.borrow_and_update();
        let last = standing.operations.last()?;
        let is_wanted = match last.state {
            OperationState::Running => true,
            OperationState::Done => last.at > carried_out,
            _ => false,
        };
        (last.kind == OperationKind::Rebuild && is_wanted).then(|| last.clone())
    }

    async fn carry_out(&mut self, underway: Underway) {
        let job = Job {
            act: underway.at,
            from: match underway.copy {
                Some(_) => RebuildFrom::Copy,
                None => RebuildFrom::Start,
            },
            operation: underway.id,
            slot: Arc::clone(&self.slot),
            log: Arc::clone(&self.log),
            audit: self.audit.clone(),
        };
        let mut standing = self.standing.clone();
        let unwanted = |standing: &Arc<Standing>| is_unwanted(standing, underway.id);
        // What is waited for is only that; the value is not kept, for it is locked.
        let ended = async { standing.wait_for(unwanted).await.map(drop) };
        tokio::select! {
            biased;
            _ = ended => self.discard(underway.at),
            outcome = self.model.run(&job) => match outcome {
                Ok(told) => {
                    self.done = underway.at;
                    let told = told.map(str::to_owned);
                    self.end(&underway, OperationState::Done, told).await;
                }
                Err(error) => self.failed(&underway, &error).await,
            },
        }
    }

    async fn failed(&self, underway: &Underway, error: &ProjectionError) {
        tracing::error!(consumer.name = %self.slot.name, error = %error, "a rebuild failed");
        if error.poison().is_some() {
            // Trying again would find the same event.
            self.discard(underway.at);
            self.end(underway, OperationState::Failed, Some(error.to_string()))
                .await;
        } else {
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn end(&self, underway: &Underway, state: OperationState, reason: Option<String>) {
        self.slot.report(|health| health.building = None);
        if self.has_ended(underway.id) {
            return;
        }
        let ending = Ending {
            operation: underway.id,
            state,
            by: self.owner.clone(),
            reason,
        };
        if let Err(error) = self.audit.end(&self.slot.name, ending).await {
            tracing::warn!(error = %error, "the end of a rebuild could not be written down; trying again");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether another server was done before us.
    fn has_ended(&self, id: OperationId) -> bool {
        let standing = self.standing.borrow();
        standing.running().is_none_or(|running| running.id != id)
    }

    fn discard(&self, act: Position) {
        self.slot.report(|health| health.building = None);
        if let Err(error) = self.model.discard(act) {
            tracing::warn!(consumer.name = %self.slot.name, error = %error, "a build could not be thrown away");
        }
    }
}

/// Whether an operation was broken off. Done it is when the first server is done; each of the others goes on with its own.
fn is_unwanted(standing: &Standing, id: OperationId) -> bool {
    use OperationState::{Done, Running};
    let operation = standing.operations.iter().find(|one| one.id == id);
    operation.is_none_or(|operation| !matches!(operation.state, Running | Done))
}
