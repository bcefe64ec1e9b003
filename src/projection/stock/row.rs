//! The row as it is stored, and what it means.

use sqlx::FromRow;

use crate::contract::{Position, StockRow};
use crate::projection::{ProjectionError, columns};

/// A row of the table `stock` whose product is registered.
#[derive(FromRow)]
pub(super) struct StoredStock {
    sku: String,
    name: String,
    unit_price: i64,
    currency: String,
    on_hand: i64,
    reserved: i64,
    position: i64,
}

impl TryFrom<StoredStock> for StockRow {
    type Error = ProjectionError;

    fn try_from(stored: StoredStock) -> Result<StockRow, ProjectionError> {
        let on_hand = columns::count(stored.on_hand);
        let reserved = columns::count(stored.reserved);
        Ok(StockRow {
            sku: columns::sku(stored.sku)?,
            name: stored.name,
            unit_price: columns::money(stored.unit_price, &stored.currency)?,
            on_hand,
            reserved,
            available: on_hand.saturating_sub(reserved),
            position: Position::from_sql(stored.position),
        })
    }
}
