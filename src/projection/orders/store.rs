//! The batch into the tables.

use sqlx::SqliteConnection;

use super::fold::{Batch, Counts, Entry, Placed, Progress};
use crate::contract::{OrderId, Position};
use crate::projection::ProjectionError;
use crate::projection::columns::Hex;
use crate::projection::model::Fact;
use crate::projection::order_event;
use crate::projection::past::{Stored, write_statuses_in_tx};
use crate::projection::place::{load_in_tx, write_in_tx};

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
    let placed: Vec<_> = batch.placed().map(placed_columns).collect();
    write_in_tx(tx, include_str!("insert.sql"), &placed).await?;
    let moved: Vec<_> = batch.moved().map(moved_columns).collect();
    write_in_tx(tx, include_str!("update.sql"), &moved).await?;
    let history: Vec<_> = batch.history().iter().map(entry_columns).collect();
    write_in_tx(tx, include_str!("insert_history.sql"), &history).await?;
    write_statuses_in_tx(tx, batch.past()).await?;
    let counts: Vec<_> = batch.counts().iter().map(counts_columns).collect();
    write_in_tx(tx, include_str!("insert_counts.sql"), &counts).await
}

fn placed_columns<'a>(
    (id, position, placed, progress): (OrderId, Position, Placed<'a>, Progress<'a>),
) -> impl serde::Serialize + use<'a> {
    let standing = progress.standing;
    (
        position.to_sql(),
        Hex(id.0),
        placed.customer,
        placed.lines,
        placed.total.amount,
        placed.total.currency,
        placed.at.as_micros(),
        placed.by.map(|command| Hex(command.0)),
        standing.status,
        standing.reason.as_deref(),
        progress.updated_at.as_micros(),
        standing.since.to_sql(),
    )
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

fn entry_columns<'a>(entry: &'a Entry<'a>) -> impl serde::Serialize + use<'a> {
    let recorded = entry.recorded;
    let (status, cancel_reason) = entry.said.unzip();
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
        status,
        cancel_reason.flatten(),
    )
}

fn counts_columns(&(position, counts): &(Position, Counts)) -> impl serde::Serialize + use<> {
    let [placed, reserved, paid, confirmed, shipped, cancelled] = counts;
    (
        position.to_sql(),
        placed,
        reserved,
        paid,
        confirmed,
        shipped,
        cancelled,
    )
}
