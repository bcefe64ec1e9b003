//! Names and prices for what is ordered.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{OrderDraft, OrderRefusal};
use crate::contract::{Money, OrderLine, Sku};
use crate::domain::limits::is_amount;

/// A product as it stands in the catalogue when it is ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedProduct {
    /// Its name.
    pub name: String,
    /// Price of a piece.
    pub unit_price: Money,
}

/// The products that were looked up for an order; those that are missing are not registered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList(BTreeMap<Sku, ListedProduct>);

impl FromIterator<(Sku, ListedProduct)> for PriceList {
    fn from_iter<I: IntoIterator<Item = (Sku, ListedProduct)>>(products: I) -> PriceList {
        PriceList(products.into_iter().collect())
    }
}

impl PriceList {
    /// The draft's lines with name and price.
    pub(super) fn lines(&self, draft: &OrderDraft) -> Result<Vec<OrderLine>, OrderRefusal> {
        let line = |requested: &super::RequestedLine| {
            let sku = requested.sku.clone();
            match self.0.get(&sku) {
                Some(product) => Ok(OrderLine {
                    sku,
                    name: product.name.clone(),
                    quantity: requested.quantity,
                    unit_price: product.unit_price,
                }),
                None => Err(OrderRefusal::UnknownProduct(sku)),
            }
        };
        draft.lines().iter().map(line).collect()
    }
}

/// What the lines cost together.
pub(super) fn total(lines: &[OrderLine]) -> Result<Money, OrderRefusal> {
    let first = lines.first().ok_or(OrderRefusal::EmptyOrder)?;
    let currency = first.unit_price.currency;
    let mut total = Money {
        amount: 0,
        currency,
    };
    for line in lines {
        let other = line.unit_price.currency;
        if other != currency {
            return Err(OrderRefusal::MixedCurrencies(currency, other));
        }
        total = line
            .unit_price
            .times(line.quantity)
            .and_then(|price| total.plus(price))
            .filter(|sum| is_amount(*sum))
            .ok_or(OrderRefusal::TotalTooLarge)?;
    }
    Ok(total)
}
