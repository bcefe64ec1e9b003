//! The batch into the tables.

use sqlx::SqliteConnection;

use super::fold::{Batch, Entry, Placed, Progress};
use crate::contract::{OrderId, OrderStatus};
use crate::projection::ProjectionError;
use crate::projection::columns::Hex;
use crate::projection::model::Fact;
use crate::projection::order_event;
use crate::projection::place::{load_in_tx, write_in_tx};

/// Folds the facts on top of what the tables have, and writes every touched row once.
pub(super) async fn apply_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<(), ProjectionError> {
    let mut batch = Batch::new(stored_in_tx(tx, facts).await?);
    for fact in facts {
        batch.apply(fact);
    }
    write_batch_in_tx(tx, &batch).await
}

async fn stored_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<Vec<(OrderId, OrderStatus)>, ProjectionError> {
    let ids = order_event::ids_of(facts);
    let keys: Vec<Hex> = ids.into_iter().map(|id| Hex(id.0)).collect();
    load_in_tx::<_, (OrderId, OrderStatus)>(tx, include_str!("load.sql"), &keys).await
}

async fn write_batch_in_tx(
    tx: &mut SqliteConnection,
    batch: &Batch<'_>,
) -> Result<(), ProjectionError> {
    let placed: Vec<_> = batch.placed().map(placed_columns).collect();
    write_in_tx(tx, include_str!("insert.sql"), &placed).await?;
    let moved: Vec<_> = batch.moved().map(moved_columns).collect();
    write_in_tx(tx, include_str!("update.sql"), &moved).await?;
    let history: Vec<_> = batch.history().iter().map(entry_columns).collect();
    write_in_tx(tx, include_str!("insert_history.sql"), &history).await?;
    let counts: Vec<_> = batch.counts().collect();
    write_in_tx(tx, include_str!("add_counts.sql"), &counts).await
}

fn placed_columns<'a>(
    (id, placed, progress): (OrderId, Placed<'a>, Progress<'a>),
) -> impl serde::Serialize + use<'a> {
    (
        placed.position.to_sql(),
        Hex(id.0),
        placed.customer,
        placed.lines,
        placed.total.amount,
        placed.total.currency,
        placed.at.as_micros(),
        placed.by.map(|command| Hex(command.0)),
        progress.status,
        progress.cancel_reason,
        progress.updated_at.as_micros(),
        progress.position.to_sql(),
    )
}

fn moved_columns<'a>((id, progress): (OrderId, Progress<'a>)) -> impl serde::Serialize + use<'a> {
    (
        Hex(id.0),
        progress.status,
        progress.cancel_reason,
        progress.updated_at.as_micros(),
        progress.position.to_sql(),
    )
}

fn entry_columns<'a>(entry: &'a Entry<'a>) -> impl serde::Serialize + use<'a> {
    let recorded = entry.recorded;
    (
        Hex(entry.order_id.0),
        recorded.position.to_sql(),
        Hex(recorded.id.0),
        &recorded.event_type,
        recorded.schema_version,
        &recorded.stream,
        recorded.version.to_sql(),
        recorded.recorded_at.as_micros(),
        &entry.summary,
    )
}
