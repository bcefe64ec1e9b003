//! How a command converges: what is remembered of it, or else what the log and the checkpoints still tell.

use std::sync::Arc;

use crate::contract::{
    CommandConvergence, CommandId, ConsumerProgress, ConsumerRow, ConsumerState, HeatMap,
    Percentiles, Position, Timestamp,
};
use crate::convergence::Convergence;
use crate::event_log::{CommandRecord, LogError, LogQuery, SharedLog};
use crate::subscription::Monitor;

/// Answers how commands converge. Cheap to clone.
#[derive(Clone)]
pub struct Convergences {
    convergence: Arc<Convergence>,
    log: SharedLog,
    monitor: Monitor,
}

impl Convergences {
    /// From what is remembered, the log and the checkpoints.
    #[must_use]
    pub fn new(convergence: Arc<Convergence>, log: SharedLog, monitor: Monitor) -> Convergences {
        Convergences {
            convergence,
            log,
            monitor,
        }
    }

    /// How one command converges; `None` when no such command was carried out.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn of(&self, id: CommandId) -> Result<Option<CommandConvergence>, LogError> {
        let found = match self.convergence.of(id) {
            Some(remembered) => Some(remembered),
            None => match self.log.command(id).await? {
                Some(record) => Some(self.reconstruct(record).await?),
                None => None,
            },
        };
        Ok(found.map(|convergence| self.with_reasons(convergence)))
    }

    /// When the commands of the last half hour were committed, and how long until this consumer, or every one concerned, had
    /// applied them; `None` for a consumer that commands are not followed to.
    #[must_use]
    pub fn heat(&self, consumer: Option<&str>) -> Option<HeatMap> {
        self.convergence.heat(consumer)
    }

    /// What can be said of a command of which only the log knows: which checkpoints have passed it, not when.
    async fn reconstruct(&self, record: CommandRecord) -> Result<CommandConvergence, LogError> {
        let types = self
            .types_between(record.first_position, record.position)
            .await?;
        let types: Vec<&str> = types.iter().map(String::as_str).collect();
        let progress = |(name, kind): (&'static str, _)| ConsumerProgress {
            name: name.to_owned(),
            kind,
            started_at: None,
            applied_at: None,
            elapsed_ms: None,
            applied: self
                .monitor
                .position(name)
                .is_some_and(|at| at >= record.position),
            waiting_for: None,
            usual: self.convergence.usual_applied(name),
        };
        let consumers: Vec<_> = self
            .convergence
            .consumers_of(&types)
            .into_iter()
            .map(progress)
            .collect();
        let converged = consumers.iter().all(|consumer| consumer.applied);
        let now = Timestamp::now();
        Ok(CommandConvergence {
            command_id: record.id,
            sent_at: None,
            accepted_at: record.accepted_at,
            decided_at: None,
            committed_at: record.committed_at,
            position: record.position,
            consumers,
            pushed_at: None,
            received_at: None,
            painted_at: None,
            page_uncertainty_ms: None,
            converged,
            window_ms: (!converged).then(|| now.millis_since(record.committed_at)),
            usual_window: self.convergence.usual_window(&record.name),
            usual_painted: Percentiles::default(),
            at: now,
            name: record.name,
        })
    }

    async fn types_between(
        &self,
        first: Position,
        last: Position,
    ) -> Result<Vec<String>, LogError> {
        let count = usize::try_from(last.0.saturating_sub(first.0)).unwrap_or(0) + 1;
        let after = Position(first.0.saturating_sub(1));
        let events = self.log.read(LogQuery::after(after, count)).await?;
        Ok(events
            .iter()
            .map(|event| event.event_type.clone())
            .collect())
    }

    /// Says of every consumer that has not applied it why it is not moving, where it is not.
    fn with_reasons(&self, mut convergence: CommandConvergence) -> CommandConvergence {
        for progress in convergence
            .consumers
            .iter_mut()
            .filter(|progress| !progress.applied)
        {
            progress.waiting_for = self
                .monitor
                .row(&progress.name)
                .and_then(|row| reason(&row));
        }
        convergence
    }
}

fn reason(row: &ConsumerRow) -> Option<String> {
    match (row.state, &row.paused, &row.last_error) {
        (ConsumerState::Paused, Some(paused), _) => {
            Some(format!("paused by {}: {}", paused.by, paused.reason))
        }
        (ConsumerState::Faulted, _, Some(error)) => Some(format!("stopped: {error}")),
        (ConsumerState::Retrying, _, Some(error)) => {
            Some(format!("retrying (attempt {}): {error}", row.attempt))
        }
        (ConsumerState::Ok, ..) => None,
        (state, ..) => Some(state.label().to_lowercase()),
    }
}
