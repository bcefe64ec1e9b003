//! What a trend shows: the age and the rate.

use crate::contract::TrendPoint;
use crate::ui::charts::axis::{round_clock_step, round_step};
use crate::ui::charts::figures::signed_duration;
use crate::ui::parts::thousands;

/// A value of a point, and how an axis shows it.
pub struct Measure {
    /// What stands over the plot.
    pub title: &'static str,
    /// The value.
    pub value: fn(&TrendPoint) -> f64,
    /// The least that the axis reaches: what is smaller than this is the usual coming and going, and is to look flat.
    pub least: f64,
    /// A round distance between marks that is at least this.
    pub step: fn(f64) -> f64,
    /// A mark in words.
    pub words: fn(f64) -> String,
}

/// How old the oldest event was that was not handled yet, in milliseconds.
pub const AGE: Measure = Measure {
    title: "Age, at most",
    value: |point| point.lag_age_ms as f64,
    least: 1_000.0,
    step: duration_step,
    words: signed_duration,
};

/// How many events a second went through.
pub const RATE: Measure = Measure {
    title: "Rate, events a second",
    value: |point| point.rate_per_s,
    least: 2.0,
    step: |least| round_step(least).max(1.0),
    words: |value| thousands(value as u64),
};

fn duration_step(least_ms: f64) -> f64 {
    if least_ms < 1_000.0 {
        round_step(least_ms)
    } else {
        round_clock_step(least_ms)
    }
}
