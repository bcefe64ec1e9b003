//! The path of a sparkline. Pure: values and a size in, path data out.

use crate::contract::PositionSample;
use crate::ui::charts::svg::polyline;

/// How many values a sparkline shows: its width has room for no more.
const SHOWN: usize = 60;

/// How fast the head moved between samples, in events a second; unknown where two have the same time.
#[must_use]
pub fn rates(samples: &[PositionSample]) -> Vec<Option<f64>> {
    let shown = samples.len().saturating_sub(SHOWN + 1);
    samples
        .get(shown..)
        .unwrap_or_default()
        .windows(2)
        .map(rate)
        .collect()
}

fn rate(pair: &[PositionSample]) -> Option<f64> {
    let [before, after] = pair else { return None };
    let seconds = after.at.millis_since(before.at) / 1_000.0;
    (seconds > 0.0).then(|| after.head.events_after(before.head) as f64 / seconds)
}

/// The path through values at equal distances, from 0 at the bottom to the highest; broken where a value is unknown.
#[must_use]
pub fn path(values: &[Option<f64>], width: f64, height: f64) -> String {
    let highest = values
        .iter()
        .flatten()
        .copied()
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    let step = width / values.len().saturating_sub(1).max(1) as f64;
    let point = |(i, value): (usize, &Option<f64>)| {
        value.map(|value| {
            (
                i as f64 * step,
                height - 1.0 - (value / highest).clamp(0.0, 1.0) * (height - 2.0),
            )
        })
    };
    let points: Vec<Option<(f64, f64)>> = values.iter().enumerate().map(point).collect();
    points
        .split(Option::is_none)
        .map(|run| polyline(run.iter().flatten().copied()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Position, Timestamp};

    #[test]
    fn the_rate_is_what_the_head_moved_in_the_time_between() {
        let sample = |ms: i64, head| PositionSample {
            at: Timestamp::from_micros(ms * 1_000),
            head: Position(head),
            consumers: Vec::new(),
        };
        let samples = [
            sample(0, 10),
            sample(2_000, 30),
            sample(2_000, 31),
            sample(2_500, 31),
        ];
        assert_eq!(rates(&samples), [Some(10.0), None, Some(0.0)]);
        assert!(rates(&[]).is_empty());
    }

    #[test]
    fn the_highest_value_touches_the_top_and_nothing_the_bottom() {
        assert_eq!(
            path(&[Some(0.0), Some(5.0)], 10.0, 12.0),
            "M0.0 11.0L10.0 1.0"
        );
    }

    #[test]
    fn an_unknown_value_breaks_the_line() {
        let path = path(&[Some(1.0), None, Some(1.0)], 10.0, 12.0);
        assert_eq!(path.matches('M').count(), 2);
        assert!(!path.contains('L'));
    }

    #[test]
    fn zeros_are_flat() {
        assert_eq!(
            path(&[Some(0.0), Some(0.0)], 10.0, 12.0),
            "M0.0 11.0L10.0 11.0"
        );
    }
}
