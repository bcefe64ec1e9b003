//! Whether a consumer's lag rises or falls.

use leptos::prelude::*;

use crate::contract::PositionSample;

/// How far back the lag is compared, in milliseconds.
const OVER_MS: f64 = 5_000.0;
/// Fewer events than this are the usual coming and going.
const NOTICEABLE: u64 = 5;

/// Where a lag goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// More events behind than a few seconds ago.
    Rising,
    /// Fewer.
    Falling,
    /// About as many, or not known.
    Steady,
}

impl Trend {
    /// The trend of one consumer over the last seconds.
    #[must_use]
    pub fn of(samples: &[PositionSample], name: &str) -> Trend {
        let Some(last) = samples.last() else {
            return Trend::Steady;
        };
        let before = samples
            .iter()
            .rev()
            .find(|sample| last.at.millis_since(sample.at) >= OVER_MS);
        match (before.and_then(|before| lag(before, name)), lag(last, name)) {
            (Some(before), Some(now)) if now >= before + NOTICEABLE => Trend::Rising,
            (Some(before), Some(now)) if now + NOTICEABLE <= before => Trend::Falling,
            _ => Trend::Steady,
        }
    }
}

fn lag(sample: &PositionSample, name: &str) -> Option<u64> {
    let consumer = sample
        .consumers
        .iter()
        .find(|consumer| consumer.name == name)?;
    Some(sample.head.events_after(consumer.position))
}

/// An arrow and its word: up is worse.
#[component]
pub fn TrendMark(
    /// The trend.
    trend: Signal<Trend>,
) -> impl IntoView {
    let class = move || match trend.get() {
        Trend::Rising => "is-worse",
        Trend::Falling => "is-better",
        Trend::Steady => "",
    };
    let arrow = move || match trend.get() {
        Trend::Rising => "▲",
        Trend::Falling => "▼",
        Trend::Steady => "",
    };
    let word = move || match trend.get() {
        Trend::Rising => "rising",
        Trend::Falling => "falling",
        Trend::Steady => "",
    };
    view! {
        <span class=class>
            <span aria-hidden="true">{arrow}</span>
            <span class="visually-hidden">{word}</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ConsumerSample, Position, Timestamp};

    fn trend(lags: &[u64]) -> Trend {
        let samples: Vec<PositionSample> = (0..)
            .zip(lags)
            .map(|(second, lag)| PositionSample {
                at: Timestamp::from_micros(second * 1_000_000),
                head: Position(1_000),
                consumers: vec![ConsumerSample {
                    name: "sales".to_owned(),
                    position: Position(1_000 - lag),
                }],
            })
            .collect();
        Trend::of(&samples, "sales")
    }

    #[test]
    fn the_lag_of_now_is_compared_with_that_of_seconds_ago() {
        assert_eq!(trend(&[0, 10, 20, 30, 40, 50]), Trend::Rising);
        assert_eq!(trend(&[500, 400, 300, 200, 100, 50]), Trend::Falling);
        assert_eq!(trend(&[1, 3, 0, 2, 1, 3]), Trend::Steady);
    }

    #[test]
    fn too_few_samples_say_nothing() {
        assert_eq!(trend(&[]), Trend::Steady);
        assert_eq!(trend(&[0, 500]), Trend::Steady);
    }
}
