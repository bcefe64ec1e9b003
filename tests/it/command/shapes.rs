//! The shape of each aggregate's state: whoever changes one has to raise its number, or snapshots would be misread.

use highwater::contract::{Money, OrderId};
use highwater::domain::Aggregate;
use highwater::domain::inventory::{
    Product, ProductEvent, ProductRegistered, StockReceived, StockReserved,
};
use highwater::domain::orders::{Order, OrderEvent, OrderPlaced};
use highwater::domain::payments::{Payment, PaymentEvent};
use serde_json::{Value, json};

/// The number and the state that the events make, which must survive its JSON.
fn shape<A: Aggregate + PartialEq + std::fmt::Debug>(events: &[A::Event]) -> (u32, Value) {
    let mut state = A::default();
    events.iter().for_each(|event| state.evolve(event));
    let value = serde_json::to_value(&state).unwrap();
    let read: A = serde_json::from_str(&value.to_string()).unwrap();
    assert_eq!(read, state);
    (A::SHAPE, value)
}

fn event<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn order_id() -> OrderId {
    "00000000-0000-0000-0000-000000000007".parse().unwrap()
}

#[test]
fn an_order() {
    let placed: OrderPlaced = event(json!({
        "order_id": order_id(), "customer": "Ada", "lines": [],
        "total": {"amount": 200, "currency": "EUR"}, "card": "4242********4242",
    }));
    let state = json!({"status": "placed", "total": {"amount": 200, "currency": "EUR"}});
    assert_eq!(
        shape::<Order>(&[OrderEvent::Placed(placed)]),
        (1, state),
        "raise SHAPE"
    );
    assert_eq!(shape::<Order>(&[]), (1, Value::Null), "raise SHAPE");
}

#[test]
fn a_product() {
    let price = json!({"amount": 100, "currency": "EUR"});
    let registered: ProductRegistered =
        event(json!({"sku": "cup", "name": "Cup", "unit_price": price}));
    let received: StockReceived = event(json!({"sku": "cup", "quantity": 9}));
    let reserved: StockReserved =
        event(json!({"sku": "cup", "order_id": order_id(), "quantity": 2}));
    let events = [
        ProductEvent::Registered(registered),
        ProductEvent::Received(received),
        ProductEvent::Reserved(reserved),
    ];
    let state = json!({
        "listing": {"name": "Cup", "unit_price": price},
        "on_hand": 9, "reserved": 2, "reservations": {order_id().to_string(): 2},
    });
    assert_eq!(shape::<Product>(&events), (1, state), "raise SHAPE");
}

#[test]
fn a_payment() {
    let amount: Money = event(json!({"amount": 200, "currency": "EUR"}));
    let authorised = PaymentEvent::Authorised(event(json!({
        "order_id": order_id(), "amount": amount, "card": "4242********4242", "attempt": 1,
    })));
    let state = json!({"status": "authorised", "amount": amount});
    assert_eq!(shape::<Payment>(&[authorised]), (1, state), "raise SHAPE");
    let state = json!({"status": "open", "failed": 0});
    assert_eq!(shape::<Payment>(&[]), (1, state), "raise SHAPE");
}
