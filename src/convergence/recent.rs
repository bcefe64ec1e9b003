//! Percentiles of the last two minutes.

use hdrhistogram::Histogram;
use std::time::{Duration, Instant};

use crate::contract::Percentiles;

/// Half of the time that is remembered.
const HALF: Duration = Duration::from_secs(60);
/// Longer durations count as this.
const HOUR_MICROS: u64 = 3_600_000_000;

/// Durations of the last one to two minutes: two histograms, the older of which is forgotten each minute.
pub(super) struct Recent {
    young: Histogram<u32>,
    old: Histogram<u32>,
    turned_at: Instant,
}

impl Default for Recent {
    fn default() -> Recent {
        Recent {
            young: empty(),
            old: empty(),
            turned_at: Instant::now(),
        }
    }
}

impl Recent {
    /// Notes a duration in microseconds; a negative one, from clocks set back, counts as none.
    pub fn record(&mut self, micros: i64) {
        self.turn();
        self.young
            .saturating_record(u64::try_from(micros).unwrap_or(0));
    }

    /// What was noted of late.
    pub fn percentiles(&mut self) -> Percentiles {
        self.turn();
        if self.young.is_empty() && self.old.is_empty() {
            return Percentiles::default();
        }
        let mut both = self.young.clone();
        // Cannot fail: both were made with the same bounds.
        if both.add(&self.old).is_err() {
            return Percentiles::default();
        }
        let at = |quantile| Some(both.value_at_quantile(quantile) as f64 / 1_000.0);
        Percentiles {
            count: both.len(),
            p50: at(0.5),
            p95: at(0.95),
            p99: at(0.99),
        }
    }

    fn turn(&mut self) {
        let elapsed = self.turned_at.elapsed();
        if elapsed < HALF {
            return;
        }
        self.old = std::mem::replace(&mut self.young, empty());
        if elapsed >= 2 * HALF {
            self.old = empty();
        }
        self.turned_at = Instant::now();
    }
}

/// From a microsecond to an hour, two significant digits: a percent is exact enough for a person.
fn empty() -> Histogram<u32> {
    Histogram::new_with_bounds(1, HOUR_MICROS, 2)
        .unwrap_or_else(|_| unreachable!("the bounds are allowed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_recorded_is_unknown_and_not_zero() {
        assert_eq!(Recent::default().percentiles(), Percentiles::default());
    }

    #[test]
    fn percentiles_are_in_milliseconds() {
        let mut recent = Recent::default();
        (1..=100).for_each(|n| recent.record(n * 1_000));
        let percentiles = recent.percentiles();
        assert_eq!(percentiles.count, 100);
        let p50 = percentiles.p50.expect("recorded");
        assert!((49.5..=51.0).contains(&p50), "{p50}");
    }

    #[test]
    fn the_longest_stall_is_recorded_too() {
        let mut recent = Recent::default();
        recent.record(3_600_000_000);
        let p99 = recent.percentiles().p99.expect("recorded");
        assert!(p99 > 3_500_000.0, "{p99}");
    }
}
