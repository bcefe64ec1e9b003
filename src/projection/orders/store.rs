//! The batch into the tables.

use sqlx::SqliteConnection;

use super::fold::{Batch, Counts, Entry, Placed, Progress};
use crate::contract::{OrderId, Position};
use crate::projection::ProjectionError;
use crate::projection::columns::Hex;
use crate::projection::model::Fact;
use crate::projection::order_event;
use crate::projection::past::{Stored, write_statuses_in_tx};
use crate::projection::place::{Cell, insert_in_tx, load_in_tx, write_in_tx};

/// Folds the facts on top of what the tables have, and writes every touched row once.
pub(super) async fn apply_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<(), ProjectionError> {
    let stored = stored_in_tx(tx, facts).await?;
    let first = facts.first().map(|fact| fact.recorded.position);
    let counts = counts_in_tx(tx, first.unwrap_or_default()).await?;
    let mut batch = Batch::new(stored.into_iter().map(Stored::read), counts);
    for fact in facts {
        batch.apply(fact);
    }
    write_batch_in_tx(tx, &batch).await
}

async fn stored_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<Vec<Stored>, ProjectionError> {
    let ids = order_event::ids_of(facts);
    let keys: Vec<Hex> = ids.into_iter().map(|id| Hex(id.0)).collect();
    load_in_tx(tx, include_str!("load.sql"), &keys).await
}

/// How many orders have each status as of a position.
pub(super) async fn counts_in_tx(
    tx: &mut SqliteConnection,
    at: Position,
) -> Result<Counts, ProjectionError> {
    let stored: Option<(i64, i64, i64, i64, i64, i64)> = sqlx::query_as(include_str!("counts.sql"))
        .bind(at.to_sql())
        .fetch_optional(tx)
        .await?;
    let (placed, reserved, paid, confirmed, shipped, cancelled) = stored.unwrap_or_default();
    Ok([placed, reserved, paid, confirmed, shipped, cancelled])
}

async fn write_batch_in_tx(
    tx: &mut SqliteConnection,
    batch: &Batch<'_>,
) -> Result<(), ProjectionError> {
    let placed = batch.placed().map(placed_columns);
    let placed = placed.collect::<Result<Vec<_>, _>>()?;
    insert_in_tx(tx, include_str!("insert.sql"), placed).await?;
    let moved: Vec<_> = batch.moved().map(moved_columns).collect();
    write_in_tx(tx, include_str!("update.sql"), &moved).await?;
    let history = batch.history().iter().map(entry_columns);
    insert_in_tx(tx, include_str!("insert_history.sql"), history).await?;
    write_statuses_in_tx(tx, batch.past()).await?;
    let counts = batch.counts().iter().map(counts_columns);
    insert_in_tx(tx, include_str!("insert_counts.sql"), counts).await
}

fn placed_columns<'a>(
    (id, position, placed, progress): (OrderId, Position, Placed<'a>, Progress<'a>),
) -> Result<[Cell<'a>; 12], ProjectionError> {
    let standing = progress.standing;
    Ok([
        position.to_sql().into(),
        id.0.into(),
        placed.customer.into(),
        serde_json::to_string(placed.lines)?.into(),
        placed.total.amount.into(),
        placed.total.currency.as_str().to_owned().into(),
        placed.at.as_micros().into(),
        placed.by.map(|command| command.0).into(),
        standing.status.as_str().into(),
        standing.reason.as_deref().into(),
        progress.updated_at.as_micros().into(),
        standing.since.to_sql().into(),
    ])
}

fn moved_columns<'a>((id, progress): (OrderId, Progress<'a>)) -> impl serde::Serialize + use<'a> {
    let standing = progress.standing;
    (
        Hex(id.0),
        standing.status,
        standing.reason.as_deref(),
        progress.updated_at.as_micros(),
        standing.since.to_sql(),
    )
}

fn entry_columns<'a>(entry: &'a Entry<'a>) -> [Cell<'a>; 11] {
    let recorded = entry.recorded;
    let (status, cancel_reason) = entry.said.unzip();
    [
        entry.order_id.0.into(),
        recorded.position.to_sql().into(),
        recorded.id.0.into(),
        recorded.event_type.as_str().into(),
        i64::from(recorded.schema_version).into(),
        recorded.stream.as_str().into(),
        recorded.version.to_sql().into(),
        recorded.recorded_at.as_micros().into(),
        entry.summary.as_str().into(),
        status.map(|status| status.as_str()).into(),
        cancel_reason.flatten().into(),
    ]
}

fn counts_columns((position, counts): &(Position, Counts)) -> [Cell<'static>; 7] {
    let [placed, reserved, paid, confirmed, shipped, cancelled] = counts.map(Cell::Int);
    [
        position.to_sql().into(),
        placed,
        reserved,
        paid,
        confirmed,
        shipped,
        cancelled,
    ]
}
