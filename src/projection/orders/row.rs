//! The rows as they are stored, and what they mean.

use sqlx::FromRow;

use crate::contract::{
    CommandId, EventId, HistoryEntry, OrderId, OrderRow, Position, StreamName, Timestamp, Version,
};
use crate::projection::{ProjectionError, columns};

/// The columns of [`StoredOrder`].
pub(super) const COLUMNS: &str = "placed_position, order_id, customer, lines, total, currency, placed_at, placed_by, \
     status, cancel_reason, updated_at, position";

/// A row of the table `orders`.
#[derive(FromRow)]
pub(super) struct StoredOrder {
    placed_position: i64,
    order_id: Vec<u8>,
    customer: String,
    lines: String,
    total: i64,
    currency: String,
    placed_at: i64,
    placed_by: Option<Vec<u8>>,
    status: String,
    cancel_reason: Option<String>,
    updated_at: i64,
    position: i64,
}

impl TryFrom<StoredOrder> for OrderRow {
    type Error = ProjectionError;

    fn try_from(stored: StoredOrder) -> Result<OrderRow, ProjectionError> {
        let placed_by = stored
            .placed_by
            .map(|bytes| columns::uuid(&bytes, "command id"))
            .transpose()?;
        Ok(OrderRow {
            order_id: OrderId(columns::uuid(&stored.order_id, "order id")?),
            customer: stored.customer,
            status: columns::status(&stored.status)?,
            cancel_reason: stored.cancel_reason,
            lines: serde_json::from_str(&stored.lines)
                .map_err(|_| ProjectionError::Corrupt("list of order lines"))?,
            total: columns::money(stored.total, &stored.currency)?,
            placed_at: Timestamp::from_micros(stored.placed_at),
            updated_at: Timestamp::from_micros(stored.updated_at),
            placed_position: Position::from_sql(stored.placed_position),
            position: Position::from_sql(stored.position),
            placed_by: placed_by.map(CommandId),
        })
    }
}

/// A row of the table `order_history`, without the order.
#[derive(FromRow)]
pub(super) struct StoredEntry {
    position: i64,
    event_id: Vec<u8>,
    event_type: String,
    schema_version: u32,
    stream: String,
    version: i64,
    recorded_at: i64,
    summary: String,
}

impl TryFrom<StoredEntry> for HistoryEntry {
    type Error = ProjectionError;

    fn try_from(stored: StoredEntry) -> Result<HistoryEntry, ProjectionError> {
        Ok(HistoryEntry {
            event_id: EventId(columns::uuid(&stored.event_id, "event id")?),
            position: Position::from_sql(stored.position),
            event_type: stored.event_type,
            schema_version: stored.schema_version,
            stream: StreamName::try_new(stored.stream)
                .map_err(|_| ProjectionError::Corrupt("stream name"))?,
            version: Version::from_sql(stored.version),
            recorded_at: Timestamp::from_micros(stored.recorded_at),
            summary: stored.summary,
        })
    }
}
