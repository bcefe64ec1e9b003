//! Rates and times to catch up, from the position samples.

use std::collections::VecDeque;

use crate::contract::PositionSample;

/// How many of the last samples a rate is taken over.
const WINDOW: usize = 6;

/// The ends of what was sampled of late.
pub(super) struct Recent(Option<(PositionSample, PositionSample)>);

impl Recent {
    /// Of samples, oldest first.
    pub(super) fn of(samples: &VecDeque<PositionSample>) -> Recent {
        let first = samples.get(samples.len().saturating_sub(WINDOW));
        Recent(first.cloned().zip(samples.back().cloned()))
    }

    /// Events a second that a consumer moved by; `None` before there are two samples of it.
    pub(super) fn moved(&self, consumer: &str) -> Option<f64> {
        let (first, last) = self.0.as_ref()?;
        let moved = place(last, consumer)?.saturating_sub(place(first, consumer)?);
        self.per_second(moved)
    }

    /// Events a second that the log grew by; `None` before there are two samples.
    pub(super) fn appended(&self) -> Option<f64> {
        let (first, last) = self.0.as_ref()?;
        self.per_second(last.head.events_after(first.head))
    }

    fn per_second(&self, events: u64) -> Option<f64> {
        let (first, last) = self.0.as_ref()?;
        let seconds = last.at.millis_since(first.at) / 1_000.0;
        (seconds > 0.0).then(|| events as f64 / seconds)
    }
}

/// Milliseconds until a consumer has gone through so many events at its rate; `None` when it does not gain on the log.
pub(super) fn eta_ms(events: u64, rate: f64, appended: Option<f64>) -> Option<u64> {
    let gain = rate - appended.unwrap_or_default();
    (gain > 0.0).then(|| (events as f64 / gain * 1_000.0) as u64)
}

fn place(sample: &PositionSample, consumer: &str) -> Option<u64> {
    let found = sample.consumers.iter().find(|c| c.name == consumer)?;
    Some(found.position.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ConsumerSample, Position, Timestamp};

    fn sample(second: i64, head: u64, place: u64) -> PositionSample {
        PositionSample {
            at: Timestamp::from_micros(second * 1_000_000),
            head: Position(head),
            consumers: vec![ConsumerSample {
                name: "orders".to_owned(),
                position: Position(place),
            }],
        }
    }

    #[test]
    fn a_rate_needs_two_samples_and_forgets_old_ones() {
        let one = Recent::of(&[sample(0, 0, 0)].into());
        assert_eq!((one.moved("orders"), one.appended()), (None, None));
        let mut samples: VecDeque<_> = (0..10).map(|n| sample(n, 0, 0)).collect();
        samples.extend((10..16).map(|n| sample(n, n as u64 * 10, n as u64 * 20)));
        let recent = Recent::of(&samples);
        assert_eq!(
            (recent.moved("orders"), recent.appended()),
            (Some(20.0), Some(10.0))
        );
        assert_eq!(recent.moved("nobody"), None);
    }

    #[test]
    fn only_who_gains_on_the_log_catches_up() {
        assert_eq!(eta_ms(100, 60.0, Some(10.0)), Some(2_000));
        assert_eq!(eta_ms(100, 10.0, Some(10.0)), None);
        assert_eq!(eta_ms(100, 50.0, None), Some(2_000));
    }
}
