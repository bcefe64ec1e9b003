//! What the overview shows.

use serde::{Deserialize, Serialize};

use super::{Alert, ConsumerRow, Head, Percentiles, PositionSample, Timestamp, TrafficStatus};

/// The system's vital signs, over the last two minutes where they are rates or percentiles.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pulse {
    /// When they were taken.
    pub at: Timestamp,
    /// The name of this environment.
    pub environment: String,
    /// The high-water mark.
    pub head: Head,
    /// Events appended a second, over the last few seconds; `None` before there are two samples.
    pub appended_per_s: Option<f64>,
    /// From the commit until every concerned consumer has it.
    pub window: Percentiles,
    /// From accepted to committed.
    pub committed: Percentiles,
    /// From committed until a page has painted it.
    pub painted: Percentiles,
    /// How many pages are connected.
    pub pages: u64,
    /// Whether any product was ever registered: an empty system offers to come alive.
    pub empty: bool,
    /// The built-in stream of orders.
    pub traffic: TrafficStatus,
    /// The rules that are broken, worst first.
    pub alerts: Vec<Alert>,
}

/// The first content of the overview page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The vital signs.
    pub pulse: Pulse,
    /// Every consumer, worst first.
    pub consumers: Vec<ConsumerRow>,
    /// Where everyone was, oldest first.
    pub samples: Vec<PositionSample>,
}
