//! What the page of an order begins with: the read model's row, or, where the read model is not there yet, what the
//! log says.

use serde::{Deserialize, Serialize};

use crate::api::{get_convergence, get_order, list_consumers, list_stream};
use crate::contract::{
    CommandConvergence, CommandId, ConsumerRow, Direction, HistoryEntry, Money, OrderDetail,
    OrderId, OrderLine, OrderRow, OrderStatus, Position, Problem, ProblemKind, RecordedEvent,
    StreamName,
};

/// The read model that the page shows.
pub const READ_MODEL: &str = "orders";

/// Events of a ghost that are read from its stream.
const GHOST_EVENTS: u32 = 100;

/// An order as the page shows it first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The order.
    pub order: OrderDetail,
    /// Whether it comes from the log, because the read model does not have it yet.
    pub is_ghost: bool,
    /// Where the read model is.
    pub as_of: Position,
    /// How the command that placed it converged, where one of ours did.
    pub convergence: Option<CommandConvergence>,
    /// The consumers.
    pub consumers: Vec<ConsumerRow>,
}

/// Finds an order, in the read model as of `min_position` or in the log; `None` where it was never placed.
pub async fn load(
    order_id: OrderId,
    min_position: Option<Position>,
) -> Result<Option<Found>, Problem> {
    let found = get_order(order_id, min_position).await?;
    let consumers = list_consumers().await?.consumers;
    let (order, is_ghost, as_of) = match found {
        Some(found) => (found.item, false, found.freshness.as_of),
        None => {
            let Some(ghost) = read_ghost(order_id).await? else {
                return Ok(None);
            };
            (ghost, true, position_of(&consumers, READ_MODEL))
        }
    };
    let convergence = match order.row.placed_by {
        Some(command_id) => get_convergence(command_id).await?,
        None => None,
    };
    Ok(Some(Found {
        order,
        is_ghost,
        as_of,
        convergence,
        consumers,
    }))
}

fn position_of(consumers: &[ConsumerRow], name: &str) -> Position {
    let row = consumers.iter().find(|row| row.name == name);
    row.map_or(Position::START, |row| row.position)
}

async fn read_ghost(order_id: OrderId) -> Result<Option<OrderDetail>, Problem> {
    let stream = StreamName::of("order", order_id);
    match list_stream(stream, None, Direction::Forward, GHOST_EVENTS).await {
        Ok(page) => Ok(ghost(order_id, &page.events)),
        Err(problem) if problem.is(ProblemKind::StreamNotFound) => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// What `OrderPlaced` says, as far as the page shows it.
#[derive(Deserialize)]
struct Placed {
    customer: String,
    lines: Vec<OrderLine>,
    total: Money,
}

/// An order out of the events of its stream; `None` where the first is not one that places it.
fn ghost(order_id: OrderId, events: &[RecordedEvent]) -> Option<OrderDetail> {
    let (first, last) = (events.first()?, events.last()?);
    let placed: Placed = serde_json::from_str(first.data.get()).ok()?;
    let row = OrderRow {
        order_id,
        customer: placed.customer,
        status: OrderStatus::Placed,
        cancel_reason: None,
        lines: placed.lines,
        total: placed.total,
        placed_at: first.recorded_at,
        updated_at: last.recorded_at,
        placed_position: first.position,
        position: last.position,
        placed_by: first.metadata.causation_id.map(CommandId),
    };
    let history = events.iter().map(entry).collect();
    Some(OrderDetail { row, history })
}

fn entry(event: &RecordedEvent) -> HistoryEntry {
    HistoryEntry {
        event_id: event.id,
        position: event.position,
        event_type: event.event_type.clone(),
        schema_version: event.schema_version,
        stream: event.stream.clone(),
        version: event.version,
        recorded_at: event.recorded_at,
        summary: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EventId, Metadata, Timestamp, Version};
    use serde_json::value::RawValue;

    fn event(version: u64, event_type: &str, data: &str) -> RecordedEvent {
        RecordedEvent {
            id: EventId::generate(),
            event_type: event_type.to_owned(),
            schema_version: 1,
            stream: StreamName::of("order", "a"),
            version: Version(version),
            position: Position(100 + version),
            recorded_at: Timestamp::from_micros(0),
            data: RawValue::from_string(data.to_owned()).expect("JSON"),
            metadata: Metadata::default(),
        }
    }

    #[test]
    fn an_order_can_be_told_from_its_events_alone() {
        let placed = r#"{"order_id":"x","customer":"Jun Mori","card":"4242********4242",
            "lines":[{"sku":"kettle","name":"Kettle","quantity":2,"unit_price":{"amount":100,"currency":"EUR"}}],
            "total":{"amount":200,"currency":"EUR"}}"#;
        let events = [
            event(1, "OrderPlaced", placed),
            event(2, "OrderReserved", "{}"),
        ];
        let ghost = ghost(OrderId::generate(), &events).expect("a ghost");
        assert_eq!(
            (ghost.row.customer.as_str(), ghost.row.units()),
            ("Jun Mori", 2)
        );
        assert_eq!(ghost.row.placed_position, Position(101));
        assert_eq!(ghost.history.len(), 2);
    }

    #[test]
    fn a_stream_that_is_not_of_an_order_is_none() {
        assert_eq!(
            ghost(OrderId::generate(), &[event(1, "Appended", "{}")]),
            None
        );
        assert_eq!(ghost(OrderId::generate(), &[]), None);
    }
}
