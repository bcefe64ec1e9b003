//! How a consumer has been doing, for the charts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Position, Timestamp};

/// How far back a trend goes, and how fine it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrendRange {
    /// The last hour, ten seconds a point.
    #[default]
    Hour,
    /// The last day, a minute a point.
    Day,
}

impl TrendRange {
    /// Seconds that a point stands for.
    #[must_use]
    pub fn step_s(self) -> i64 {
        match self {
            TrendRange::Hour => 10,
            TrendRange::Day => 60,
        }
    }

    /// Seconds that it goes back.
    #[must_use]
    pub fn span_s(self) -> i64 {
        match self {
            TrendRange::Hour => 3_600,
            TrendRange::Day => 86_400,
        }
    }
}

/// A consumer over one step of a trend.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrendPoint {
    /// When the step began.
    pub at: Timestamp,
    /// Its checkpoint at the end of the step.
    pub position: Position,
    /// The most events that it was behind.
    pub lag_events: u64,
    /// The longest that it was behind, in milliseconds.
    pub lag_age_ms: u64,
    /// Events a second that it went through, those that it does not want included.
    pub rate_per_s: f64,
}

/// How a consumer has been doing. Steps in which nobody looked are missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trend {
    /// The consumer.
    pub consumer: String,
    /// Seconds that a point stands for.
    pub step_s: i64,
    /// The points, oldest first.
    pub points: Vec<TrendPoint>,
}
