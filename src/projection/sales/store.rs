//! The batch into the tables.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sqlx::SqliteConnection;

use super::fold::{self, Batch, Hour, HourKey, OpenOrder};
use crate::contract::{Currency, OrderId, Position, Timestamp};
use crate::domain::orders::OrderEvent;
use crate::projection::ProjectionError;
use crate::projection::columns::Hex;
use crate::projection::model::Fact;
use crate::projection::order_event;
use crate::projection::place::{Cell, insert_in_tx, load_in_tx, write_in_tx};

/// Folds the facts on top of what the tables have, and writes every touched row once.
pub(super) async fn apply_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<(), ProjectionError> {
    let open = open_orders_in_tx(tx, facts).await?;
    let hours = hours_in_tx(tx, facts, &open).await?;
    let mut batch = Batch::new(open, hours);
    for fact in facts {
        if let Some(event) = fact.as_order_event() {
            batch.apply(fact.recorded, event);
        }
    }
    write_batch_in_tx(tx, &batch).await
}

async fn open_orders_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
) -> Result<BTreeMap<OrderId, OpenOrder>, ProjectionError> {
    let ids = order_event::ids_of(facts);
    let keys: Vec<Hex> = ids.into_iter().map(|id| Hex(id.0)).collect();
    let stored: Vec<(OrderId, i64, Currency, i64, i64)> =
        load_in_tx(tx, include_str!("load_orders.sql"), &keys).await?;
    let open = stored
        .into_iter()
        .map(|(id, hour, currency, units, revenue)| {
            let hour = (Timestamp::from_micros(hour), currency);
            (
                id,
                OpenOrder {
                    hour,
                    units,
                    revenue,
                },
            )
        });
    Ok(open.collect())
}

/// The hours in which the touched orders were placed, or are placed now.
async fn hours_in_tx(
    tx: &mut SqliteConnection,
    facts: &[Fact<'_>],
    open: &BTreeMap<OrderId, OpenOrder>,
) -> Result<Vec<(HourKey, Hour)>, ProjectionError> {
    let before = open.values().map(|order| order.hour);
    let now = facts
        .iter()
        .filter_map(|fact| match fact.as_order_event()? {
            OrderEvent::Placed(event) => Some(fold::order(fact.recorded, event).hour),
            _ => None,
        });
    let hours: BTreeSet<HourKey> = before.chain(now).collect();
    let keys: Vec<(i64, Currency)> = hours
        .into_iter()
        .map(|(hour, currency)| (hour.as_micros(), currency))
        .collect();
    let stored: Vec<HourColumns> = load_in_tx(tx, include_str!("load_hours.sql"), &keys).await?;
    Ok(stored.into_iter().map(hour).collect())
}

async fn write_batch_in_tx(
    tx: &mut SqliteConnection,
    batch: &Batch,
) -> Result<(), ProjectionError> {
    let hours: Vec<HourColumns> = batch.hours().map(hour_columns).collect();
    write_in_tx(tx, include_str!("write_hours.sql"), &hours).await?;
    let versions = batch.versions().map(version_columns);
    insert_in_tx(tx, include_str!("insert_versions.sql"), versions).await?;
    let opened: Vec<_> = batch.opened().map(open_columns).collect();
    write_in_tx(tx, include_str!("open_orders.sql"), &opened).await?;
    let closed: Vec<Hex> = batch.closed().map(|id| Hex(id.0)).collect();
    write_in_tx(tx, include_str!("close_orders.sql"), &closed).await
}

/// The columns of an hour.
type HourColumns = (i64, Currency, i64, i64, i64, i64, i64);

fn hour(
    (bucket, currency, orders, units, revenue, cancelled, position): HourColumns,
) -> (HourKey, Hour) {
    let hour = Hour {
        orders,
        units,
        revenue,
        cancelled,
        position: Position::from_sql(position),
    };
    ((Timestamp::from_micros(bucket), currency), hour)
}

fn hour_columns(((bucket, currency), hour): (&HourKey, &Hour)) -> HourColumns {
    (
        bucket.as_micros(),
        *currency,
        hour.orders,
        hour.units,
        hour.revenue,
        hour.cancelled,
        hour.position.to_sql(),
    )
}

fn version_columns<'a>(((bucket, currency), hour): (&'a HourKey, &'a Hour)) -> [Cell<'a>; 7] {
    [
        bucket.as_micros().into(),
        currency.as_str().into(),
        hour.orders.into(),
        hour.units.into(),
        hour.revenue.into(),
        hour.cancelled.into(),
        hour.position.to_sql().into(),
    ]
}

fn open_columns((id, order): (&OrderId, &OpenOrder)) -> impl Serialize + use<> {
    let (bucket, currency) = order.hour;
    (
        Hex(id.0),
        bucket.as_micros(),
        currency,
        order.units,
        order.revenue,
    )
}
