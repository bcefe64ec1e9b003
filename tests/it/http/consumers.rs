//! Consumers: seen, paused, resumed, and paused still after a restart.

use serde_json::json;
use uuid::Uuid;

use crate::support::Server;

#[tokio::test]
async fn a_paused_projection_stands_still_and_says_so() {
    let mut server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    api.settled().await;
    let (status, row) = api
        .send(
            "/consumers/orders/pause",
            &json!({ "reason": "a look at the disk" }),
        )
        .await;
    assert_eq!(
        (status, row["state"].as_str()),
        (200, Some("paused")),
        "{row}"
    );
    assert_eq!(row["paused"]["reason"], "a look at the disk");

    let (id, receipt) = api.order("kettle", 1, "4242424242424242").await;
    let position = receipt["position"].as_u64().expect("a position");
    let (status, problem) = api
        .read(&format!("/orders/{id}?min_position={position}&wait_ms=50"))
        .await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (503, Some("/problems/read-model-behind")),
        "{problem}"
    );
    assert!(problem["as_of"].as_u64().expect("a position") < position);
    let (_, row) = api.read("/consumers/orders").await;
    assert!(row["lag_events"].as_u64().expect("lag") > 0, "{row}");
    let (_, first_age) = api.read("/consumers/orders").await;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let (_, later_age) = api.read("/consumers/orders").await;
    assert!(
        first_age["lag_age_ms"].as_u64() < later_age["lag_age_ms"].as_u64(),
        "age grows while stuck"
    );

    server.kill_9();
    server.restart();
    let (_, row) = api.read("/consumers/orders").await;
    assert_eq!(
        row["state"], "paused",
        "an operator's pause outlives the process"
    );

    let (status, row) = api
        .send(
            "/consumers/orders/resume",
            &json!({ "reason": "the disk is fine" }),
        )
        .await;
    assert_eq!(status, 200, "{row}");
    api.order_becomes(id, "confirmed").await;
    let (_, audit) = api.read("/streams/audit-orders").await;
    let types: Vec<_> = audit["events"]
        .as_array()
        .expect("events")
        .iter()
        .map(|e| e["type"].clone())
        .collect();
    assert_eq!(types, ["ConsumerPaused", "ConsumerResumed"]);
    assert_eq!(audit["events"][0]["data"]["by"], "local admin");
}

#[tokio::test]
async fn a_pause_with_an_end_ends_by_itself() {
    let server = Server::start();
    let api = server.api();
    let until = highwater::contract::Timestamp::from_micros(
        highwater::contract::Timestamp::now().as_micros() + 400_000,
    );
    let body = json!({ "reason": "a moment", "until": until });
    let (status, _) = api.send("/consumers/stock/pause", &body).await;
    assert_eq!(status, 200);
    api.stocked("kettle", 3).await;
    let (status, stock) = api
        .read("/inventory/kettle?min_position=2&wait_ms=8000")
        .await;
    assert_eq!(
        (status, stock["on_hand"].as_u64()),
        (200, Some(3)),
        "{stock}"
    );
}

#[tokio::test]
async fn operations_that_make_no_sense_are_refused() {
    let server = Server::start();
    let api = server.api();
    for (path, body, status, named) in [
        (
            "/consumers/nobody/pause",
            json!({ "reason": "x" }),
            404,
            "nobody",
        ),
        (
            "/consumers/orders/pause",
            json!({ "reason": "  " }),
            400,
            "reason",
        ),
        ("/consumers/orders/pause", json!({}), 400, "reason"),
        (
            "/consumers/orders/pause",
            json!({ "reason": "x", "until": "2001-01-01T00:00:00Z" }),
            400,
            "until",
        ),
        (
            "/consumers/orders/pause",
            json!({ "reason": "x", "untill": 3 }),
            400,
            "untill",
        ),
    ] {
        let (answered, problem) = api.send(path, &body).await;
        assert_eq!(answered, status, "{problem}");
        assert!(
            problem["detail"]
                .as_str()
                .expect("a detail")
                .contains(named),
            "{problem}"
        );
    }
    let (status, _) = api.read(&format!("/consumers/{}", Uuid::now_v7())).await;
    assert_eq!(status, 404);
    let (_, head) = api.read("/head").await;
    assert_eq!(head["position"], 0, "nothing was written");
}
