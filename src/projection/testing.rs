//! Facts for the tests of the folds.

use uuid::Uuid;

use super::model::Fact;
use crate::contract::{
    EventId, Metadata, Money, OrderId, OrderLine, Position, RecordedEvent, Sku, StreamName,
    Timestamp, Version,
};
use crate::domain::MaskedCard;
use crate::domain::orders::{OrderCancelled, OrderEvent, OrderPlaced};
use crate::schema::{self, DomainEvent};

/// The order with this number.
pub(crate) fn order(number: u128) -> OrderId {
    OrderId(Uuid::from_u128(number))
}

/// The product with this name.
pub(crate) fn sku(name: &str) -> Sku {
    Sku::try_new(name).expect("a sku")
}

/// `OrderPlaced` with one line at a euro apiece.
pub(crate) fn placed(number: u128, quantity: u32) -> OrderEvent {
    OrderEvent::Placed(OrderPlaced {
        order_id: order(number),
        customer: "Ada".to_owned(),
        lines: vec![OrderLine {
            sku: sku("mug"),
            name: "Blue mug".to_owned(),
            quantity,
            unit_price: Money::eur(100),
        }],
        total: Money::eur(100 * i64::from(quantity)),
        card: MaskedCard::try_new("4242********4242").expect("a card"),
    })
}

/// `OrderCancelled`.
pub(crate) fn cancelled(number: u128) -> OrderEvent {
    OrderEvent::Cancelled(OrderCancelled {
        order_id: order(number),
        reason: "changed my mind".to_owned(),
    })
}

/// An event as recorded at a position, each a second after the one before.
pub(crate) fn recorded(position: u64, event: &DomainEvent) -> RecordedEvent {
    let (event_type, schema_version, data) = schema::encode(event).expect("an event");
    let seconds = i64::try_from(position).expect("a small number");
    RecordedEvent {
        id: EventId(Uuid::from_u128(u128::from(position))),
        event_type: event_type.to_owned(),
        schema_version,
        stream: StreamName::of("any", 1),
        version: Version(1),
        position: Position(position),
        recorded_at: Timestamp::from_micros(seconds * 1_000_000),
        data,
        metadata: Metadata::default(),
    }
}

/// Events one after the other, from position 1, as they are recorded.
pub(crate) fn log(events: &[DomainEvent]) -> Vec<RecordedEvent> {
    (1..)
        .zip(events)
        .map(|(position, event)| recorded(position, event))
        .collect()
}

/// What the recorded events say.
pub(crate) fn facts(log: &[RecordedEvent]) -> Vec<Fact<'_>> {
    log.iter()
        .map(|recorded| Fact {
            recorded,
            event: schema::decode(recorded).expect("readable").expect("known"),
        })
        .collect()
}
