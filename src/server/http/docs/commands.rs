//! Commands, and how they converged.

use serde_json::json;

use super::{COMMAND, ORDER, order_stream};
use crate::contract::ProblemKind::{
    CommandRefused, Conflict, InvalidCommand, NotFound, Overloaded, StorageUnavailable,
    UnknownCommand,
};
use crate::server::openapi::Docs;

pub(in crate::server::http) fn execute() -> Docs {
    Docs::new(
        "Carry out a command",
        "The name of the command stands in the path, its fields in the body. The answer comes when what was decided is \
         in the log; the read models follow. A command that is sent again with the same `Idempotency-Key` changes \
         nothing and is answered as the first time. Commands said to be sent by the fulfilment process can be sent by \
         hand too.",
    )
    .parameter("name", "RegisterProduct")
    .means("name", "The name of the command.")
    .parameter("Idempotency-Key", COMMAND)
    .body_with("name", 
        "RegisterProduct",
        json!({ "sku": "teapot", "name": "Teapot", "unit_price": { "amount": 1_250, "currency": "EUR" } }),
    )
    .body_with("name", "ReceiveStock", json!({ "sku": "teapot", "quantity": 50 }))
    .body_with("name", 
        "PlaceOrder",
        json!({
            "order_id": ORDER,
            "customer": "Ada Byron",
            "lines": [{ "sku": "teapot", "quantity": 1 }],
            "card": "4242 4242 4242 4242",
        }),
    )
    .body_with("name", "CancelOrder", json!({ "order_id": ORDER, "reason": "ordered twice" }))
    .answer(
        200,
        "PlaceOrder was carried out",
        json!({
            "command_id": COMMAND,
            "stream": order_stream(),
            "version": 1,
            "position": 12_391,
            "events": [{
                "id": "01998f4e-6c00-7000-8000-000000000021", "type": "OrderPlaced", "version": 1, "position": 12_391,
            }],
            "duplicate": false,
        }),
    )
    .problems(&[
        InvalidCommand,
        UnknownCommand,
        CommandRefused,
        Conflict,
        Overloaded,
        StorageUnavailable,
    ])
}

pub(in crate::server::http) fn convergence() -> Docs {
    let usual = json!({ "count": 120, "p50": 3.1, "p95": 9.4, "p99": 14.0 });
    Docs::new(
        "How a command converged",
        "When the command was taken, committed, and applied by each consumer that its events concern. It has converged \
         when all of them have it.",
    )
    .parameter("name", COMMAND)
    .means("name", "The id of the command.")
    .answer(
        200,
        "One consumer has it, and it is the only one concerned",
        json!({
            "command_id": COMMAND,
            "name": "PlaceOrder",
            "sent_at": null,
            "accepted_at": "2026-10-01T09:30:00.120000Z",
            "decided_at": "2026-10-01T09:30:00.121000Z",
            "committed_at": "2026-10-01T09:30:00.123456Z",
            "position": 12_391,
            "consumers": [{
                "name": "orders",
                "kind": "projection",
                "started_at": "2026-10-01T09:30:00.124000Z",
                "applied_at": "2026-10-01T09:30:00.126456Z",
                "elapsed_ms": 3.0,
                "applied": true,
                "waiting_for": null,
                "usual": usual,
            }],
            "pushed_at": null,
            "received_at": null,
            "painted_at": null,
            "page_uncertainty_ms": null,
            "converged": true,
            "window_ms": 3.0,
            "usual_window": usual,
            "usual_painted": { "count": 0, "p50": null, "p95": null, "p99": null },
            "at": "2026-10-01T09:30:02.000000Z",
        }),
    )
    .problems(&[NotFound, StorageUnavailable])
}
