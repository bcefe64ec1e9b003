//! Read models.

use serde_json::{Value, json};

use super::{COMMAND, ORDER, order_stream};
use crate::contract::ProblemKind::{NotFound, ReadModelBehind, StorageUnavailable};
use crate::server::openapi::Docs;

pub(in crate::server::http) fn orders() -> Docs {
    let mut list = listing(&[row()]);
    list["counts"] = json!({
        "placed": 0, "reserved": 0, "paid": 0, "confirmed": 1, "shipped": 0, "cancelled": 0,
    });
    Docs::new(
        "List the orders",
        "Newest first, or oldest. `next` is the `cursor` of the next page. `counts` are those of all orders, whatever the \
         filter.",
    )
    .parameter("status", "confirmed")
    .parameter("limit", 100)
    .answer(200, "One confirmed order", list)
    .problems(&[ReadModelBehind, StorageUnavailable])
}

pub(in crate::server::http) fn search() -> Docs {
    let hit = json!({
        "order_id": ORDER,
        "customer": "Ada Byron",
        "status": "confirmed",
        "products": "Teapot",
        "total": euros(1_250),
        "placed_at": "2026-10-01T09:30:00.123456Z",
    });
    Docs::new(
        "Search the orders",
        "Orders in which every word of `q` is found, newest first.",
    )
    .parameter("q", "ada teapot")
    .answer(200, "One order found", listing(&[hit]))
    .problems(&[ReadModelBehind, StorageUnavailable])
}

pub(in crate::server::http) fn order() -> Docs {
    let mut order = row();
    order["history"] = json!([{
        "event_id": "01998f4e-6c00-7000-8000-000000000021",
        "position": 12_391,
        "type": "OrderPlaced",
        "schema_version": 1,
        "stream": order_stream(),
        "version": 1,
        "recorded_at": "2026-10-01T09:30:00.123456Z",
        "summary": "Teapot ×1",
    }]);
    Docs::new(
        "Read one order",
        "The order with all that happened to it, from its own stream and those of its stock and payment.",
    )
    .parameter("id", ORDER)
    .answer(200, "A confirmed order", as_of(order))
    .problems(&[NotFound, ReadModelBehind, StorageUnavailable])
}

pub(in crate::server::http) fn inventory() -> Docs {
    Docs::new("List the stock", "Every product, by its SKU.")
        .parameter("limit", 100)
        .answer(200, "One product", listing(&[stock()]))
        .problems(&[ReadModelBehind, StorageUnavailable])
}

pub(in crate::server::http) fn stock_of() -> Docs {
    Docs::new("Read the stock of a product", "One product with its stock.")
        .parameter("sku", "teapot")
        .answer(200, "A product", as_of(stock()))
        .problems(&[NotFound, ReadModelBehind, StorageUnavailable])
}

pub(in crate::server::http) fn sales() -> Docs {
    let row = json!({
        "bucket": "2026-10-01T00:00:00.000000Z",
        "orders": 3,
        "units": 4,
        "revenue": euros(5_000),
        "cancelled": 1,
        "position": 12_391,
    });
    Docs::new(
        "Read the sales report",
        "Orders, pieces and revenue by hour or day, newest first; a bucket has a row for each currency.",
    )
    .parameter("bucket", "day")
    .answer(200, "One day", listing(&[row]))
    .problems(&[ReadModelBehind, StorageUnavailable])
}

fn row() -> Value {
    json!({
        "order_id": ORDER,
        "customer": "Ada Byron",
        "status": "confirmed",
        "cancel_reason": null,
        "lines": [{ "sku": "teapot", "name": "Teapot", "quantity": 1, "unit_price": euros(1_250) }],
        "total": euros(1_250),
        "placed_at": "2026-10-01T09:30:00.123456Z",
        "updated_at": "2026-10-01T09:30:00.150000Z",
        "placed_position": 12_391,
        "position": 12_398,
        "placed_by": COMMAND,
    })
}

fn stock() -> Value {
    json!({
        "sku": "teapot",
        "name": "Teapot",
        "unit_price": euros(1_250),
        "on_hand": 50,
        "reserved": 1,
        "available": 49,
        "position": 12_392,
    })
}

fn euros(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}

fn listing(items: &[Value]) -> Value {
    as_of(json!({ "items": items, "next": null }))
}

fn as_of(mut body: Value) -> Value {
    body["as_of"] = 12_398.into();
    body["head"] = 12_398.into();
    body["lag_events"] = 0.into();
    body
}
