//! The batch into the documents; triggers keep the index.

use serde::Serialize;
use sqlx::SqliteConnection;

use super::fold::{Batch, Placed};
use crate::contract::{OrderId, Position};
use crate::projection::ProjectionError;
use crate::projection::model::Fact;
use crate::projection::order_event;
use crate::projection::past::{PastVersion, Standing, Stored, write_statuses_in_tx};
use crate::projection::place::{Cell, insert_in_tx, load_in_tx, write_in_tx};

/// Folds the facts on top of what the documents have, and writes every touched document once.
pub(super) async fn apply_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<(), ProjectionError> {
    let ids: Vec<OrderId> = order_event::ids_of(facts).into_iter().collect();
    let stored: Vec<Stored> = load_in_tx(tx, include_str!("load.sql"), &ids).await?;
    let mut batch = Batch::new(stored.into_iter().map(Stored::read));
    for fact in facts {
        if let Some(event) = fact.as_order_event() {
            batch.apply(fact.recorded, event);
        }
    }
    let placed = batch.placed().map(placed_columns);
    insert_in_tx(tx, include_str!("insert.sql"), placed).await?;
    let moved: Vec<_> = batch.moved().map(moved_columns).collect();
    write_in_tx(tx, include_str!("update.sql"), &moved).await?;
    let past = batch.past().iter().map(past_columns);
    insert_in_tx(tx, include_str!("insert_versions.sql"), past).await?;
    write_statuses_in_tx(tx, batch.past()).await
}

fn placed_columns<'a>(
    (id, position, placed, standing): (OrderId, Position, &'a Placed<'a>, &'a Standing<'a>),
) -> [Cell<'a>; 11] {
    [
        position.to_sql().into(),
        // Text, for it is searched too.
        id.to_string().into(),
        placed.customer.into(),
        placed.products.as_str().into(),
        placed.skus.as_str().into(),
        standing.status.as_str().into(),
        standing.reason.as_deref().into(),
        standing.since.to_sql().into(),
        placed.total.amount.into(),
        placed.total.currency.as_str().into(),
        placed.at.as_micros().into(),
    ]
}

fn moved_columns<'a>((id, standing): (OrderId, &'a Standing<'a>)) -> impl Serialize + use<'a> {
    (
        id,
        standing.status,
        standing.reason.as_deref(),
        standing.since.to_sql(),
    )
}

fn past_columns<'a>(version: &'a PastVersion<'a>) -> [Cell<'a>; 4] {
    [
        version.placed.to_sql().into(),
        version.until.to_sql().into(),
        version.said.status.as_str().into(),
        version.said.reason.as_deref().into(),
    ]
}
