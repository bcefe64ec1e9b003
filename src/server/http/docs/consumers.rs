//! Consumers.

use serde_json::{Value, json};

use crate::contract::ProblemKind::{BadRequest, NotFound, Overloaded, StorageUnavailable};
use crate::server::openapi::Docs;

const NAME: &str = "The name of the consumer.";

pub(in crate::server::http) fn list() -> Docs {
    Docs::new(
        "List the consumers",
        "Every consumer with its state, its checkpoint and its lag, and where the log ends.",
    )
    .answer(
        200,
        "One consumer",
        json!({ "consumers": [consumer(&Value::Null)], "head": 12_391 }),
    )
    .problems(&[StorageUnavailable])
}

pub(in crate::server::http) fn one() -> Docs {
    Docs::new("Read one consumer", "How one consumer is doing.")
        .parameter("name", "orders")
        .means("name", NAME)
        .answer(200, "A consumer that is up to date", consumer(&Value::Null))
        .problems(&[NotFound, StorageUnavailable])
}

pub(in crate::server::http) fn pause() -> Docs {
    let paused = json!({
        "by": "local admin",
        "reason": "the disk is being moved",
        "at": "2026-10-01T09:30:00.123456Z",
        "until": null,
    });
    Docs::new(
        "Pause a consumer",
        "It finishes the batch that it is at and stops, also over a restart, until it is resumed or `until` has come.",
    )
    .parameter("name", "orders").means("name", NAME)
    .body(
        "Until it is resumed",
        json!({ "reason": "the disk is being moved" }),
    )
    .body(
        "Until a time",
        json!({ "reason": "the disk is being moved", "until": "2099-10-01T10:00:00Z" }),
    )
    .answer(200, "Paused", consumer(&paused))
    .problems(&[BadRequest, NotFound, Overloaded, StorageUnavailable])
}

pub(in crate::server::http) fn resume() -> Docs {
    Docs::new("Resume a consumer", "It goes on where it stopped.")
        .parameter("name", "orders")
        .means("name", NAME)
        .body(
            "With the reason",
            json!({ "reason": "the disk is in place" }),
        )
        .answer(200, "Going on", consumer(&Value::Null))
        .problems(&[BadRequest, NotFound, Overloaded, StorageUnavailable])
}

fn consumer(paused: &Value) -> Value {
    json!({
        "name": "orders",
        "kind": "projection",
        "state": if paused.is_null() { "ok" } else { "paused" },
        "position": 12_391,
        "head": 12_391,
        "lag_events": 0,
        "lag_age_ms": 0,
        "eta_ms": 0,
        "rate_per_s": 41.5,
        "parked": 0,
        "owner": "process 4711",
        "last_error": null,
        "paused": paused,
        "attempt": 0,
        "applied": { "count": 120, "p50": 3.1, "p95": 9.4, "p99": 14.0 },
        "updated_at": "2026-10-01T09:30:02.000000Z",
    })
}
