//! Consumer groups.

use serde_json::{Value, json};

use crate::contract::ProblemKind::{
    BadRequest, ConsumerFixed, ConsumerMoved, NotFound, Overloaded, StorageUnavailable,
};
use crate::server::openapi::Docs;

const NAME: &str = "The name of the group: 1 to 100 ASCII letters, digits, `.`, `_` or `-`.";

pub(in crate::server::http) fn define() -> Docs {
    Docs::new(
        "Make or change a consumer group",
        "A group lets other programs consume the log. `queue`: each event goes to one of the members and is acknowledged by \
         itself. `log`: each stream stays with one member at a time, in order, and members commit positions. `topic`: every \
         connected member gets every event from now on, and nothing is stored.",
    )
    .parameter("name", "mailer")
    .means("name", NAME)
    .body("A queue from the next event on", json!({ "mode": "queue" }))
    .body_with(
        "name",
        "ledger",
        json!({
            "mode": "log",
            "from": "start",
            "filter": { "types": ["OrderConfirmed", "OrderCancelled"], "categories": ["order"] },
            "ack_timeout_ms": 60_000,
            "max_in_flight": 200,
            "max_attempts": 10,
            "reason": "revenue is booked by order",
        }),
    )
    .answer(201, "Made", group())
    .answer(200, "Changed", group())
    .problems(&[BadRequest, ConsumerFixed, Overloaded, StorageUnavailable])
}

pub(in crate::server::http) fn remove() -> Docs {
    Docs::new(
        "Remove a consumer group",
        "With all that is stored of it, parked events too. Its members are told, and their connections closed.",
    )
    .parameter("name", "ledger")
    .means("name", NAME)
    .problems(&[NotFound, ConsumerFixed, Overloaded, StorageUnavailable])
}

pub(in crate::server::http) fn connect() -> Docs {
    Docs::new(
        "Connect a member to a group",
        "A WebSocket of JSON text frames. From the server: `{\"type\":\"hello\",\"consumer\",\"member\",\"mode\",\"position\"}`, \
         `{\"type\":\"event\",\"delivery\",\"attempt\",\"event\"}`, `{\"type\":\"heartbeat\",\"head\"}`, \
         `{\"type\":\"error\",\"problem\"}`. From the member: `{\"type\":\"credit\",\"n\"}`, without which nothing is sent and of \
         which each event uses one, `{\"type\":\"ack\",\"delivery\"}`, \
         `{\"type\":\"nack\",\"delivery\",\"action\":\"retry\"|\"park\"|\"skip\",\"reason\"?}`, and in `log` mode \
         `{\"type\":\"commit\",\"position\"}`. At least once: what was not acknowledged when a member goes is delivered again, \
         its `attempt` raised. What cannot be taken is answered with an `error` frame and changes nothing. With several servers \
         on one database any of them takes any member: one of them has the group, and the others pass frames on to it. When that \
         one is gone, its members are disconnected, and until another has the group, some seconds later, connecting takes so long, \
         or is answered with `consumer-moved`.",
    )
    .parameter("name", "mailer")
    .means("name", NAME)
    .parameter("member", "worker-1")
    .problems(&[BadRequest, NotFound, ConsumerMoved])
}

fn group() -> Value {
    json!({
        "name": "mailer",
        "mode": "queue",
        "from": 12_391,
        "filter": {},
        "ack_timeout_ms": 30_000,
        "max_in_flight": 1_000,
        "max_attempts": 5,
    })
}
