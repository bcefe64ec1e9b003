//! Parked events.

use serde_json::json;

use crate::contract::ProblemKind::{
    BadRequest, ConsumerFixed, NotFaulted, NotFound, Overloaded, ParkedRefused, StorageUnavailable,
};
use crate::server::openapi::Docs;

const NAME: &str = "The name of the consumer: one of the server's own, or a group.";

pub(in crate::server::http) fn park() -> Docs {
    let plan = json!({
        "consumer": "orders",
        "position": 118,
        "event_id": "01998f4e-6c00-7000-8000-000000000031",
        "event_type": "OrderReserved",
        "key": "order-01998f4e-6c00-7000-8000-000000000010",
        "attempts": 8,
        "error": "event at position 118: OrderReserved version 2 is not known here; the known version is 1",
        "waiting_behind": 2,
        "notes": ["It goes on with everything else."],
        "dry_run": false,
    });
    Docs::new(
        "Park the event at which a consumer has stopped",
        "For one of the server's own consumers that is `faulted` at an event. The event is set aside with all later ones of its \
         key, and the consumer goes on with everything else. The key is the event's stream; for the process `fulfilment` it is \
         the order's id. With `dry_run` it only says which event that is and how many already in the log would wait behind it.",
    )
    .parameter("name", "orders")
    .means("name", NAME)
    .body(
        "See what it would be",
        json!({ "reason": "the other orders must go on", "dry_run": true }),
    )
    .body(
        "Park this event and go on",
        json!({ "position": 118, "reason": "the other orders must go on" }),
    )
    .answer(200, "Parked", plan)
    .problems(&[BadRequest, NotFound, NotFaulted, Overloaded, StorageUnavailable])
}

pub(in crate::server::http) fn parked() -> Docs {
    let page = json!({
        "parked": [{
            "id": 3,
            "position": 118,
            "event_id": "01998f4e-6c00-7000-8000-000000000031",
            "key": "order-01998f4e-6c00-7000-8000-000000000010",
            "attempts": 5,
            "error": "mailbox unavailable",
            "parked_at": "2026-10-01T09:30:00.123456Z",
            "waiting_behind": 0,
        }],
        "next": null,
    });
    Docs::new(
        "List the parked events of a consumer",
        "Events that were set aside, in the order in which that happened. Those of a group that are on their way to a member \
         again are not among them.",
    )
    .parameter("name", "mailer")
    .means("name", NAME)
    .answer(200, "One parked event", page)
    .problems(&[NotFound, StorageUnavailable])
}

pub(in crate::server::http) fn retry() -> Docs {
    acting(Docs::new(
        "Try parked events again",
        "A group is sent them as if for the first time. A process handles them late, and then what waits behind them; what fails \
         stays parked. A read model needs its events in the order of the log: it is built anew beside itself, which the \
         answer's `operation` tells of, and all its parked events are tried again in that, so that there is nothing to choose \
         by `ids` or `up_to`. What is parked later is not meant.",
    ))
}

pub(in crate::server::http) fn discard() -> Docs {
    acting(Docs::new(
        "Give parked events up",
        "They stay in the log, and the consumer is done with them. Where order is kept, what waits behind an event goes on. A \
         read model can give up none: without an event it would never agree with the log. What is parked later is not meant.",
    ))
}

fn acting(docs: Docs) -> Docs {
    let outcome = |dry_run: bool| json!({ "events": 2, "ids": [3, 4], "dry_run": dry_run });
    let reason = "the mail server is back";
    docs.parameter("name", "mailer")
        .means("name", NAME)
        .body(
            "See what all of them would be",
            json!({ "reason": reason, "dry_run": true }),
        )
        .body("Two of them", json!({ "ids": [3, 4], "reason": reason }))
        .body(
            "All up to a position",
            json!({ "up_to": 120, "reason": reason }),
        )
        .answer(200, "Done", outcome(false))
        .problems(&[
            BadRequest,
            NotFound,
            ConsumerFixed,
            ParkedRefused,
            Overloaded,
            StorageUnavailable,
        ])
}
