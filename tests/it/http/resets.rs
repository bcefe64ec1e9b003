//! Resets and operations: planned, carried out, done, also over the server's death.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::{Api, PATIENCE, Server};

const REWINDS: [&str; 4] = ["orders", "search", "stock", "sales"];

async fn shop_with_orders(api: &Api, orders: usize) {
    api.stocked("kettle", 1_000).await;
    for _ in 0..orders {
        api.order("kettle", 1, "4242424242424242").await;
    }
    api.settled().await;
}

/// Waits until an operation has ended.
async fn ended(api: &Api, started: &Value) -> Value {
    let id = started["id"].as_str().expect("an id");
    let start = Instant::now();
    loop {
        let (status, operation) = api.read(&format!("/operations/{id}")).await;
        assert_eq!(status, 200, "{operation}");
        if operation["state"] != "running" {
            return operation;
        }
        assert!(start.elapsed() < PATIENCE, "{operation}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn orders(api: &Api) -> Value {
    let (_, list) = api.read("/orders?limit=100").await;
    list["items"].clone()
}

#[tokio::test]
async fn a_dry_run_says_what_a_reset_would_do_and_does_nothing() {
    let server = Server::start();
    let api = server.api();
    shop_with_orders(&api, 3).await;
    let (_, before) = api.read("/consumers/stock").await;
    let plan = json!({ "to": 2, "reason": "to see", "dry_run": true });
    let (status, plan) = api.send("/consumers/stock/reset", &plan).await;
    assert_eq!(status, 200, "{plan}");
    assert_eq!(plan["from"], before["position"]);
    assert_eq!(plan["to"], 2);
    // Of each order only the reservation concerns stock.
    assert_eq!(plan["events"], 3, "{plan}");
    assert_eq!(plan["side_effects_held_back"], 0);
    let plan = json!({ "to": 10, "reason": "to see", "dry_run": true });
    let (_, plan) = api.send("/consumers/fulfilment/reset", &plan).await;
    assert!(plan["side_effects_held_back"].as_u64() > Some(0), "{plan}");
    let (_, after) = api.read("/consumers/stock").await;
    assert_eq!(after["position"], before["position"]);
    assert_eq!(api.read("/streams/audit-stock").await.0, 404);
}

#[tokio::test]
async fn a_read_model_that_was_reset_becomes_what_it_was() {
    let mut server = Server::start();
    let api = server.api();
    shop_with_orders(&api, 40).await;
    let before = orders(&api).await;
    let mut started = Vec::new();
    for name in REWINDS {
        let body = json!({ "to": "start", "reason": "the fold was mended" });
        let (status, operation) = api.send(&format!("/consumers/{name}/reset"), &body).await;
        assert_eq!(status, 202, "{operation}");
        assert_eq!(operation["kind"], "reset");
        assert!(operation["total"].as_u64() > Some(0), "{operation}");
        started.push(operation);
    }
    // Killed at whatever moment: the act is in the log, and is carried out once.
    server.kill_9();
    server.restart();
    for operation in &started {
        let operation = ended(&api, operation).await;
        assert_eq!(operation["state"], "done", "{operation}");
        assert_eq!(operation["done"], operation["total"]);
        assert!(operation["ended_at"].is_string());
    }
    api.settled().await;
    assert_eq!(orders(&api).await, before);
    let (_, audit) = api.read("/streams/audit-orders").await;
    let acts = audit["events"].as_array().expect("events");
    let types: Vec<_> = acts.iter().map(|act| act["type"].clone()).collect();
    assert_eq!(types, ["ConsumerReset", "ConsumerOperationEnded"]);
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

/// Everything is decided again, and nothing is done twice: the commands keep their ids.
#[tokio::test]
async fn a_process_that_was_reset_does_nothing_twice() {
    let server = Server::start();
    let api = server.api();
    shop_with_orders(&api, 10).await;
    let (_, before) = api.read("/inventory/kettle").await;
    let (_, head) = api.read("/head").await;
    let body = json!({ "to": "start", "reason": "to be sure" });
    let (status, operation) = api.send("/consumers/fulfilment/reset", &body).await;
    assert_eq!(status, 202, "{operation}");
    assert_eq!(ended(&api, &operation).await["state"], "done");
    api.settled().await;
    let (_, after) = api.read("/inventory/kettle").await;
    assert_eq!(after["reserved"], before["reserved"]);
    // Only the two acts have come to the log.
    let (_, now) = api.read("/head").await;
    assert_eq!(
        now["position"].as_u64(),
        head["position"].as_u64().map(|p| p + 2)
    );
}

/// A process that is sent on takes in what lies between and sends no command for it.
#[tokio::test]
async fn a_process_that_is_sent_on_holds_its_commands_back() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    api.send("/consumers/fulfilment/pause", &json!({ "reason": "x" }))
        .await;
    let (skipped, _) = api.order("kettle", 1, "4242424242424242").await;
    let body = json!({ "to": "end", "reason": "that order was a test" });
    let (status, operation) = api.send("/consumers/fulfilment/reset", &body).await;
    assert_eq!(status, 202, "{operation}");
    api.send("/consumers/fulfilment/resume", &json!({ "reason": "x" }))
        .await;
    assert_eq!(ended(&api, &operation).await["state"], "done");
    let (carried_out, _) = api.order("kettle", 1, "4242424242424242").await;
    api.order_becomes(carried_out, "confirmed").await;
    api.settled().await;
    let (_, order) = api.read(&format!("/orders/{skipped}")).await;
    assert_eq!(order["status"], "placed");
}

#[tokio::test]
async fn a_reset_that_makes_no_sense_is_refused_and_changes_nothing() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    api.settled().await;
    let (_, head) = api.read("/head").await;
    let beyond = head["position"].as_u64().expect("a position") + 1;
    for (consumer, to, status, named) in [
        ("orders", json!(beyond), 400, "ends at"),
        ("orders", json!("beginning"), 400, "to"),
        ("orders", json!(-1), 400, "to"),
        ("orders", Value::Null, 400, "to"),
        ("nobody", json!("start"), 404, "nobody"),
    ] {
        for dry_run in [true, false] {
            let body = json!({ "to": to, "reason": "x", "dry_run": dry_run });
            let path = format!("/consumers/{consumer}/reset");
            let (answered, problem) = api.send(&path, &body).await;
            assert_eq!(answered, status, "{problem}");
            let detail = problem["detail"].as_str().expect("a detail");
            assert!(detail.contains(named), "{problem}");
        }
    }
    let (status, problem) = api
        .send(
            "/consumers/orders/reset",
            &json!({ "to": "start", "reason": " " }),
        )
        .await;
    assert_eq!(status, 400, "{problem}");
    let (_, now) = api.read("/head").await;
    assert_eq!(now, head, "nothing was written");
}

#[tokio::test]
async fn a_read_model_cannot_be_sent_past_events() {
    let server = Server::start();
    let api = server.api();
    api.send("/consumers/stock/pause", &json!({ "reason": "x" }))
        .await;
    api.stocked("kettle", 10).await;
    let body = json!({ "to": "end", "reason": "x" });
    let (status, problem) = api.send("/consumers/stock/reset", &body).await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (409, Some("/problems/reset-refused"))
    );
}

#[tokio::test]
async fn an_operation_that_has_ended_cannot_be_cancelled() {
    let server = Server::start();
    let api = server.api();
    shop_with_orders(&api, 2).await;
    let body = json!({ "to": "start", "reason": "x" });
    let (_, operation) = api.send("/consumers/stock/reset", &body).await;
    let operation = ended(&api, &operation).await;
    let id = operation["id"].as_str().expect("an id");
    let (status, problem) = api
        .send(
            &format!("/operations/{id}/cancel"),
            &json!({ "reason": "x" }),
        )
        .await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (409, Some("/problems/not-cancellable"))
    );
    let nobody = "0199a1b2-0000-7000-8000-000000000001";
    let (status, _) = api.read(&format!("/operations/{nobody}")).await;
    assert_eq!(status, 404);
}

/// A paused consumer is set to its place and stays paused; its lag counts what it wants, and only that.
#[tokio::test]
async fn lag_counts_what_a_consumer_wants() {
    let server = Server::start();
    let api = server.api();
    for name in ["stock", "sales"] {
        let body = json!({ "reason": "to see its lag" });
        api.send(&format!("/consumers/{name}/pause"), &body).await;
    }
    api.stocked("kettle", 10).await;
    for _ in 0..2 {
        let (id, _) = api.order("kettle", 1, "4242424242424242").await;
        api.order_becomes(id, "confirmed").await;
    }
    let lag = async |name: &str| {
        let (_, row) = api.read(&format!("/consumers/{name}")).await;
        assert!(row["lag_age_ms"].as_u64() > Some(0), "{row}");
        assert_eq!(row["state"], "paused");
        row["lag_events"].as_u64().expect("a number")
    };
    // Registered, received, and a reservation for each order.
    assert_eq!(lag("stock").await, 4);
    assert_eq!(lag("sales").await, 2);
    let body = json!({ "to": "start", "reason": "paused all the same" });
    let (status, operation) = api.send("/consumers/stock/reset", &body).await;
    assert_eq!(status, 202, "{operation}");
    assert_eq!(lag("stock").await, 4);
}
