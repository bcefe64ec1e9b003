//! Reads the audit streams, ours and what other servers write, and tells the board.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;

use super::{AUDIT, Standing, Written, append};
use crate::contract::{EventFilter, OperationId, OperationState, Position, RecordedEvent};
use crate::event_log::{LogError, LogQuery, SharedLog};
use crate::schema::{AuditEvent, ConsumerOperationEnded, GroupDefined, decode_audit};
use crate::subscription::{Board, ControlError, Slot};

/// Acts read at once.
const PAGE: usize = 500;
/// Looking once for all that is appended meanwhile is soon enough for what other servers' operators do; what our own do is
/// read at once.
const PATIENCE: Duration = Duration::from_millis(100);

/// What operators have done, as far as the log was read. Cheap to clone.
#[derive(Clone)]
pub struct Audit {
    log: SharedLog,
    board: Board,
    state: Arc<Mutex<State>>,
    /// Changes whenever a group was made, changed or removed.
    groups: Arc<watch::Sender<Position>>,
}

/// How an operation has ended.
pub struct Ending {
    /// The operation.
    pub operation: OperationId,
    /// How.
    pub state: OperationState,
    /// Who ended it: the principal's name, or the server's.
    pub by: String,
    /// Why, where a person ended it or it failed.
    pub reason: Option<String>,
}

#[derive(Default)]
struct State {
    /// Every act up to here is taken in.
    seen: Position,
    standings: BTreeMap<String, Arc<Standing>>,
}

impl Audit {
    /// Of a log, for the consumers of a board.
    #[must_use]
    pub fn new(log: SharedLog, board: Board) -> Audit {
        Audit {
            log,
            board,
            state: Arc::default(),
            groups: Arc::default(),
        }
    }

    /// Takes in all that was done up to a position, the head's where it is before that. Read before consumers run, they never do
    /// what an operator has forbidden.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn reach(&self, position: Position) -> Result<(), LogError> {
        let mut state = self.state.lock().await;
        let upto = position.min(self.log.head().position);
        while state.seen < upto {
            let acts = self.log.read(acts_after(state.seen)).await?;
            let full = acts.len() == PAGE;
            for act in &acts {
                self.take_in(&mut state, act);
            }
            // Whatever lies between the acts is not one.
            let last = acts.last().map_or(upto, |act| act.position);
            state.seen = if full { last } else { last.max(upto) };
        }
        Ok(())
    }

    /// Writes an act down and takes it in: it is known here when this returns.
    ///
    /// # Errors
    /// When it cannot be written, or the log cannot be read.
    pub async fn write(&self, consumer: &str, act: &AuditEvent) -> Result<Written, ControlError> {
        let written = append(&*self.log, consumer, act).await?;
        self.reach(written.position).await?;
        Ok(written)
    }

    /// Writes down that an operation has ended.
    ///
    /// # Errors
    /// When it cannot be written, or the log cannot be read.
    pub async fn end(&self, consumer: &str, ending: Ending) -> Result<(), ControlError> {
        let act = AuditEvent::OperationEnded(ConsumerOperationEnded {
            consumer: consumer.to_owned(),
            operation: ending.operation,
            state: ending.state,
            by: ending.by,
            reason: ending.reason,
        });
        self.write(consumer, &act).await.map(drop)
    }

    /// Takes in all that is done until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut head = self.log.watch_head();
        loop {
            let position = head.borrow_and_update().position;
            if let Err(error) = self.reach(position).await {
                tracing::warn!(error = %error, "the audit streams could not be read; trying again");
            }
            let waited = async {
                tokio::time::sleep(PATIENCE).await;
                head.changed().await
            };
            tokio::select! {
                () = stop.cancelled() => return,
                _ = waited => {}
            }
        }
    }

    /// Tells a consumer that has come to the board what operators want of it.
    pub async fn tell(&self, slot: &Slot) {
        let state = self.state.lock().await;
        if let Some(standing) = state.standings.get(&*slot.name) {
            slot.set_standing(Arc::clone(standing));
        }
    }

    /// Every group that there is, as it was defined last, and the place in the log of the act that made it.
    pub async fn groups(&self) -> Vec<(Arc<GroupDefined>, Position)> {
        let state = self.state.lock().await;
        let standings = state.standings.values();
        standings
            .filter_map(|standing| Some((standing.group.clone()?, standing.made)))
            .collect()
    }

    /// A group as it was defined last, and the place in the log of the act that made it; `None` where there is none.
    pub async fn group(&self, name: &str) -> Option<(Arc<GroupDefined>, Position)> {
        let state = self.state.lock().await;
        let standing = state.standings.get(name)?;
        Some((standing.group.clone()?, standing.made))
    }

    /// Tells that a group was made, changed or removed, on whichever server.
    #[must_use]
    pub fn watch_groups(&self) -> watch::Receiver<Position> {
        self.groups.subscribe()
    }

    /// The consumer that an operation is on, and what the consumer stands under; `None` when nobody started it.
    pub async fn of_operation(&self, id: OperationId) -> Option<(String, Arc<Standing>)> {
        let state = self.state.lock().await;
        let has = |standing: &Standing| standing.operations.iter().any(|one| one.id == id);
        state
            .standings
            .iter()
            .find(|(_, standing)| has(standing))
            .map(|(consumer, standing)| (consumer.clone(), Arc::clone(standing)))
    }

    fn take_in(&self, state: &mut State, recorded: &RecordedEvent) {
        let act = match decode_audit(recorded) {
            Ok(Some(act)) => act,
            Ok(None) => return,
            // A newer server wrote it. What it means is for that one to carry out.
            Err(error) => {
                tracing::warn!(log.position = recorded.position.0, error = %error, "an operator's act cannot be read");
                return;
            }
        };
        let Some((_, consumer)) = recorded.stream.as_str().split_once('-') else {
            return;
        };
        if matches!(
            act,
            AuditEvent::GroupDefined(_) | AuditEvent::GroupRemoved(_)
        ) {
            self.groups.send_replace(recorded.position);
        }
        let standing = state.standings.entry(consumer.to_owned()).or_default();
        Arc::make_mut(standing).apply(recorded, act);
        if let Some(slot) = self.board.slot(consumer) {
            slot.set_standing(Arc::clone(standing));
        }
    }
}

fn acts_after(position: Position) -> LogQuery {
    let filter = EventFilter {
        category: Some(AUDIT.to_owned()),
        ..EventFilter::default()
    };
    LogQuery {
        filter,
        ..LogQuery::after(position, PAGE)
    }
}
