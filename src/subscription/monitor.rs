//! Samples the board: rows for the console, positions over time for the charts, and waiting for a position.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::rates::{eta_ms, rates};
use super::state::{Facts, SAMPLE_EVERY_MS, SAMPLES, Sample, judge};
use super::{Board, Slot};
use crate::contract::{
    ConsumerRow, ConsumerSample, ConsumerState, ConsumersView, Head, Position, PositionSample,
    Timestamp,
};
use crate::convergence::Convergence;
use crate::event_log::{LogError, LogQuery, SharedLog};

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
}

#[derive(Default)]
struct History {
    /// One a second, oldest first; for the charts and the rates.
    positions: VecDeque<PositionSample>,
    /// For the states: the last ten of each consumer, in the order of the board.
    judged: Vec<VecDeque<Sample>>,
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
        let judged = vec![VecDeque::new(); board.slots().len()];
        Monitor {
            board,
            log,
            convergence,
            owner: owner.into(),
            rows: Arc::new(watch::Sender::new(Arc::default())),
            history: Arc::new(Mutex::new(History {
                judged,
                ..History::default()
            })),
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
            self.sample(Timestamp::now());
            if let Err(error) = self.refresh().await {
                tracing::warn!(error = %error, "consumers could not be sampled");
            }
        }
    }

    /// Makes every row anew, now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn refresh(&self) -> Result<(), LogError> {
        let head = self.log.head();
        let mut rows = Vec::with_capacity(self.board.slots().len());
        for (index, slot) in self.board.slots().iter().enumerate() {
            rows.push(self.make_row(index, slot, head).await?);
        }
        rows.sort_by(|a, b| a.name.cmp(&b.name));
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

    /// The latest rows, worst first.
    #[must_use]
    pub fn worst_first(&self) -> Vec<ConsumerRow> {
        let mut rows = self.rows().to_vec();
        rows.sort_by_key(|row| {
            (
                row.state == ConsumerState::Ok,
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
            name: slot.name.to_owned(),
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
        let name = self.board.slots().first()?.name;
        let history = self.lock();
        let samples: Vec<_> = history
            .positions
            .iter()
            .rev()
            .take(6)
            .rev()
            .cloned()
            .collect();
        rates(&samples, name).map(|(_, appended)| appended)
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
        let mut history = self.lock();
        let second_ago = |last: &PositionSample| at.millis_since(last.at) >= 900.0;
        if history.positions.back().is_none_or(second_ago) {
            history.positions.push_back(now.clone());
            if history.positions.len() > KEPT {
                history.positions.pop_front();
            }
        }
        let due = |last: Timestamp| at.as_micros() - last.as_micros() >= SAMPLE_EVERY_MS * 1_000;
        if history.judged_at.is_none_or(due) {
            history.judged_at = Some(at);
            for (samples, consumer) in history.judged.iter_mut().zip(&now.consumers) {
                let lag_events = now.head.events_after(consumer.position);
                samples.push_back(Sample {
                    position: consumer.position,
                    lag_events,
                });
                if samples.len() > SAMPLES {
                    samples.pop_front();
                }
            }
        }
    }

    async fn make_row(
        &self,
        index: usize,
        slot: &Slot,
        head: Head,
    ) -> Result<ConsumerRow, LogError> {
        let position = slot.position();
        let lag_events = head.position.events_after(position);
        let now = Timestamp::now();
        let lag_age_ms = self.age_ms(position, lag_events, now).await?;
        let (health, paused) = (slot.health(), slot.paused());
        let history = self.lock();
        let samples: Vec<Sample> = history.judged[index].iter().copied().collect();
        let recent: Vec<_> = history
            .positions
            .iter()
            .rev()
            .take(6)
            .rev()
            .cloned()
            .collect();
        drop(history);
        let (rate, head_rate) = rates(&recent, slot.name).unwrap_or_default();
        let state = judge(&Facts {
            silent_ms: now.millis_since(health.heartbeat_at) as i64,
            paused: paused.is_some(),
            faulted: health.faulted,
            attempt: health.attempt,
            lag_events,
            lag_age_ms,
            samples: &samples,
        });
        Ok(ConsumerRow {
            name: slot.name.to_owned(),
            kind: slot.kind,
            state,
            position,
            head: head.position.max(position),
            lag_events,
            lag_age_ms,
            eta_ms: eta_ms(lag_events, rate, head_rate),
            rate_per_s: rate,
            parked: 0,
            owner: self.owner.to_string(),
            last_error: health.last_error,
            paused,
            attempt: health.attempt,
            applied: self.convergence.usual_applied(slot.name),
            updated_at: now,
        })
    }

    /// How old the first event after a checkpoint is.
    async fn age_ms(&self, after: Position, lag: u64, now: Timestamp) -> Result<u64, LogError> {
        if lag == 0 {
            return Ok(0);
        }
        let first = self.log.read(LogQuery::after(after, 1)).await?;
        let age = first
            .first()
            .map_or(0.0, |event| now.millis_since(event.recorded_at));
        Ok(age.max(0.0) as u64)
    }

    fn lock(&self) -> MutexGuard<'_, History> {
        // Only whole samples are pushed under this lock, so a poisoned one is still right.
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
