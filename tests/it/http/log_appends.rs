//! Appending over HTTP: again, together, and over the limits.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Server;

fn events(count: usize) -> Vec<Value> {
    (0..count)
        .map(|_| json!({ "type": "NoteTaken", "data": {} }))
        .collect()
}

#[tokio::test]
async fn the_same_append_again_is_answered_as_the_first() {
    let server = Server::start();
    let api = server.api();
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    let body = json!({ "expected": "no_stream", "events": [
        { "id": one, "type": "NoteTaken", "data": { "n": 1 } },
        { "id": other, "type": "NoteKept", "data": {} },
    ]});
    let (status, mut first) = api.send("/streams/note-1", &body).await;
    assert_eq!(status, 201, "{first}");
    assert_eq!(
        first,
        json!({ "stream": "note-1", "first_version": 1, "last_version": 2, "position": 2, "duplicate": false })
    );
    api.send(
        "/streams/note-1",
        &json!({ "expected": 2, "events": events(1) }),
    )
    .await;
    let (status, again) = api.send("/streams/note-1", &body).await;
    first["duplicate"] = json!(true);
    assert_eq!((status, again), (200, first));

    for changed in [
        json!({ "expected": "any", "events": [{ "id": one, "type": "NoteTaken", "data": { "n": 2 } }] }),
        json!({ "expected": "any", "events": [{ "id": one, "type": "NoteLost", "data": { "n": 1 } }] }),
    ] {
        let (status, problem) = api.send("/streams/note-1", &changed).await;
        assert_eq!(
            (status, &problem["type"]),
            (409, &json!("/problems/event-id-reused")),
            "{problem}"
        );
        assert!(
            problem["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains(&one.to_string())),
            "{problem}"
        );
    }
    assert_eq!(api.read("/head").await.1["position"], 3);
}

#[tokio::test]
async fn several_streams_are_appended_to_together_and_again() {
    let server = Server::start();
    let api = server.api();
    let event = || json!({ "id": Uuid::now_v7(), "type": "Moved", "data": {} });
    let body = json!({ "appends": [
        { "stream": "transfer-1", "expected": "no_stream", "events": [event()] },
        { "stream": "account-a", "expected": "any", "events": [event(), event()] },
    ]});
    let (status, answer) = api.send("/append", &body).await;
    let wanted = |duplicate: bool| {
        json!({
            "appends": [
                { "stream": "transfer-1", "first_version": 1, "last_version": 1, "position": 1, "duplicate": duplicate },
                { "stream": "account-a", "first_version": 1, "last_version": 2, "position": 3, "duplicate": duplicate },
            ],
            "position": 3,
            "duplicate": duplicate,
        })
    };
    assert_eq!((status, answer), (201, wanted(false)));
    let (status, answer) = api.send("/append", &body).await;
    assert_eq!((status, answer), (200, wanted(true)));

    let twice = json!({ "appends": [
        { "stream": "note-1", "expected": "any", "events": events(1) },
        { "stream": "note-1", "expected": "any", "events": events(1) },
    ]});
    for body in [twice, json!({ "appends": [] })] {
        let (status, problem) = api.send("/append", &body).await;
        assert_eq!(
            (status, &problem["type"]),
            (400, &json!("/problems/invalid-event")),
            "{problem}"
        );
    }
    assert_eq!(api.read("/head").await.1["position"], 3);
}

#[tokio::test]
async fn each_expectation_is_held() {
    let server = Server::start();
    let api = server.api();
    let mut position = 0;
    for (expected, status) in [
        (json!("stream_exists"), 409),
        (json!(1), 409),
        (json!(0), 201),
        (json!(0), 409),
        (json!("no_stream"), 409),
        (json!("stream_exists"), 201),
        (json!(2), 201),
        (json!("any"), 201),
    ] {
        let body = json!({ "expected": expected, "events": events(1) });
        let (answered, answer) = api.send("/streams/note-1", &body).await;
        assert_eq!(answered, status, "{expected}: {answer}");
        if status == 201 {
            position += 1;
        } else {
            assert_eq!(
                (&answer["stream"], &answer["expected"], &answer["actual"]),
                (&json!("note-1"), &expected, &json!(position))
            );
        }
    }
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_refused_by_the_name_of_the_field() {
    let server = Server::start();
    let api = server.api();
    let with = |event: Value| json!({ "expected": "any", "events": [event] });
    for (body, named) in [
        (json!({ "events": [] }), "missing field `expected`"),
        (json!({ "expected": "any" }), "missing field `events`"),
        (
            json!({ "expected": "any", "events": [], "event": 1 }),
            "unknown field `event`",
        ),
        (json!({ "expected": "some", "events": [] }), "expected: "),
        (json!({ "expected": -1, "events": [] }), "expected: "),
        (json!({ "expected": 1.5, "events": [] }), "expected: "),
        (json!({ "expected": null, "events": [] }), "expected: "),
        (
            with(json!({ "data": {} })),
            "events[0]: missing field `type`",
        ),
        (
            with(json!({ "type": "T" })),
            "events[0]: missing field `data`",
        ),
        (
            with(json!({ "type": "T", "data": {}, "payload": {} })),
            "unknown field `payload`",
        ),
        (with(json!({ "type": 7, "data": {} })), "events[0].type: "),
        (
            with(json!({ "id": "x", "type": "T", "data": {} })),
            "events[0].id: ",
        ),
        (
            with(json!({ "type": "T", "data": {}, "schema_version": "one" })),
            "events[0].schema_version: ",
        ),
        (
            with(json!({ "type": "T", "data": {}, "metadata": { "correlation_id": 7 } })),
            "events[0].metadata",
        ),
    ] {
        let (status, problem) = api.send("/streams/note-1", &body).await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert_eq!(
            (status, &problem["type"]),
            (400, &json!("/problems/bad-request")),
            "{body}: {problem}"
        );
        assert!(detail.contains(named), "{body}: {detail}");
    }
    assert_eq!(api.read("/head").await.1["position"], 0);
}

#[tokio::test]
async fn what_is_over_a_limit_is_refused_and_what_is_at_it_is_taken() {
    let server = Server::start();
    let api = server.api();
    let append = |events: Vec<Value>| json!({ "expected": "any", "events": events });
    let (status, answer) = api.send("/streams/note-1", &append(events(1_000))).await;
    assert_eq!((status, &answer["position"]), (201, &json!(1_000)));
    let (status, problem) = api.send("/streams/note-1", &append(events(1_001))).await;
    assert_eq!(
        (status, &problem["type"]),
        (400, &json!("/problems/invalid-event"))
    );
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("1001")),
        "{problem}"
    );

    // A payload of exactly 256 KiB, the quotes included.
    let text = |bytes: usize| json!({ "type": "NoteTaken", "data": "x".repeat(bytes - 2) });
    let (status, _) = api
        .send("/streams/note-2", &append(vec![text(256 * 1024)]))
        .await;
    assert_eq!(status, 201);
    let (status, problem) = api
        .send("/streams/note-2", &append(vec![text(256 * 1024 + 1)]))
        .await;
    assert_eq!(
        (status, &problem["type"]),
        (400, &json!("/problems/invalid-event"))
    );
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(
        detail.starts_with("events[0] of stream `note-2`: the data has 262145 bytes"),
        "{detail}"
    );

    let large: Vec<_> = (0..5).map(|_| text(250 * 1024)).collect();
    let (status, problem) = api.send("/streams/note-2", &append(large)).await;
    assert_eq!(
        (status, &problem["type"], &problem["limit_bytes"]),
        (413, &json!("/problems/body-too-large"), &json!(1_048_576))
    );
    assert_eq!(api.read("/head").await.1["position"], 1_001);
}
