//! What is wanted, and what it costs. Pure.

use crate::api::WantedLine;
use crate::contract::{Money, StockRow};

/// More than this of one product is a typing mistake.
pub const MOST_PIECES: u32 = 999;

/// Pieces out of a field: nothing, or what is not a number, is none.
#[must_use]
pub fn pieces(text: &str) -> u32 {
    text.trim().parse::<u32>().unwrap_or(0).min(MOST_PIECES)
}

/// What all of it costs; `None` where the prices cannot be added up.
#[must_use]
pub fn total(products: &[StockRow], quantities: &[u32]) -> Option<Money> {
    let mut lines = products
        .iter()
        .zip(quantities)
        .filter(|(_, quantity)| **quantity > 0);
    let price = |(product, quantity): (&StockRow, &u32)| product.unit_price.times(*quantity);
    let first = lines.next().and_then(price)?;
    lines.try_fold(first, |sum, line| sum.plus(price(line)?))
}

/// How many pieces in all.
#[must_use]
pub fn items(quantities: &[u32]) -> u32 {
    quantities
        .iter()
        .fold(0, |sum, quantity| sum.saturating_add(*quantity))
}

/// The lines of the command.
#[must_use]
pub fn wanted_lines(products: &[StockRow], quantities: &[u32]) -> Vec<WantedLine> {
    let wanted = products
        .iter()
        .zip(quantities)
        .filter(|(_, quantity)| **quantity > 0);
    wanted
        .map(|(product, quantity)| WantedLine {
            sku: product.sku.clone(),
            quantity: *quantity,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Position, Sku};

    fn product(sku: &str, cents: i64) -> StockRow {
        StockRow {
            sku: Sku::try_new(sku).expect("a sku"),
            name: sku.to_owned(),
            unit_price: Money::eur(cents),
            on_hand: 5,
            reserved: 0,
            available: 5,
            position: Position(1),
        }
    }

    #[test]
    fn the_total_counts_what_is_wanted() {
        let products = [
            product("kettle", 4_500),
            product("mug", 900),
            product("tray", 100),
        ];
        assert_eq!(total(&products, &[1, 2, 0]), Some(Money::eur(6_300)));
        assert_eq!(total(&products, &[0, 0, 0]), None);
        assert_eq!(wanted_lines(&products, &[1, 0, 3]).len(), 2);
        assert_eq!(items(&[1, 0, 3]), 4);
    }

    #[test]
    fn what_is_no_number_is_no_piece() {
        assert_eq!(pieces(" 12 "), 12);
        assert_eq!(pieces(""), 0);
        assert_eq!(pieces("-3"), 0);
        assert_eq!(pieces("99999"), MOST_PIECES);
    }
}
