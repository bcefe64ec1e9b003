//! The log over HTTP.

use serde_json::json;
use uuid::Uuid;

use crate::support::Server;

#[tokio::test]
async fn events_are_appended_once_and_read_back_as_they_were() {
    let server = Server::start();
    let api = server.api();
    let id = Uuid::now_v7();
    let data = json!({ "text": "Grüße, 世界", "n": 12_345_678_901_234_567_u64 });
    let body = json!({ "expected": "no_stream", "events": [
        { "id": id, "type": "NoteTaken", "data": data, "metadata": { "correlation_id": id, "who": "me" } },
        { "type": "NoteKept", "schema_version": 2, "data": {} },
    ]});
    let (status, first) = api.send("/streams/note-1", &body).await;
    assert_eq!(
        (status, &first["first_version"], &first["last_version"]),
        (201, &json!(1), &json!(2)),
        "{first}"
    );

    let repeat = json!({ "expected": "no_stream", "events": [{ "id": id, "type": "NoteTaken", "data": data, "metadata": { "correlation_id": id, "who": "me" } }] });
    let (status, again) = api.send("/streams/note-1", &repeat).await;
    assert!(
        status == 200 && again["duplicate"] == true || status == 409,
        "{again}"
    );

    let (_, event) = api.read(&format!("/events/{id}")).await;
    assert_eq!(
        (&event["type"], &event["data"], &event["position"]),
        (&json!("NoteTaken"), &data, &json!(1))
    );
    assert_eq!(event["metadata"]["who"], "me");
    let (_, stream) = api.read("/streams/note-1?direction=backward&limit=1").await;
    assert_eq!(
        (
            &stream["version"],
            &stream["events"][0]["version"],
            &stream["next"]
        ),
        (&json!(2), &json!(2), &json!(1))
    );
    let (_, page) = api.read("/events?after=1").await;
    assert_eq!(page["events"][0]["type"], "NoteKept");
    assert_eq!(page["next"], json!(null));
}

#[tokio::test]
async fn a_writer_that_is_wrong_about_the_stream_is_told() {
    let server = Server::start();
    let api = server.api();
    let append = |expected: serde_json::Value| json!({ "expected": expected, "events": [{ "type": "NoteTaken", "data": {} }] });
    assert_eq!(
        api.send("/streams/note-1", &append(json!("no_stream")))
            .await
            .0,
        201
    );
    let (status, problem) = api.send("/streams/note-1", &append(json!(7))).await;
    assert_eq!(
        (status, &problem["expected"], &problem["actual"]),
        (409, &json!(7), &json!(1)),
        "{problem}"
    );
    assert_eq!(problem["type"], "/problems/expected-version-conflict");
    let (status, _) = api.send("/streams/note-1", &append(json!(1))).await;
    assert_eq!(status, 201);
    let both = json!({ "appends": [
        { "stream": "note-2", "expected": "any", "events": [{ "type": "NoteTaken", "data": {} }] },
        { "stream": "note-1", "expected": "no_stream", "events": [{ "type": "NoteTaken", "data": {} }] },
    ]});
    let (status, _) = api.send("/append", &both).await;
    assert_eq!(status, 409);
    let (status, problem) = api.read("/streams/note-2").await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (404, Some("/problems/stream-not-found")),
        "all or nothing"
    );
}

#[tokio::test]
async fn what_is_not_an_event_is_refused_and_nothing_is_written() {
    let server = Server::start();
    let api = server.api();
    let with = |event: serde_json::Value| json!({ "expected": "any", "events": [event] });
    let garbage = json!({ "type": "OrderPlaced", "data": { "order_id": 7 } });
    for (path, body, status, kind) in [
        (
            "/streams/note-1",
            json!({ "expected": "any", "events": [] }),
            400,
            "invalid-event",
        ),
        (
            "/streams/note-1",
            with(json!({ "type": "", "data": {} })),
            400,
            "invalid-event",
        ),
        (
            "/streams/note-1",
            with(json!({ "type": "T" })),
            400,
            "bad-request",
        ),
        (
            "/streams/note-1",
            json!({ "expected": "sometimes", "events": [] }),
            400,
            "bad-request",
        ),
        (
            "/streams/audit-orders",
            with(json!({ "type": "ConsumerPaused", "data": {} })),
            400,
            "invalid-event",
        ),
        ("/streams/order-1", with(garbage), 422, "schema-violation"),
    ] {
        let (answered, problem) = api.send(path, &body).await;
        let slug = problem["type"]
            .as_str()
            .unwrap_or_default()
            .trim_start_matches("/problems/");
        assert_eq!((answered, slug), (status, kind), "{body}: {problem}");
    }
    let large = with(json!({ "type": "NoteTaken", "data": { "text": "x".repeat(300 * 1024) } }));
    let (status, problem) = api.send("/streams/note-1", &large).await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (400, Some("/problems/invalid-event")),
        "{problem}"
    );
    assert_eq!(api.read("/head").await.1["position"], 0);
}
