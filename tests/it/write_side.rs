//! The write side alone, over a real log in a folder of its own: no server, no read models.

use std::path::Path;
use std::sync::Arc;

use highwater::command::{CommandBus, CommandEnvelope, CommandError};
use highwater::contract::{
    CommandId, CommandReceipt, EventId, Metadata, OrderId, Position, RecordedEvent, StreamName,
    Timestamp,
};
use highwater::convergence::Convergence;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{
    AppendRequest, ExpectedVersion, LogQuery, NewEvent, Options, SharedLog, StreamAppend,
    StreamQuery,
};
use serde_json::{Value, json};

pub const GOOD_CARD: &str = "4242 4242 4242 4242";
pub const DECLINED_CARD: &str = "4000 0000 0000 0002";
pub const FLAKY_CARD: &str = "4000 0000 0000 0119";

/// A log and a bus over it.
pub struct WriteSide {
    pub log: SharedLog,
    pub bus: CommandBus,
}

impl WriteSide {
    pub async fn open(folder: &Path) -> WriteSide {
        WriteSide::over(Arc::new(
            SqliteLog::open(folder, Options::default()).await.unwrap(),
        ))
    }

    pub fn over(log: SharedLog) -> WriteSide {
        let bus = WriteSide::another_bus(&log);
        WriteSide { log, bus }
    }

    /// A bus that knows nothing of what the other one did, as after a restart.
    pub fn another_bus(log: &SharedLog) -> CommandBus {
        CommandBus::new(log.clone(), Arc::new(Convergence::new(Vec::new())))
    }

    pub async fn send(&self, name: &str, body: Value) -> Result<CommandReceipt, CommandError> {
        send_as(&self.bus, CommandId::generate(), name, &body).await
    }

    /// Registers a product at one euro and receives some of it.
    pub async fn stock(&self, sku: &str, quantity: u32) {
        let price = json!({"amount": 100, "currency": "EUR"});
        let product = json!({"sku": sku, "name": sku, "unit_price": price});
        self.send("RegisterProduct", product).await.unwrap();
        if quantity > 0 {
            let delivery = json!({"sku": sku, "quantity": quantity});
            self.send("ReceiveStock", delivery).await.unwrap();
        }
    }

    /// Places an order of these products.
    pub async fn place(&self, card: &str, lines: &[(&str, u32)]) -> OrderId {
        let order_id = OrderId::generate();
        let body = order(order_id, card, lines);
        self.send("PlaceOrder", body).await.unwrap();
        order_id
    }

    /// The types of a stream's events.
    pub async fn types(&self, stream: &StreamName) -> Vec<String> {
        let query = StreamQuery {
            stream: stream.clone(),
            from: None,
            limit: 1_000,
            direction: highwater::contract::Direction::Forward,
        };
        let slice = self.log.read_stream(query).await.unwrap();
        let event_type = |event: &Arc<RecordedEvent>| event.event_type.clone();
        slice.events.iter().map(event_type).collect()
    }

    pub async fn all(&self) -> Vec<Arc<RecordedEvent>> {
        let query = LogQuery::after(Position::START, 100_000);
        self.log.read(query).await.unwrap()
    }

    /// So many deliveries of one piece each, appended past the bus.
    pub async fn deliver_foreign(&self, sku: &str, deliveries: usize) {
        let data = json!({"sku": sku, "quantity": 1});
        let event = |_| NewEvent {
            id: EventId::generate(),
            event_type: "StockReceived".to_owned(),
            schema_version: 1,
            data: serde_json::value::to_raw_value(&data).unwrap(),
            metadata: Metadata::default(),
        };
        let mut left = deliveries;
        while left > 0 {
            let events: Vec<NewEvent> = (0..left.min(1_000)).map(event).collect();
            left -= events.len();
            let append = StreamAppend {
                stream: product_stream(sku),
                expected: ExpectedVersion::Any,
                events,
            };
            let request = AppendRequest {
                appends: vec![append],
                command: None,
            };
            self.log.append(request).await.unwrap();
        }
    }

    /// What another program appends, past the bus.
    pub async fn append_foreign(&self, stream: &StreamName, event_type: &str, data: Value) {
        self.append_version(stream, event_type, 1, data).await;
    }

    /// The same in a version of its type.
    pub async fn append_version(
        &self,
        stream: &StreamName,
        event_type: &str,
        schema_version: u32,
        data: Value,
    ) {
        let event = NewEvent {
            id: EventId::generate(),
            event_type: event_type.to_owned(),
            schema_version,
            data: serde_json::value::to_raw_value(&data).unwrap(),
            metadata: Metadata::default(),
        };
        let append = StreamAppend {
            stream: stream.clone(),
            expected: ExpectedVersion::Any,
            events: vec![event],
        };
        let request = AppendRequest {
            appends: vec![append],
            command: None,
        };
        self.log.append(request).await.unwrap();
    }
}

/// Reads and carries out a command with an id of the caller's choice.
pub async fn send_as(
    bus: &CommandBus,
    id: CommandId,
    name: &str,
    body: &Value,
) -> Result<CommandReceipt, CommandError> {
    bus.submit(name, id, None, body.to_string().as_bytes())
        .await
}

pub fn order(order_id: OrderId, card: &str, lines: &[(&str, u32)]) -> Value {
    let line = |(sku, quantity): &(&str, u32)| json!({"sku": sku, "quantity": quantity});
    let lines: Vec<Value> = lines.iter().map(line).collect();
    json!({"order_id": order_id, "customer": "Ada", "lines": lines, "card": card})
}

pub fn order_stream(order_id: OrderId) -> StreamName {
    StreamName::of("order", order_id)
}

pub fn payment_stream(order_id: OrderId) -> StreamName {
    StreamName::of("payment", order_id)
}

pub fn product_stream(sku: &str) -> StreamName {
    StreamName::of("product", sku)
}

/// The word of a refusal.
pub fn refusal(answer: Result<CommandReceipt, CommandError>) -> &'static str {
    match answer {
        Err(CommandError::Refused(refusal)) => refusal.word(),
        other => panic!("a refusal was wanted: {other:?}"),
    }
}

/// A command that an event caused.
pub fn envelope(id: CommandId, name: &str, body: &Value) -> CommandEnvelope {
    CommandEnvelope {
        id,
        command: highwater::command::Command::parse(name, body.to_string().as_bytes()).unwrap(),
        correlation_id: Some(uuid::Uuid::from_u128(1)),
        causation_id: Some(uuid::Uuid::from_u128(2)),
        accepted_at: Timestamp::from_micros(3),
        sent_at: None,
    }
}
