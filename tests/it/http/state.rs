//! Aggregates as they were, over HTTP.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Server;

fn slug(problem: &Value) -> &str {
    let kind = problem["type"].as_str().unwrap_or_default();
    kind.trim_start_matches("/problems/")
}

#[tokio::test]
async fn an_order_is_shown_at_a_version_a_position_and_a_time() {
    let server = Server::start();
    let api = server.api();
    api.stocked("cup", 10).await;
    let (id, receipt) = api.order("cup", 2, "4242 4242 4242 4242").await;
    api.order_becomes(id, "confirmed").await;
    let path = format!("/streams/order-{id}/state");

    let (status, now) = api.read(&path).await;
    assert_eq!(status, 200, "{now}");
    assert_eq!(
        (&now["version"], &now["head_version"]),
        (&json!(4), &json!(4))
    );
    assert_eq!(
        (&now["category"], &now["state"]["status"]),
        (&json!("order"), &json!("confirmed"))
    );
    assert_eq!(now["as_of"], now["head"]);

    let (_, first) = api.read(&format!("{path}?version=1")).await;
    let total = json!({ "amount": 2_500, "currency": "EUR" });
    assert_eq!(
        first["state"],
        json!({ "status": "placed", "total": total })
    );
    assert_eq!(
        (&first["position"], &first["as_of"]),
        (&receipt["position"], &receipt["position"])
    );
    assert_eq!(first["head_version"], 4);

    // Just before the second event of the order, whatever happened to other streams in between.
    let (_, second) = api.read(&format!("{path}?version=2")).await;
    let before = second["position"].as_u64().unwrap() - 1;
    let (_, at) = api.read(&format!("{path}?as_of={before}")).await;
    assert_eq!((&at["version"], &at["as_of"]), (&json!(1), &json!(before)));
    assert_eq!(at["state"], first["state"]);

    let time = second["recorded_at"].as_str().unwrap();
    let (_, at) = api.read(&format!("{path}?as_of={time}")).await;
    assert!(at["version"].as_u64() >= Some(2), "{at}");
    assert!(at["recorded_at"].as_str().unwrap() <= time);
    let elsewhere = time.replace('Z', "%2B00:00");
    let (_, same) = api.read(&format!("{path}?as_of={elsewhere}")).await;
    assert_eq!(same["version"], at["version"]);
}

#[tokio::test]
async fn what_there_was_not_is_said_so() {
    let server = Server::start();
    let api = server.api();
    api.stocked("cup", 10).await;
    let (id, _) = api.order("cup", 1, "4242 4242 4242 4242").await;
    api.order_becomes(id, "confirmed").await;
    api.settled().await;
    let note = json!({ "expected": "any", "events": [{ "type": "NoteTaken", "data": {} }] });
    api.send("/streams/note-1", &note).await;
    let order = format!("/streams/order-{id}/state");
    for (path, status, kind) in [
        ("/streams/note-1/state".to_owned(), 404, "not-found"),
        (
            format!("/streams/order-{}/state", Uuid::now_v7()),
            404,
            "stream-not-found",
        ),
        (format!("{order}?as_of=1"), 404, "stream-not-found"),
        (
            format!("{order}?as_of=2020-01-01T00:00:00Z"),
            404,
            "stream-not-found",
        ),
        (format!("{order}?version=0"), 404, "stream-not-found"),
        (format!("{order}?version=99"), 400, "bad-request"),
        (format!("{order}?as_of=9999"), 400, "bad-request"),
        (
            format!("{order}?as_of=2999-01-01T00:00:00Z"),
            400,
            "bad-request",
        ),
        (format!("{order}?as_of=yesterday"), 400, "bad-request"),
        (format!("{order}?as_of=-1"), 400, "bad-request"),
        (format!("{order}?version=1&as_of=1"), 400, "bad-request"),
        (format!("{order}?at=1"), 400, "bad-request"),
    ] {
        let (answered, problem) = api.read(&path).await;
        assert_eq!(
            (answered, slug(&problem)),
            (status, kind),
            "{path}: {problem}"
        );
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
    let (_, problem) = api.read("/streams/note-1/state").await;
    assert_eq!(
        problem["categories"],
        json!(["order", "product", "payment"])
    );
    let (_, problem) = api.read(&format!("{order}?as_of=2")).await;
    assert_eq!(problem["as_of"], 2);
}

/// The snapshots are no part of what a server needs: without their file it answers the same.
#[tokio::test]
async fn a_damaged_snapshot_file_is_thrown_away_by_a_restart() {
    let mut server = Server::start();
    let api = server.api();
    api.stocked("cup", 10).await;
    let delivery = json!({ "type": "StockReceived", "data": { "sku": "cup", "quantity": 1 } });
    let deliveries = json!({ "expected": "any", "events": vec![delivery; 500] });
    assert_eq!(api.send("/streams/product-cup", &deliveries).await.0, 201);
    let receive = json!({ "sku": "cup", "quantity": 1 });
    api.command("ReceiveStock", receive.clone()).await;
    server.terminate();
    std::fs::write(server.data().join("snapshots.db"), "no database").expect("written");
    server.restart();
    api.command("ReceiveStock", receive).await;
    let (_, now) = api.read("/streams/product-cup/state").await;
    assert_eq!(now["state"]["on_hand"], 10 + 500 + 2);
    assert_eq!(now["version"], 2 + 500 + 2);
}
