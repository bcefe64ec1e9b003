//! Orders as the read models show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::{EventId, Money, OrderId, Position, Sku, StreamName, Timestamp, Version};

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Accepted; nothing is reserved yet.
    Placed,
    /// All its lines are reserved.
    Reserved,
    /// The payment is authorised.
    Paid,
    /// Ready to ship.
    Confirmed,
    /// On its way.
    Shipped,
    /// Ended without delivery; the reason stands beside it.
    Cancelled,
}

impl OrderStatus {
    /// Every status, in the order of an order's life.
    pub const ALL: [OrderStatus; 6] = [
        OrderStatus::Placed,
        OrderStatus::Reserved,
        OrderStatus::Paid,
        OrderStatus::Confirmed,
        OrderStatus::Shipped,
        OrderStatus::Cancelled,
    ];

    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OrderStatus::Placed => "placed",
            OrderStatus::Reserved => "reserved",
            OrderStatus::Paid => "paid",
            OrderStatus::Confirmed => "confirmed",
            OrderStatus::Shipped => "shipped",
            OrderStatus::Cancelled => "cancelled",
        }
    }

    /// From the word on the wire.
    #[must_use]
    pub fn parse(word: &str) -> Option<OrderStatus> {
        OrderStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One product of an order, at the price it was ordered at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLine {
    /// The product.
    pub sku: Sku,
    /// Its name when it was ordered.
    pub name: String,
    /// Pieces.
    pub quantity: u32,
    /// Price of a piece when it was ordered.
    pub unit_price: Money,
}

/// An order in the order list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderRow {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub customer: String,
    /// How far it has come.
    pub status: OrderStatus,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// What was ordered.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub total: Money,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Where `OrderPlaced` stands in the log; the list is sorted by it.
    pub placed_position: Position,
    /// The last event that changed the row.
    pub position: Position,
    /// The command that placed it, where one of ours did.
    pub placed_by: Option<super::CommandId>,
}

impl OrderRow {
    /// Pieces in all.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.quantity)).sum()
    }
}

/// One event in the life of an order, from whichever stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// The event.
    pub event_id: EventId,
    /// Its place in the log.
    pub position: Position,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The version of the type's schema.
    pub schema_version: u32,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub version: Version,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What it says, in a few words ("kettle ×1").
    pub summary: String,
}

/// An order with its history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrderDetail {
    /// The row of the list.
    #[serde(flatten)]
    pub row: OrderRow,
    /// All that happened to it, oldest first.
    pub history: Vec<HistoryEntry>,
}

/// How the order list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderSort {
    /// Last placed first.
    #[default]
    Newest,
    /// First placed first.
    Oldest,
}

/// Which orders are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderQuery {
    /// Only this status.
    #[serde(default)]
    pub status: Option<OrderStatus>,
    /// Only this customer, by the exact name.
    #[serde(default)]
    pub customer: Option<String>,
    /// The order of the rows.
    #[serde(default)]
    pub sort: OrderSort,
    /// Where the page starts, as an earlier answer's `next` said.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Rows a page; the server's limit when absent or larger.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// An order that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SearchHit {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub customer: String,
    /// How far it has come.
    pub status: OrderStatus,
    /// The products, in words.
    pub products: String,
    /// What it costs.
    pub total: Money,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// How many orders stand at each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderCounts {
    /// Just accepted.
    pub placed: u64,
    /// Stock is held.
    pub reserved: u64,
    /// Payment is authorised.
    pub paid: u64,
    /// Ready to ship.
    pub confirmed: u64,
    /// On their way.
    pub shipped: u64,
    /// Ended without delivery.
    pub cancelled: u64,
}

impl OrderCounts {
    /// How many stand at one status.
    #[must_use]
    pub fn at(&self, status: OrderStatus) -> u64 {
        match status {
            OrderStatus::Placed => self.placed,
            OrderStatus::Reserved => self.reserved,
            OrderStatus::Paid => self.paid,
            OrderStatus::Confirmed => self.confirmed,
            OrderStatus::Shipped => self.shipped,
            OrderStatus::Cancelled => self.cancelled,
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        OrderStatus::ALL
            .into_iter()
            .map(|status| self.at(status))
            .sum()
    }
}

/// A page of the order list with the counts that its filter shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrdersView {
    /// The page.
    #[serde(flatten)]
    pub listing: super::Listing<OrderRow>,
    /// Orders by status, over the whole list.
    pub counts: OrderCounts,
}
