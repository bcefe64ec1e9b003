//! How the server is doing.

use serde_json::json;

use crate::server::openapi::Docs;

pub(in crate::server::http) fn healthz() -> Docs {
    Docs::new(
        "Is the process alive?",
        "Answers as long as the process does.",
    )
    .answer(200, "Alive", "ok\n")
}

pub(in crate::server::http) fn readyz() -> Docs {
    let stuck = json!([{
        "consumer": "orders",
        "state": "stalled",
        "lag_events": 212,
        "lag_age_ms": 61_000,
        "last_error": null,
    }]);
    let alerts = json!([{
        "rule": "stalled",
        "consumer": "orders",
        "since": "2026-10-01T09:30:00.123456Z",
        "detail": "orders is 212 events and 61.0 s behind and does not move",
    }]);
    Docs::new(
        "Is the server ready?",
        "Ready when the log can be written and every consumer works, or else why not, and which one is stuck for how long. A \
         consumer that an operator paused is no reason to be unready. Alerts are told beside it and decide nothing.",
    )
    .answer(200, "Ready", json!({ "ready": true, "head": 12_391, "log_failure": null, "stuck": [], "alerts": [] }))
    .answer(
        503,
        "One consumer is stuck",
        json!({ "ready": false, "head": 12_391, "log_failure": null, "stuck": stuck, "alerts": alerts }),
    )
}

pub(in crate::server::http) fn metrics() -> Docs {
    Docs::new(
        "Counters",
        "Counters and gauges of the log, the consumers and the server, in the text format of Prometheus.",
    )
    .answer(200, "An excerpt", "# TYPE highwater_head_position gauge\nhighwater_head_position 12391\n")
}

pub(in crate::server::http) fn openapi() -> Docs {
    Docs::new(
        "This description",
        "All of the above as OpenAPI 3.1, made from the code of the server that answers.",
    )
}
