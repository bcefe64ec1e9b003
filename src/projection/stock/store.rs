//! The batch into the table.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;

use super::fold::{Batch, Product, Row};
use crate::contract::{Currency, Money, Position, Sku};
use crate::projection::ProjectionError;
use crate::projection::model::Fact;
use crate::projection::place::{Cell, insert_in_tx, load_in_tx, write_in_tx};

/// The columns of a row.
type Columns = (
    Sku,
    Option<String>,
    Option<i64>,
    Option<Currency>,
    i64,
    i64,
    i64,
);

/// Folds the facts on top of what the table has, and writes every touched row once.
pub(super) async fn apply_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<(), ProjectionError> {
    let events = || {
        facts
            .iter()
            .filter_map(|fact| Some((fact.recorded.position, fact.as_product_event()?)))
    };
    let skus: BTreeSet<&Sku> = events().map(|(_, event)| event.sku()).collect();
    let skus: Vec<&Sku> = skus.into_iter().collect();
    let stored: Vec<Columns> = load_in_tx(tx, include_str!("load.sql"), &skus).await?;
    let mut batch = Batch::new(stored.into_iter().map(row));
    for (position, event) in events() {
        batch.apply(position, event);
    }
    let rows: Vec<Columns> = batch.rows().map(columns).collect();
    write_in_tx(tx, include_str!("write.sql"), &rows).await?;
    let versions = batch.versions().map(version_columns);
    insert_in_tx(tx, include_str!("insert_versions.sql"), versions).await
}

fn row((sku, name, unit_price, currency, on_hand, reserved, position): Columns) -> (Sku, Row) {
    let product = match (name, unit_price, currency) {
        (Some(name), Some(amount), Some(currency)) => Some(Product {
            name,
            unit_price: Money { amount, currency },
        }),
        _ => None,
    };
    let row = Row {
        product,
        on_hand,
        reserved,
        position: Position::from_sql(position),
    };
    (sku, row)
}

fn columns((sku, row): (&Sku, &Row)) -> Columns {
    let product = row.product.as_ref();
    (
        sku.clone(),
        product.map(|product| product.name.clone()),
        product.map(|product| product.unit_price.amount),
        product.map(|product| product.unit_price.currency),
        row.on_hand,
        row.reserved,
        row.position.to_sql(),
    )
}

fn version_columns<'a>((sku, row): (&'a Sku, &'a Row)) -> [Cell<'a>; 7] {
    let product = row.product.as_ref();
    let price = product.map(|product| &product.unit_price);
    [
        sku.as_str().into(),
        product.map(|product| product.name.as_str()).into(),
        price.map(|price| price.amount).into(),
        price.map(|price| price.currency.as_str()).into(),
        row.on_hand.into(),
        row.reserved.into(),
        row.position.to_sql().into(),
    ]
}
