//! Samples the board: rows for the console, positions over time for the charts, and waiting for a position.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::closing::is_replaying;
use super::lag::Lag;
use super::operation::progress;
use super::rates::{Recent, eta_ms};
use super::state::{Facts, SAMPLE_EVERY_MS, SAMPLES, Sample, judge};
use super::{Board, Slot};
use crate::contract::{
    ConsumerRow, ConsumerSample, ConsumerState, ConsumersView, OtherTypes, Position,
    PositionSample, Timestamp,
};
use crate::convergence::Convergence;
use crate::event_log::{LogError, SharedLog};

/// How often rows are made.
const EVERY: Duration = Duration::from_millis(500);
/// Position samples kept: one a second, five minutes of them.
const KEPT: usize = 300;

/// The read model was not at the wanted position in time; it was here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotReached(pub Position);

/// Reads the board for everyone. Cheap to clone.
#[derive(Clone)]
pub struct Monitor {
    board: Board,
    log: SharedLog,
    convergence: Arc<Convergence>,
    owner: Arc<str>,
    rows: Arc<watch::Sender<Arc<Vec<ConsumerRow>>>>,
    history: Arc<Mutex<History>>,
    /// What is known of each consumer's lag. Locked while all are looked at, so that rows are never older than those before.
    lags: Arc<tokio::sync::Mutex<HashMap<Arc<str>, Lag>>>,
}

#[derive(Default)]
struct History {
    /// One a second, oldest first; for the charts and the rates.
    positions: VecDeque<PositionSample>,
    /// For the states: the last ten of each consumer.
    judged: HashMap<String, VecDeque<Sample>>,
    judged_at: Option<Timestamp>,
}

impl Monitor {
    /// A monitor of a board. `owner` names this process in the rows.
    #[must_use]
    pub fn new(
        board: Board,
        log: SharedLog,
        convergence: Arc<Convergence>,
        owner: &str,
    ) -> Monitor {
        Monitor {
            board,
            log,
            convergence,
            owner: owner.into(),
            rows: Arc::new(watch::Sender::new(Arc::default())),
            history: Arc::default(),
            lags: Arc::default(),
        }
    }

    /// Samples until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            let refreshed = self.refresh().await;
            if let Err(error) = refreshed {
                tracing::warn!(error = %error, "consumers could not be sampled");
                continue;
            }
            self.sample(Timestamp::now());
        }
    }

    /// Makes every row anew, now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn refresh(&self) -> Result<(), LogError> {
        let mut lags = self.lags.lock().await;
        let recent = Recent::of(&self.lock().positions);
        let (mut rows, mut seen) = (Vec::new(), HashMap::new());
        for slot in self.board.slots() {
            let known = lags.remove(&slot.name).unwrap_or_default();
            // The checkpoint before the head: what is committed between the two counts as lag.
            let position = slot.position();
            let head = self.log.head().position.max(position);
            let lag = known.between(&*self.log, &slot.wanted, position, head);
            let lag = lag.await?;
            rows.push(self.row_of(&slot, position, head, &lag, &recent).await?);
            seen.insert(Arc::clone(&slot.name), lag);
        }
        *lags = seen;
        self.rows.send_replace(Arc::new(rows));
        Ok(())
    }

    /// The latest rows, by name.
    #[must_use]
    pub fn rows(&self) -> Arc<Vec<ConsumerRow>> {
        Arc::clone(&self.rows.borrow())
    }

    /// One of the latest rows.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<ConsumerRow> {
        self.rows().iter().find(|row| row.name == name).cloned()
    }

    /// Follows the rows.
    #[must_use]
    pub fn watch_rows(&self) -> watch::Receiver<Arc<Vec<ConsumerRow>>> {
        self.rows.subscribe()
    }

    /// Changes whenever a consumer has moved.
    #[must_use]
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.board.bell()
    }

    /// A consumer's checkpoint; `None` when there is no such consumer.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<Position> {
        self.board.slot(name).map(|slot| slot.position())
    }

    /// Whether this server runs the consumer: what another one does says nothing about this one.
    #[must_use]
    pub fn is_ours(&self, row: &ConsumerRow) -> bool {
        *row.owner == *self.owner
    }

    /// The latest rows, worst first.
    #[must_use]
    pub fn worst_first(&self) -> Vec<ConsumerRow> {
        let mut rows = self.rows().to_vec();
        rows.sort_by_key(|row| {
            (
                row.state == ConsumerState::Ok && row.parked == 0,
                std::cmp::Reverse(row.lag_age_ms),
                row.name.clone(),
            )
        });
        rows
    }

    /// Where everyone was over the last minutes, oldest first.
    #[must_use]
    pub fn samples(&self) -> Vec<PositionSample> {
        self.lock().positions.iter().cloned().collect()
    }

    /// Where everyone is.
    #[must_use]
    pub fn now(&self) -> PositionSample {
        let sample = |slot: &Arc<Slot>| ConsumerSample {
            name: slot.name.to_string(),
            position: slot.position(),
        };
        let consumers = self.board.slots().iter().map(sample).collect();
        PositionSample {
            at: Timestamp::now(),
            head: self.log.head().position,
            consumers,
        }
    }

    /// What the consumers pages show first.
    #[must_use]
    pub fn view(&self) -> ConsumersView {
        ConsumersView {
            consumers: self.rows().to_vec(),
            samples: self.samples(),
            head: self.log.head().position,
        }
    }

    /// Events appended a second over the last samples; `None` before there are two of them.
    #[must_use]
    pub fn appended_per_s(&self) -> Option<f64> {
        Recent::of(&self.lock().positions).appended()
    }

    /// Waits until a consumer's checkpoint is at `position` or beyond, at most `patience`.
    ///
    /// # Errors
    /// Where it was instead when the patience ended.
    pub async fn reached(
        &self,
        name: &str,
        position: Position,
        patience: Duration,
    ) -> Result<(), NotReached> {
        let Some(slot) = self.board.slot(name) else {
            return Err(NotReached(Position::START));
        };
        let mut watch = slot.watch_position();
        let there = watch.wait_for(|at| *at >= position);
        match tokio::time::timeout(patience, there).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(NotReached(slot.position())),
        }
    }

    fn sample(&self, at: Timestamp) {
        let now = self.now();
        let rows = self.rows();
        let mut history = self.lock();
        let second_ago = |last: &PositionSample| at.millis_since(last.at) >= 900.0;
        if history.positions.back().is_none_or(second_ago) {
            history.positions.push_back(now);
            if history.positions.len() > KEPT {
                history.positions.pop_front();
            }
        }
        let due = |last: Timestamp| at.as_micros() - last.as_micros() >= SAMPLE_EVERY_MS * 1_000;
        if history.judged_at.is_none_or(due) {
            history.judged_at = Some(at);
            history
                .judged
                .retain(|name, _| rows.iter().any(|row| row.name == *name));
            for row in rows.iter() {
                let samples = history.judged.entry(row.name.clone()).or_default();
                samples.push_back(Sample {
                    position: row.position,
                    lag_events: row.lag_events,
                });
                if samples.len() > SAMPLES {
                    samples.pop_front();
                }
            }
        }
    }

    async fn row_of(
        &self,
        slot: &Slot,
        position: Position,
        head: Position,
        lag: &Lag,
        recent: &Recent,
    ) -> Result<ConsumerRow, LogError> {
        let now = Timestamp::now();
        let (health, paused) = (slot.health(), slot.paused());
        let server = health.run_by.unwrap_or_else(|| Arc::clone(&self.owner));
        let operation = match slot.standing().running() {
            Some(running) => Some(progress(&self.log, &slot.name, Some(slot), running).await?),
            None => None,
        };
        let rate = recent.moved(&slot.name).unwrap_or_default();
        let state = judge(&Facts {
            silent_ms: now.millis_since(health.heartbeat_at) as i64,
            paused: paused.is_some(),
            faulted: health.faulted,
            attempt: health.attempt,
            replaying: is_replaying(slot, position),
            lag_events: lag.events(),
            lag_age_ms: lag.age_ms(now),
            samples: &self.judged(&slot.name),
        });
        Ok(ConsumerRow {
            name: slot.name.to_string(),
            kind: slot.kind,
            state,
            position,
            head,
            lag_events: lag.events(),
            lag_age_ms: lag.age_ms(now),
            eta_ms: match lag.events() {
                0 => Some(0),
                _ => eta_ms(head.events_after(position), rate, recent.appended()),
            },
            rate_per_s: rate,
            parked: health.parked,
            owner: health.owner.unwrap_or_else(|| server.to_string()),
            last_error: health.last_error,
            paused,
            attempt: health.attempt,
            failing_at: health.failing.map(|failing| failing.position),
            on_poison: health.on_poison,
            other_types: OtherTypes::PassedOver,
            previous_kept: health.previous,
            copy: health.copy,
            operation,
            proof: health.proof,
            applied: self.convergence.usual_applied(&slot.name),
            updated_at: now,
        })
    }

    fn judged(&self, name: &str) -> Vec<Sample> {
        let history = self.lock();
        let samples = history.judged.get(name);
        samples
            .map(|samples| samples.iter().copied().collect())
            .unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, History> {
        // Only whole samples are pushed under this lock, so a poisoned one is still right.
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
