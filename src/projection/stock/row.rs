//! The row as it is stored, and what it means.

use sqlx::FromRow;

use crate::contract::{Position, StockRow, Then};
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

/// A row as it was, and as it is.
#[derive(FromRow)]
pub(super) struct StoredThen {
    #[sqlx(flatten)]
    now: StoredStock,
    past_name: String,
    past_unit_price: i64,
    past_currency: String,
    past_on_hand: i64,
    past_reserved: i64,
    past_position: i64,
}

impl TryFrom<StoredThen> for Then<StockRow> {
    type Error = ProjectionError;

    fn try_from(stored: StoredThen) -> Result<Then<StockRow>, ProjectionError> {
        let then = StoredStock {
            sku: stored.now.sku.clone(),
            name: stored.past_name,
            unit_price: stored.past_unit_price,
            currency: stored.past_currency,
            on_hand: stored.past_on_hand,
            reserved: stored.past_reserved,
            position: stored.past_position,
        };
        let is_past = then.position < stored.now.position;
        let now = is_past.then_some(stored.now);
        Ok(Then {
            then: then.try_into()?,
            now: now.map(StockRow::try_from).transpose()?,
        })
    }
}
