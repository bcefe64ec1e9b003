//! Sales as the read model shows them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Money, Position, Timestamp};

/// How long a bucket of the sales report is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// An hour, in UTC.
    #[default]
    Hour,
    /// A day, in UTC.
    Day,
}

/// The orders that were placed in one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SalesRow {
    /// When the bucket starts.
    pub bucket: Timestamp,
    /// Orders placed, cancelled ones included.
    pub orders: u64,
    /// Pieces in orders that were not cancelled.
    pub units: u64,
    /// Worth of the orders that were not cancelled.
    pub revenue: Money,
    /// How many of the orders were cancelled since.
    pub cancelled: u64,
    /// The last event that changed the row.
    pub position: Position,
}
