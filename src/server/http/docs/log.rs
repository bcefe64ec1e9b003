//! The log.

use serde_json::{Value, json};

use crate::contract::ProblemKind::{
    EventIdReused, ExpectedVersionConflict, InvalidEvent, NotFound, Overloaded, SchemaViolation,
    StorageUnavailable, StreamNotFound,
};
use crate::server::openapi::Docs;

const FIRST: &str = "01998f4e-6c00-7000-8000-000000000001";
const SECOND: &str = "01998f4e-6c00-7000-8000-000000000002";
const CONVERSATION: &str = "01998f4e-6c00-7000-8000-0000000000aa";

pub(in crate::server::http) fn append() -> Docs {
    Docs::new(
        "Append to a stream",
        "Appends events, all of them or none. `expected` guards the append: where the stream stands elsewhere, nothing is \
         written and the answer says where it stands. Give each event an id, and the same request can be sent again \
         without harm: the second answer is the first one, with `duplicate` true. The answer comes after the commit is \
         on disk.",
    )
    .parameter("stream", "note-1")
    .body(
        "The first event of a stream",
        json!({
            "expected": "no_stream",
            "events": [{
                "id": FIRST,
                "type": "NoteTaken",
                "data": { "text": "Buy tea" },
                "metadata": { "correlation_id": CONVERSATION, "who": "Ada" },
            }],
        }),
    )
    .body(
        "One more, if nobody else was there since version 1",
        json!({
            "expected": 1,
            "events": [{ "id": SECOND, "type": "NoteCrossedOut", "schema_version": 1, "data": {} }],
        }),
    )
    .answer(201, "Appended", appended("note-1", 1, false))
    .answer(200, "Sent again", appended("note-1", 1, true))
    .problems(&[
        InvalidEvent,
        SchemaViolation,
        ExpectedVersionConflict,
        EventIdReused,
        Overloaded,
        StorageUnavailable,
    ])
}

pub(in crate::server::http) fn append_many() -> Docs {
    let body = json!({ "appends": [
        {
            "stream": "transfer-1",
            "expected": "no_stream",
            "events": [{ "type": "TransferMade", "data": { "from": "a", "to": "b", "amount": 250 } }],
        },
        {
            "stream": "account-a",
            "expected": "any",
            "events": [{ "type": "AmountTaken", "data": { "amount": 250 } }],
        },
        {
            "stream": "account-b",
            "expected": "any",
            "events": [{ "type": "AmountGiven", "data": { "amount": 250 } }],
        },
    ]});
    let answer = |duplicate: bool| {
        json!({
            "appends": [
                appended("transfer-1", 3, duplicate),
                appended("account-a", 4, duplicate),
                appended("account-b", 5, duplicate),
            ],
            "position": 5,
            "duplicate": duplicate,
        })
    };
    Docs::new(
        "Append to several streams at once",
        "All of it or nothing: where one stream is not where it was expected, nothing is written to any. The events get \
         consecutive positions, in the order of the request.",
    )
    .body("A transfer between two accounts", body)
    .answer(201, "Appended", answer(false))
    .answer(200, "Sent again", answer(true))
    .problems(&[
        InvalidEvent,
        SchemaViolation,
        ExpectedVersionConflict,
        EventIdReused,
        Overloaded,
        StorageUnavailable,
    ])
}

pub(in crate::server::http) fn stream() -> Docs {
    Docs::new(
        "Read a stream",
        "The events of one stream by their versions. `next` is the `from` of the next page, and `null` where there is \
         none.",
    )
    .parameter("stream", "note-1")
    .parameter("limit", 100)
    .answer(
        200,
        "A stream of one event",
        json!({ "stream": "note-1", "version": 1, "events": [event_json()], "next": null }),
    )
    .problems(&[StreamNotFound, StorageUnavailable])
}

pub(in crate::server::http) fn state() -> Docs {
    let state = json!({
        "listing": { "name": "Teapot", "unit_price": { "amount": 1250, "currency": "EUR" } },
        "on_hand": 50,
        "reserved": 0,
        "reservations": {},
    });
    Docs::new(
        "Read an aggregate as it was",
        "The state that the events of a stream make of its aggregate (an order, a product, a payment): now, at a `version` of \
         the stream, or `as_of` a position of the log or a time. It is folded from a bounded number of events, however long \
         the stream is.",
    )
    .parameter("stream", "product-teapot")
    .parameter("version", 2)
    .answer(
        200,
        "A product after its first delivery",
        json!({
            "stream": "product-teapot",
            "category": "product",
            "version": 2,
            "position": 2,
            "recorded_at": event_json()["recorded_at"],
            "head_version": 7,
            "as_of": 2,
            "head": 31,
            "state": state,
        }),
    )
    .problems(&[StreamNotFound, NotFound, StorageUnavailable])
}

pub(in crate::server::http) fn streams() -> Docs {
    Docs::new(
        "List the streams",
        "By name. `next` is the `after` of the next page, and `null` where there is none.",
    )
    .parameter("category", "note")
    .answer(
        200,
        "Streams of a category",
        json!({
            "streams": [{
                "stream": "note-1", "version": 1, "last_position": 1, "last_at": event_json()["recorded_at"],
            }],
            "next": null,
        }),
    )
    .problems(&[StorageUnavailable])
}

pub(in crate::server::http) fn events() -> Docs {
    Docs::new(
        "Read the log",
        "Every event in the order of the commits, or those that pass all filters given; each filter has an index. `next` \
         is the `after` of the next page, and `null` where there is nothing more now. To follow the log, go on after \
         the last position that you have seen.",
    )
    .parameter("type", "NoteTaken")
    .parameter("limit", 100)
    .answer(
        200,
        "All there is",
        json!({ "events": [event_json()], "next": null, "head": 1 }),
    )
    .problems(&[StorageUnavailable])
}

fn event_json() -> Value {
    json!({
        "id": FIRST,
        "type": "NoteTaken",
        "schema_version": 1,
        "stream": "note-1",
        "version": 1,
        "position": 1,
        "recorded_at": "2026-10-01T09:30:00.123456Z",
        "data": { "text": "Buy tea" },
        "metadata": { "correlation_id": CONVERSATION, "who": "Ada" },
    })
}

pub(in crate::server::http) fn event() -> Docs {
    let mut view = event_json();
    view["command"] = Value::Null;
    view["caused_by"] = Value::Null;
    view["caused"] = json!([]);
    Docs::new(
        "Read one event",
        "The event, the command and the event that caused it, and the events that it caused, directly or through one \
         command: the first 100.",
    )
    .parameter("id", FIRST)
    .answer(200, "An event from outside that caused nothing", view)
    .problems(&[NotFound, StorageUnavailable])
}

pub(in crate::server::http) fn head() -> Docs {
    Docs::new(
        "Where the log ends",
        "The last committed position and when it was recorded; 0 and `null` in an empty log.",
    )
    .answer(
        200,
        "A log of one event",
        json!({ "position": 1, "recorded_at": event_json()["recorded_at"] }),
    )
}

fn appended(stream: &str, position: u64, duplicate: bool) -> Value {
    json!({
        "stream": stream, "first_version": 1, "last_version": 1, "position": position, "duplicate": duplicate,
    })
}
