//! Consumers.

use serde_json::{Value, json};

use crate::contract::ProblemKind::{
    BadRequest, NotCancellable, NotFound, NothingToBuild, Overloaded, ResetRefused,
    StorageUnavailable,
};
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

pub(in crate::server::http) fn trend() -> Docs {
    let point = json!({
        "at": "2026-10-01T09:30:00.000000Z",
        "position": 12_391,
        "lag_events": 4,
        "lag_age_ms": 12,
        "rate_per_s": 41.5,
    });
    Docs::new(
        "Read how a consumer has been doing",
        "Its lag and its rate over the last hour or day, sampled; steps in which the server did not run are missing.",
    )
    .parameter("name", "orders")
    .means("name", NAME)
    .parameter("range", "hour")
    .answer(
        200,
        "The last hour",
        json!({ "consumer": "orders", "step_s": 10, "points": [point] }),
    )
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

pub(in crate::server::http) fn reset() -> Docs {
    let plan = json!({
        "consumer": "fulfilment",
        "from": 12_391,
        "to": 7,
        "events": 8_247,
        "estimate_ms": 1_450,
        "side_effects_held_back": 5,
        "notes": ["No command is sent for the 5 events up to #7."],
    });
    Docs::new(
        "Reset a consumer",
        "Sets a consumer to another place in the log: `start`, `end`, a position, after which it goes on, or a time, at which \
         it goes on. With `dry_run` it only says what that would mean. A projection and a process are folded again from the \
         first event, a process without sending anything for the events up to the place; a projection cannot be sent on, \
         for a read model without the events between would be wrong.",
    )
    .parameter("name", "fulfilment")
    .means("name", NAME)
    .body(
        "See what it would do",
        json!({ "to": 7, "reason": "the fold was mended", "dry_run": true }),
    )
    .body(
        "From the start",
        json!({ "to": "start", "reason": "the fold was mended" }),
    )
    .body(
        "From a time",
        json!({ "to": "2026-10-01T09:30:00Z", "reason": "mails since then were lost" }),
    )
    .answer(200, "The plan", plan)
    .answer(202, "Started", operation_at("running", 0))
    .problems(&[BadRequest, NotFound, ResetRefused, Overloaded, StorageUnavailable])
}

pub(in crate::server::http) fn rebuild() -> Docs {
    let plan = json!({
        "consumer": "orders",
        "from": "copy",
        "copy": stored_copy(),
        "events": 2_391,
        "estimate_ms": 240,
        "notes": ["The read model answers on while it is built anew beside itself."],
    });
    Docs::new(
        "Rebuild a read model",
        "Builds it anew in a place of its own, while the present one answers on: from the stored copy of it and what came since, \
         where there is a copy that fits, or from the log's start. When the new build has caught up, \
         both are compared as of one position, what differs is kept with the operation, and the new one answers. The one \
         before is kept until it is forgotten or another one takes its place.",
    )
    .parameter("name", "orders")
    .means("name", NAME)
    .body(
        "See what it would do",
        json!({ "reason": "rows were changed by hand", "dry_run": true }),
    )
    .body(
        "Build it anew",
        json!({ "reason": "rows were changed by hand" }),
    )
    .body(
        "From the log's start",
        json!({ "reason": "rows were changed by hand", "from": "start" }),
    )
    .answer(200, "The plan", plan)
    .answer(202, "Started", operation_at("running", 0))
    .problems(&[BadRequest, NotFound, NothingToBuild, Overloaded, StorageUnavailable])
}

pub(in crate::server::http) fn switch_back() -> Docs {
    Docs::new(
        "Switch back",
        "Lets the build of a read model answer again that did before the last switch. It catches up from where it was left.",
    )
    .parameter("name", "orders")
    .means("name", NAME)
    .body(
        "With the reason",
        json!({ "reason": "the new one lacks rows" }),
    )
    .answer(200, "The consumer", consumer(&Value::Null))
    .problems(&[BadRequest, NotFound, NothingToBuild, Overloaded, StorageUnavailable])
}

pub(in crate::server::http) fn forget_previous() -> Docs {
    Docs::new(
        "Forget the build before",
        "Throws the build of a read model away that answered before the last switch.",
    )
    .parameter("name", "orders")
    .means("name", NAME)
    .body(
        "With the reason",
        json!({ "reason": "the new one is right" }),
    )
    .answer(200, "The consumer", consumer(&Value::Null))
    .problems(&[
        BadRequest,
        NotFound,
        NothingToBuild,
        Overloaded,
        StorageUnavailable,
    ])
}

pub(in crate::server::http) fn operation() -> Docs {
    Docs::new("Read one operation", "How far an operation has come.")
        .parameter("id", OPERATION)
        .means("id", "The id of the operation.")
        .answer(200, "Under way", operation_at("running", 640))
        .problems(&[NotFound, StorageUnavailable])
}

pub(in crate::server::http) fn cancel() -> Docs {
    Docs::new(
        "Cancel an operation",
        "Breaks an operation off, where half of it does no harm. A rebuild is thrown away, and the build that answers answers on. \
         A consumer group that was reset stands again as the reset found it, with what was parked then; what its members have \
         handled since, they have handled twice. The reset of a projection or a process cannot be cancelled: it is folded again \
         from the first event and would be wrong half way.",
    )
    .parameter("id", OPERATION)
    .means("id", "The id of the operation.")
    .body("With the reason", json!({ "reason": "the wrong consumer" }))
    .answer(200, "Cancelled", operation_at("cancelled", 0))
    .problems(&[
        BadRequest,
        NotFound,
        NotCancellable,
        Overloaded,
        StorageUnavailable,
    ])
}

const OPERATION: &str = "0199a1b2-0000-7000-8000-000000000001";

fn operation_at(state: &str, done: u64) -> Value {
    json!({
        "id": OPERATION,
        "kind": "reset",
        "consumer": "fulfilment",
        "state": state,
        "done": done,
        "total": 8_252,
        "eta_ms": null,
        "started_at": "2026-10-01T09:30:00.123456Z",
        "ended_at": null,
        "by": "local admin",
        "reason": "the fold was mended",
        "from": 12_391,
        "to": 7,
        "copy": null,
        "compared": null,
        "end_reason": null,
    })
}

fn stored_copy() -> Value {
    json!({ "as_of": 10_000, "bytes": 2_617_344, "taken_at": "2026-10-01T08:12:44.000000Z" })
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
        "owner": "ada/4711/127.0.0.1:3000",
        "last_error": null,
        "paused": paused,
        "attempt": 0,
        "failing_at": null,
        "on_poison": "pause",
        "other_types": "passed_over",
        "previous_kept": false,
        "copy": stored_copy(),
        "operation": null,
        "proof": {
            "at": "2026-10-01T09:29:12.000000Z",
            "as_of": 12_388,
            "rows": 93,
            "whole": false,
            "parked": 0,
            "differences": [],
        },
        "applied": { "count": 120, "p50": 3.1, "p95": 9.4, "p99": 14.0 },
        "updated_at": "2026-10-01T09:30:02.000000Z",
    })
}
