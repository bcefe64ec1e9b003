//! The loop that feeds one consumer: wait, read, handle, retry.

mod poison;

use rand::RngExt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::audit::{Act, Standing};
use super::suspect::Suspect;
use super::{Checkpoint, Consumer, ConsumerError, Lease, Recall, Slot};
use crate::contract::{Head, OnPoison, Position, RecordedEvent, Timestamp};
use crate::convergence::{Convergence, Handled};
use crate::event_log::{LogError, LogQuery, SharedLog};

/// How a runner paces itself.
#[derive(Clone, Copy, Debug)]
pub struct RunnerSettings {
    /// Events handled in one transaction, at most.
    pub batch: usize,
    /// How often a runner with nothing to do shows that it lives, and looks for what a lost hint did not tell.
    pub idle: Duration,
    /// How often the checkpoint moves while nothing that is wanted comes: a flood of events that do not concern the consumer
    /// costs it no more transactions than that.
    pub pass_over: Duration,
    /// The wait before the first retry; it doubles with each further one.
    pub backoff: Duration,
    /// The longest wait between retries.
    pub backoff_max: Duration,
    /// Tries at one event that cannot be handled before the consumer gives up.
    pub attempts: u32,
    /// What it does when it has given up.
    pub on_poison: OnPoison,
}

impl Default for RunnerSettings {
    fn default() -> RunnerSettings {
        RunnerSettings {
            batch: 1_000,
            idle: Duration::from_secs(1),
            pass_over: Duration::from_millis(20),
            backoff: Duration::from_millis(100),
            backoff_max: Duration::from_secs(30),
            attempts: 8,
            on_poison: OnPoison::Pause,
        }
    }
}

/// Feeds one consumer until it is told to stop.
pub struct Runner {
    pub(super) consumer: Box<dyn Consumer>,
    /// What has to be ours before the consumer may work.
    lease: Option<Lease>,
    pub(super) slot: Arc<Slot>,
    log: SharedLog,
    recall: Recall,
    pub(super) head: watch::Receiver<Head>,
    standing: watch::Receiver<Arc<Standing>>,
    convergence: Arc<Convergence>,
    settings: RunnerSettings,
    /// How far we have looked: nothing between the checkpoint and here is wanted. Not stored, so never told either.
    looked_to: Position,
    /// When the checkpoint may next move past events that are not wanted.
    pass_over_at: Instant,
    /// The event that could not be handled, until it could or is set aside.
    suspect: Option<Suspect>,
}

impl Runner {
    /// A runner for a consumer and its place on the board.
    #[must_use]
    pub fn new(
        consumer: Box<dyn Consumer>,
        slot: Arc<Slot>,
        log: SharedLog,
        convergence: Arc<Convergence>,
        settings: RunnerSettings,
    ) -> Runner {
        let (head, standing) = (log.watch_head(), slot.watch_standing());
        slot.report(|health| health.on_poison = Some(settings.on_poison));
        Runner {
            consumer,
            lease: None,
            slot,
            recall: Recall::new(Arc::clone(&log)),
            log,
            head,
            standing,
            convergence,
            settings,
            looked_to: Position::START,
            pass_over_at: Instant::now(),
            suspect: None,
        }
    }

    /// Lets the consumer work only while a lease is ours.
    #[must_use]
    pub fn leased(mut self, lease: Option<Lease>) -> Runner {
        self.lease = lease;
        self
    }

    /// Runs until `stop`; a batch under way is finished first.
    pub async fn run(mut self, stop: CancellationToken) {
        match self.lease.take() {
            Some(lease) => self.run_leased(&lease, &stop).await,
            None => self.work(&stop).await,
        }
    }

    pub(super) async fn work(&mut self, stop: &CancellationToken) {
        // What it was like where another server ran it meanwhile.
        self.suspect = None;
        self.slot
            .report(|health| health.on_poison = Some(self.settings.on_poison));
        let Some(mut position) = self.stored_checkpoint(stop).await else {
            return;
        };
        while !stop.is_cancelled() {
            let slot = Arc::clone(&self.slot);
            match alive(&slot, self.settings.idle, self.turn(position)).await {
                Ok(Turn::At(moved)) => position = moved,
                Ok(Turn::Nothing) => self.wait(position, stop).await,
                Err(error) => {
                    self.failed(error, stop).await;
                    // What the store really holds decides where to go on.
                    position = match self.stored_checkpoint(stop).await {
                        Some(stored) => stored,
                        None => return,
                    };
                }
            }
        }
    }

    /// What is to be done now: what an operator wants first, then what is due, then the next batch.
    async fn turn(&mut self, position: Position) -> Result<Turn, ConsumerError> {
        if let Some(checkpoint) = self.carry_out().await? {
            return Ok(Turn::At(self.stands_at(checkpoint)));
        }
        if let Some(checkpoint) = self.consumer.take_over().await? {
            return Ok(Turn::At(self.took_over(position, checkpoint)));
        }
        if self.slot.paused().is_some() || self.slot.health().faulted {
            return Ok(Turn::Nothing);
        }
        if let Some(suspect) = self.given_up() {
            return self.set_aside(suspect).await;
        }
        if self.is_waiting_to_try(position) {
            return Ok(Turn::Nothing);
        }
        let attended = self.consumer.attend(&self.recall).await?;
        if attended.is_some() || self.suspect.is_some_and(|one| one.position <= position) {
            self.cleared_up_to(position);
        }
        if let Some(checkpoint) = attended {
            return Ok(Turn::At(self.stands_at(checkpoint)));
        }
        match self.step(position).await? {
            moved if moved > position => Ok(Turn::At(moved)),
            _ => Ok(Turn::Nothing),
        }
    }

    /// The stored checkpoint; asks again until the store answers. `None` when told to stop. What failed last may have moved it.
    async fn stored_checkpoint(&mut self, stop: &CancellationToken) -> Option<Position> {
        while !stop.is_cancelled() {
            match alive(&self.slot, self.settings.idle, self.consumer.checkpoint()).await {
                Ok(checkpoint) => return Some(self.went_on(self.slot.position(), checkpoint)),
                Err(error) => self.back_off(&error, stop).await,
            }
        }
        None
    }

    fn stands_at(&mut self, checkpoint: Checkpoint) -> Position {
        self.looked_to = checkpoint.position;
        self.slot.stands_at(checkpoint);
        checkpoint.position
    }

    /// Does what operators want and what is not done yet, the earlier act first.
    async fn carry_out(&mut self) -> Result<Option<Checkpoint>, ConsumerError> {
        let standing = Arc::clone(&self.standing.borrow_and_update());
        let Some(act) = standing.next_after(self.slot.health().carried_out) else {
            return Ok(None);
        };
        let at = act.at();
        let checkpoint = match act {
            Act::Reset(reset) => self.consumer.reset(reset).await?,
            Act::Restore(_) => return Err(ConsumerError::surroundings("only a group is set back")),
            Act::Switch(switch) => self.consumer.switch(switch).await?,
            Act::Parking(act) => self.carry_out_parking(act).await?,
        };
        // Other acts leave the event at which it has stopped as it is.
        if standing.tried_again >= at {
            self.cleared();
        }
        tracing::info!(
            consumer.name = %self.slot.name,
            consumer.position = checkpoint.position.0,
            "an operator's act on the consumer was carried out"
        );
        Ok(Some(checkpoint))
    }

    /// Another build answers now, and has what lies between.
    fn took_over(&mut self, position: Position, checkpoint: Checkpoint) -> Position {
        tracing::info!(
            consumer.name = %self.slot.name,
            consumer.position = checkpoint.position.0,
            "another build of the read model answers"
        );
        self.went_on(position, checkpoint)
    }

    /// What lies between was handled, by somebody else or before a failure.
    pub(super) fn went_on(&mut self, position: Position, checkpoint: Checkpoint) -> Position {
        let now = Timestamp::now();
        let handled = Handled {
            after: position,
            upto: checkpoint.position,
            started_at: now,
            applied_at: now,
        };
        if checkpoint.position > position {
            self.convergence.applied(&self.slot.name, handled);
        }
        self.stands_at(checkpoint)
    }

    /// Handles the next batch, where there is one. Returns the checkpoint after it.
    async fn step(&mut self, position: Position) -> Result<Position, ConsumerError> {
        let started_at = Timestamp::now();
        let wanted = self.look().await.map_err(ConsumerError::surroundings)?;
        let wanted = self.before_suspect(wanted);
        if self.is_waiting_to_try(position) {
            self.looked_to = position;
            return Ok(position);
        }
        let upto = self.looked_to;
        if upto == position || (wanted.is_empty() && Instant::now() < self.pass_over_at) {
            return Ok(position);
        }
        self.consumer.handle(&wanted, upto).await?;
        self.pass_over_at = Instant::now() + self.settings.pass_over;
        let handled = Handled {
            after: position,
            upto,
            started_at,
            applied_at: Timestamp::now(),
        };
        self.convergence.applied(&self.slot.name, handled);
        let seconds = handled.applied_at.millis_since(started_at) / 1_000.0;
        self.slot.worked(wanted.len(), seconds);
        self.cleared_up_to(upto);
        self.slot.moved_to(upto);
        metrics::counter!("highwater_consumer_events_total", "consumer" => Arc::clone(&self.slot.name))
            .increment(wanted.len() as u64);
        Ok(upto)
    }

    /// Looks on until there are events that are wanted, and returns them; none at the head, or when it is time to move the
    /// checkpoint past what was seen.
    async fn look(&mut self) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        loop {
            if self.head.borrow_and_update().position <= self.looked_to {
                return Ok(Vec::new());
            }
            let query = LogQuery::after(self.looked_to, self.settings.batch);
            let mut events = self.log.read(query).await?;
            if let Some(last) = events.last() {
                self.looked_to = last.position;
            }
            events.retain(|event| self.slot.wanted.wants(event));
            if !events.is_empty() || Instant::now() >= self.pass_over_at {
                return Ok(events);
            }
        }
    }

    /// Until something may have changed.
    async fn wait(&mut self, position: Position, stop: &CancellationToken) {
        let held = self.slot.paused().is_some() || self.slot.health().faulted;
        let passing_over = self.looked_to > position && !held;
        let waiting = !held && self.is_waiting_to_try(position);
        let try_at = self
            .suspect
            .filter(|_| waiting)
            .map(|suspect| suspect.try_at);
        let trying = async {
            match try_at {
                Some(try_at) => tokio::time::sleep_until(try_at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            _ = self.head.changed() => {}
            _ = self.standing.changed() => {}
            () = tokio::time::sleep_until(self.pass_over_at), if passing_over => {}
            () = trying => {}
            () = tokio::time::sleep(self.settings.idle) => {}
        }
    }

    /// Notes a failure. Where the surroundings failed, it waits; an event that failed is tried again when its time has come.
    async fn failed(&mut self, error: ConsumerError, stop: &CancellationToken) {
        match error.position {
            Some(position) => self.suspects(position, error.message),
            None => self.back_off(&error, stop).await,
        }
    }

    /// Notes a failure of the surroundings and waits: the longer, the more there were.
    async fn back_off(&mut self, error: &ConsumerError, stop: &CancellationToken) {
        self.count_failure();
        let attempt = self.slot.failed(&error.message);
        tracing::warn!(consumer.name = %self.slot.name, consumer.attempt = attempt, error = %error, "consumer will try again");
        let delay = self.delay(attempt);
        tokio::select! {
            () = stop.cancelled() => {}
            _ = self.standing.changed() => {}
            () = alive(&self.slot, self.settings.idle, tokio::time::sleep(delay)) => {}
        }
    }

    fn count_failure(&self) {
        metrics::counter!("highwater_consumer_failures_total", "consumer" => Arc::clone(&self.slot.name))
            .increment(1);
    }

    /// Doubles with each attempt, with half of it at random so that consumers do not retry in step.
    fn delay(&self, attempt: u32) -> Duration {
        let doubled = self
            .settings
            .backoff
            .saturating_mul(1 << attempt.clamp(1, 16).saturating_sub(1));
        doubled
            .min(self.settings.backoff_max)
            .mul_f64(rand::rng().random_range(0.5..1.0))
    }
}

/// What came of a turn.
enum Turn {
    /// The checkpoint is here now.
    At(Position),
    /// There is nothing to do.
    Nothing,
}

/// Shows while something takes its time that the runner lives: a long batch is no sign of death, and a stuck one shows in the
/// checkpoint that does not move.
async fn alive<T>(slot: &Slot, every: Duration, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        slot.beat(Timestamp::now());
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(every) => {}
        }
    }
}

#[cfg(test)]
mod tests;
