//! Whether a consumer's lag rises or falls.

use leptos::prelude::*;

use crate::contract::PositionSample;

/// How far back the lag is compared, in milliseconds.
const OVER_MS: f64 = 5_000.0;
/// Fewer events than this are the usual coming and going.
const NOTICEABLE: u64 = 5;
/// So are those of half a second, at the pace of the log: a tenth of what has come over the time that is compared.
const USUAL: u64 = 10;

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
        let is_earlier = |sample: &&PositionSample| last.at.millis_since(sample.at) >= OVER_MS;
        let Some(earlier) = samples.iter().rev().find(is_earlier) else {
            return Trend::Steady;
        };
        let noticeable = NOTICEABLE.max(last.head.events_after(earlier.head) / USUAL);
        match (lag(earlier, name), lag(last, name)) {
            (Some(before), Some(now)) if now >= before + noticeable => Trend::Rising,
            (Some(before), Some(now)) if now + noticeable <= before => Trend::Falling,
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
        trend_at(0, lags)
    }

    /// The same in a log to which so many events are appended each second.
    fn trend_at(pace: u64, lags: &[u64]) -> Trend {
        let samples: Vec<PositionSample> = (0..)
            .zip(lags)
            .map(|(second, lag)| {
                let head = 1_000 + pace * second;
                PositionSample {
                    at: Timestamp::from_micros(i64::try_from(second).expect("few") * 1_000_000),
                    head: Position(head),
                    consumers: vec![ConsumerSample {
                        name: "sales".to_owned(),
                        position: Position(head - lag),
                    }],
                }
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
    fn what_comes_in_half_a_second_is_the_usual_coming_and_going() {
        assert_eq!(trend_at(100, &[49, 0, 0, 0, 0, 0]), Trend::Steady);
        assert_eq!(trend_at(100, &[50, 0, 0, 0, 0, 0]), Trend::Falling);
        assert_eq!(trend_at(100, &[0, 0, 0, 0, 0, 50]), Trend::Rising);
    }

    #[test]
    fn too_few_samples_say_nothing() {
        assert_eq!(trend(&[]), Trend::Steady);
        assert_eq!(trend(&[0, 500]), Trend::Steady);
    }
}
