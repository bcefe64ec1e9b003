//! Events as the log would have recorded them, told one after the other.

use std::collections::HashMap;
use std::sync::Arc;

use highwater::contract::{
    EventId, Metadata, OrderId, Position, RecordedEvent, StreamName, Timestamp, Version,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// Half past nine on some morning.
const START: i64 = 1_795_599_000_000_000;
const MINUTE: i64 = 60_000_000;

/// A log that is told. An event follows the other by a millisecond, unless time passes.
pub struct Story {
    pub events: Vec<Arc<RecordedEvent>>,
    versions: HashMap<StreamName, Version>,
    now: i64,
}

/// The order with this number.
pub fn order(number: u128) -> OrderId {
    OrderId(Uuid::from_u128(
        0x0190_a3b2_7c00_7000_8000_0000_0000_0000 + number,
    ))
}

/// The command that placed the order with this number.
pub fn place_order_of(number: u128) -> Uuid {
    Uuid::from_u128(0xc0ff_ee00 + number)
}

impl Story {
    pub fn new() -> Story {
        Story {
            events: Vec::new(),
            versions: HashMap::new(),
            now: START,
        }
    }

    pub fn minutes_pass(&mut self, minutes: i64) {
        self.now += minutes * MINUTE;
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now)
    }

    pub fn head(&self) -> Position {
        self.events
            .last()
            .map_or(Position::START, |event| event.position)
    }

    /// Any event.
    pub fn record(
        &mut self,
        stream: StreamName,
        event_type: &str,
        data: &Value,
        metadata: Metadata,
    ) -> Position {
        self.now += 1_000;
        let position = self.head().next();
        let version = self.versions.entry(stream.clone()).or_default();
        *version = version.next();
        self.events.push(Arc::new(RecordedEvent {
            id: EventId(Uuid::from_u128(u128::from(position.0))),
            event_type: event_type.to_owned(),
            schema_version: 1,
            stream,
            version: *version,
            position,
            recorded_at: self.now(),
            data: serde_json::value::to_raw_value(data).unwrap(),
            metadata,
        }));
        position
    }

    /// Makes the last event one that a program of the future has written.
    pub fn of_the_future(&mut self) {
        let last = Arc::make_mut(self.events.last_mut().unwrap());
        last.schema_version = 2;
    }

    /// `ProductRegistered`, for so many cents.
    pub fn registered(&mut self, sku: &str, name: &str, cents: i64) -> Position {
        let unit_price = euros(cents);
        self.of_product(
            sku,
            "ProductRegistered",
            json!({ "name": name, "unit_price": unit_price }),
        )
    }

    /// An event of a product; the sku is put in.
    pub fn of_product(&mut self, sku: &str, event_type: &str, mut data: Value) -> Position {
        data["sku"] = json!(sku);
        let stream = StreamName::of("product", sku);
        self.record(stream, event_type, &data, Metadata::default())
    }

    /// `OrderPlaced` by a command; lines are sku, pieces and cents apiece, and a product's name is its sku in capitals.
    pub fn placed(&mut self, number: u128, customer: &str, lines: &[(&str, u32, i64)]) -> Position {
        let total: i64 = lines
            .iter()
            .map(|(_, quantity, cents)| i64::from(*quantity) * cents)
            .sum();
        let lines: Vec<Value> = lines
            .iter()
            .map(|(sku, quantity, cents)| {
                json!({
                    "sku": sku,
                    "name": sku.to_uppercase(),
                    "quantity": quantity,
                    "unit_price": euros(*cents),
                })
            })
            .collect();
        let data = json!({
            "order_id": order(number),
            "customer": customer,
            "lines": lines,
            "total": euros(total),
            "card": "4242********4242",
        });
        let mut metadata = Metadata {
            causation_id: Some(place_order_of(number)),
            ..Metadata::default()
        };
        metadata
            .extra
            .insert("command".to_owned(), json!("PlaceOrder"));
        let stream = StreamName::of("order", order(number));
        self.record(stream, "OrderPlaced", &data, metadata)
    }

    /// An event of an order; its id is put in.
    pub fn of_order(&mut self, number: u128, event_type: &str, mut data: Value) -> Position {
        data["order_id"] = json!(order(number));
        let stream = StreamName::of("order", order(number));
        self.record(stream, event_type, &data, Metadata::default())
    }

    /// An event of a payment; the order's id is put in.
    pub fn of_payment(&mut self, number: u128, event_type: &str, mut data: Value) -> Position {
        data["order_id"] = json!(order(number));
        let stream = StreamName::of("payment", order(number));
        self.record(stream, event_type, &data, Metadata::default())
    }

    /// `OrderCancelled`.
    pub fn cancelled(&mut self, number: u128, reason: &str) -> Position {
        self.of_order(number, "OrderCancelled", json!({ "reason": reason }))
    }
}

/// So many cents, as events have them.
pub fn euros(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}
