//! What was measured once.

use hdrhistogram::Histogram;
use serde::Serialize;
use std::time::Duration;

use crate::failure::Outcome;

/// One figure of one run.
#[derive(Clone, Debug, Serialize)]
pub struct Measurement {
    pub value: f64,
    pub unit: Unit,
    /// Where requests were made: how long they took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    PerSecond,
    Megabytes,
    Milliseconds,
    Percent,
}

/// How long requests took, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Latency {
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Measurement {
    /// So many things in so long.
    pub fn rate(count: u64, elapsed: Duration) -> Measurement {
        Measurement {
            value: count as f64 / elapsed.as_secs_f64(),
            unit: Unit::PerSecond,
            latency: None,
        }
    }

    /// Memory.
    pub fn megabytes(value: f64) -> Measurement {
        Measurement {
            value,
            unit: Unit::Megabytes,
            latency: None,
        }
    }

    /// A time.
    pub fn milliseconds(value: f64) -> Measurement {
        Measurement {
            value,
            unit: Unit::Milliseconds,
            latency: None,
        }
    }

    /// A part of a whole.
    pub fn share(part: Duration, whole: Duration) -> Measurement {
        Measurement {
            value: 100.0 * part.as_secs_f64() / whole.as_secs_f64(),
            unit: Unit::Percent,
            latency: None,
        }
    }

    pub fn with_latency(self, times: &Times) -> Measurement {
        Measurement {
            latency: Some(times.latency()),
            ..self
        }
    }
}

/// The times of many requests, to three digits.
pub struct Times(Histogram<u64>);

impl Times {
    pub fn new() -> Outcome<Times> {
        Ok(Times(Histogram::new(3)?))
    }

    /// Counts one request.
    pub fn add(&mut self, time: Duration) -> Outcome<()> {
        let nanoseconds = u64::try_from(time.as_nanos())?;
        Ok(self.0.record(nanoseconds)?)
    }

    pub fn merge(&mut self, others: &Times) -> Outcome<()> {
        Ok(self.0.add(&others.0)?)
    }

    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The middle one.
    pub fn median(&self) -> Duration {
        Duration::from_nanos(self.0.value_at_quantile(0.5))
    }

    fn latency(&self) -> Latency {
        let milliseconds = |quantile| self.0.value_at_quantile(quantile) as f64 / 1e6;
        Latency {
            p50_ms: milliseconds(0.5),
            p99_ms: milliseconds(0.99),
        }
    }
}

/// The middle one; of an even number the mean of the two in the middle. `None` of nothing.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle)?;
    let lower = values.get(middle.saturating_sub(1))?;
    Some(if values.len().is_multiple_of(2) {
        f64::midpoint(*lower, *upper)
    } else {
        *upper
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_any_length_are_told_apart() {
        let mut times = Times::new().unwrap();
        for micros in [1, 1_000, 60_000_000] {
            times.add(Duration::from_micros(micros)).unwrap();
        }
        let middle = times.median().as_micros();
        assert!((999..=1_001).contains(&middle), "{middle}");
        assert!(times.latency().p99_ms > 59_000.0);
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median([]), None);
        assert_eq!(median([3.0]), Some(3.0));
        assert_eq!(median([9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 9.0]), Some(3.0));
    }
}
