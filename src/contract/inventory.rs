//! Stock as the read model shows it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Money, Position, Sku};

/// One product and its stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockRow {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Price of a piece.
    pub unit_price: Money,
    /// Pieces in the house.
    pub on_hand: u64,
    /// Pieces promised to orders.
    pub reserved: u64,
    /// Pieces that can still be promised: `on_hand - reserved`.
    pub available: u64,
    /// The last event that changed the row.
    pub position: Position,
}
