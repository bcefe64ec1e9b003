//! The built-in stream of orders that brings an empty system to life.

use serde::{Deserialize, Serialize};

/// The rates that the console offers, in orders a second.
pub const TRAFFIC_RATES: [u32; 5] = [1, 5, 20, 100, 500];

/// What the traffic is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficStatus {
    /// Orders a second that it aims at; 0 when it is off.
    pub rate: u32,
    /// Orders that it has placed since it was last started.
    pub placed: u64,
}
