//! The consumers of a page, kept up to date: rows, and where everyone was over the last minutes.

use leptos::prelude::*;

use crate::contract::{
    ConsumerRow, ConsumerState, ConsumersView, Delta, Operation, Position, PositionSample, Topic,
};
use crate::ui::browser;
use crate::ui::charts::ClockAxis;
use crate::ui::live::{server_now, use_live};
use crate::ui::prefs::{Times, use_prefs};

/// How long a sample is kept, in milliseconds.
const KEPT_MS: f64 = 5.0 * 60_000.0;
/// At most so many samples are kept, however fast they come.
const MOST_SAMPLES: usize = 900;

/// Consumers as the page knows them.
#[derive(Clone, Copy)]
pub struct Consumers {
    /// A row for each.
    pub rows: RwSignal<Vec<ConsumerRow>>,
    /// Where everyone was, oldest first.
    pub samples: RwSignal<Vec<PositionSample>>,
}

impl Consumers {
    /// Begins with what the server rendered and follows from there.
    #[must_use]
    pub fn follow(first: ConsumersView) -> Consumers {
        let consumers = Consumers {
            rows: RwSignal::new(first.consumers),
            samples: RwSignal::new(first.samples),
        };
        use_live().watch(Topic::Consumers, Position::START, move |frame| {
            if let Delta::Consumers {
                consumers: rows,
                sample,
            } = frame.delta
            {
                consumers.rows.set(rows);
                consumers.samples.update(|samples| keep(samples, sample));
            }
        });
        consumers
    }

    /// One consumer; `None` where there is none of that name.
    #[must_use]
    pub fn row(self, name: &str) -> Option<ConsumerRow> {
        self.rows
            .with(|rows| rows.iter().find(|row| row.name == name).cloned())
    }

    /// Takes a row over that an action answered with.
    pub fn take(self, row: ConsumerRow) {
        let name = row.name.clone();
        self.change(&name, |known| *known = row);
    }

    /// Takes an operation over that an action started.
    pub fn started(self, operation: Operation) {
        let name = operation.consumer.clone();
        self.change(&name, |row| row.operation = Some(operation));
    }

    /// The operation on a consumer has come to its end.
    pub fn ended(self, name: &str) {
        self.change(name, |row| row.operation = None);
    }

    /// The build of a read model that answered before is gone.
    pub fn forgot_previous(self, name: &str) {
        self.change(name, |row| row.previous_kept = false);
    }

    fn change(self, name: &str, change: impl FnOnce(&mut ConsumerRow)) {
        self.rows.update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.name == name) {
                change(row);
            }
        });
    }
}

/// Adds a sample and lets go of those that are too old. One that is not newer than the last is left out: after a
/// reconnect the same may come again.
fn keep(samples: &mut Vec<PositionSample>, sample: PositionSample) {
    if samples.last().is_some_and(|last| last.at >= sample.at) {
        return;
    }
    let now = sample.at;
    samples.push(sample);
    let old = samples
        .iter()
        .take_while(|old| now.millis_since(old.at) > KEPT_MS)
        .count();
    let surplus = samples.len().saturating_sub(MOST_SAMPLES);
    samples.drain(..old.max(surplus));
}

/// How charts say times: as the person chose.
#[must_use]
pub fn chart_clock() -> Signal<ClockAxis> {
    let (live, times) = (use_live(), use_prefs().times);
    Signal::derive(move || {
        let alive = live.now.with(Option::is_some);
        match times.get() {
            Times::Relative => ClockAxis::Relative,
            Times::Local if alive => {
                let offset_min = browser::local_offset_min(server_now().as_millis_f64());
                ClockAxis::Clock { offset_min }
            }
            Times::Local | Times::Utc => ClockAxis::Clock { offset_min: 0 },
        }
    })
}

/// The worst first: what is broken before what is late before what somebody stopped; those that are alike by name, so
/// that rows do not change places with every sample.
#[must_use]
pub fn worst_first(rows: &[ConsumerRow]) -> Vec<String> {
    let mut sorted: Vec<&ConsumerRow> = rows.iter().collect();
    sorted.sort_by(|a, b| {
        severity(a)
            .cmp(&severity(b))
            .then_with(|| a.name.cmp(&b.name))
    });
    sorted.into_iter().map(|row| row.name.clone()).collect()
}

fn severity(row: &ConsumerRow) -> u8 {
    match row.state {
        ConsumerState::Faulted | ConsumerState::Offline => 0,
        ConsumerState::Stalled => 1,
        ConsumerState::Retrying => 2,
        ConsumerState::FallingBehind => 3,
        ConsumerState::Paused => 4,
        ConsumerState::WarmingUp | ConsumerState::Ok if row.parked > 0 => 4,
        ConsumerState::CatchingUp | ConsumerState::Replaying => 5,
        ConsumerState::WarmingUp | ConsumerState::Ok => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Timestamp;

    fn sample(second: i64) -> PositionSample {
        PositionSample {
            at: Timestamp::from_micros(second * 1_000_000),
            head: Position(1),
            consumers: Vec::new(),
        }
    }

    #[test]
    fn samples_are_kept_for_minutes_and_not_twice() {
        let mut samples = Vec::new();
        for second in [0, 1, 1, 0, 299, 301] {
            keep(&mut samples, sample(second));
        }
        let seconds: Vec<i64> = samples
            .iter()
            .map(|s| s.at.as_micros() / 1_000_000)
            .collect();
        assert_eq!(seconds, [1, 299, 301]);
    }

    #[test]
    fn what_is_broken_comes_before_what_is_late_and_equals_keep_their_places() {
        let parked = ConsumerRow {
            parked: 1,
            ..ConsumerRow::plain("stock", ConsumerState::Ok)
        };
        let rows = [
            ConsumerRow::plain("orders", ConsumerState::Ok),
            parked,
            ConsumerRow::plain("sales", ConsumerState::Paused),
            ConsumerRow::plain("fulfilment", ConsumerState::WarmingUp),
            ConsumerRow::plain("search", ConsumerState::Stalled),
        ];
        assert_eq!(
            worst_first(&rows),
            ["search", "sales", "stock", "fulfilment", "orders"]
        );
    }
}
