//! Rates and times to catch up, from the position samples.

use crate::contract::PositionSample;

/// How many of the last samples a rate is taken over.
const WINDOW: usize = 6;

/// Events a second of one consumer and of the log over the last samples; `None` before there are two of them.
pub(super) fn rates(samples: &[PositionSample], consumer: &str) -> Option<(f64, f64)> {
    let recent = &samples[samples.len().saturating_sub(WINDOW)..];
    let (first, last) = (recent.first()?, recent.last()?);
    let seconds = last.at.millis_since(first.at) / 1_000.0;
    if seconds <= 0.0 {
        return None;
    }
    let moved = place(last, consumer)?.saturating_sub(place(first, consumer)?);
    let appended = last.head.0.saturating_sub(first.head.0);
    Some((moved as f64 / seconds, appended as f64 / seconds))
}

/// Milliseconds until the lag is gone; `None` when the consumer does not gain on the log.
pub(super) fn eta_ms(lag_events: u64, rate: f64, head_rate: f64) -> Option<u64> {
    if lag_events == 0 {
        return Some(0);
    }
    let gain = rate - head_rate;
    (gain > 0.0).then(|| (lag_events as f64 / gain * 1_000.0) as u64)
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
        assert_eq!(rates(&[sample(0, 0, 0)], "orders"), None);
        let mut samples: Vec<_> = (0..10).map(|n| sample(n, 0, 0)).collect();
        samples.extend((10..16).map(|n| sample(n, n as u64 * 10, n as u64 * 20)));
        assert_eq!(rates(&samples, "orders"), Some((20.0, 10.0)));
    }

    #[test]
    fn only_who_gains_on_the_log_catches_up() {
        assert_eq!(eta_ms(100, 60.0, 10.0), Some(2_000));
        assert_eq!(eta_ms(100, 10.0, 10.0), None);
        assert_eq!(eta_ms(0, 0.0, 10.0), Some(0));
    }
}
