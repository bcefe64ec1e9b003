//! Stored copies through a running server: taken while it works, shown, begun at, and asked for by name.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::{Api, PATIENCE, Server};

const READ_MODELS: [&str; 4] = ["orders", "search", "stock", "sales"];

async fn shop_with_orders(api: &Api, orders: usize) {
    api.stocked("kettle", 1_000).await;
    orders_come(api, orders).await;
}

async fn orders_come(api: &Api, orders: usize) {
    for _ in 0..orders {
        api.order("kettle", 1, "4242424242424242").await;
    }
    api.settled().await;
}

/// Waits until a read model has a copy that is as wanted.
async fn copy(api: &Api, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let (_, row) = api.read(&format!("/consumers/{name}")).await;
        if row["copy"].is_object() && wanted(&row["copy"]) {
            return row["copy"].clone();
        }
        assert!(start.elapsed() < PATIENCE, "{row}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn rebuild(api: &Api, name: &str, body: &Value) -> (u16, Value) {
    api.send(&format!("/consumers/{name}/rebuild"), body).await
}

async fn ended(api: &Api, started: &Value) -> Value {
    let id = started["id"].as_str().expect("an id");
    let start = Instant::now();
    loop {
        let (_, operation) = api.read(&format!("/operations/{id}")).await;
        if operation["state"] != "running" {
            return operation;
        }
        assert!(start.elapsed() < PATIENCE, "{operation}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_copy_is_taken_and_a_rebuild_begins_at_it() {
    let mut server = Server::start_with(&["--copy-every", "100"]);
    let api = server.api();
    shop_with_orders(&api, 20).await;
    for name in READ_MODELS {
        let copy = copy(&api, name, |_| true).await;
        assert!(copy["as_of"].as_u64() >= Some(100), "{copy}");
        assert!(copy["bytes"].as_u64() > Some(0), "{copy}");
    }
    server.kill_9();
    // No more are taken, and those that are there hold over a restart.
    server.restart_with(&["--copy-every", "0"]);
    orders_come(&api, 5).await;
    for name in READ_MODELS {
        let copy = copy(&api, name, |_| true).await;
        let look = json!({ "reason": "a look", "dry_run": true });
        let (status, plan) = rebuild(&api, name, &look).await;
        assert_eq!(
            (status, &plan["from"], &plan["copy"]),
            (200, &json!("copy"), &copy)
        );
        let look = json!({ "reason": "a look", "from": "start", "dry_run": true });
        let (_, from_start) = rebuild(&api, name, &look).await;
        assert_eq!(
            (&from_start["from"], &from_start["copy"]),
            (&json!("start"), &copy)
        );
        assert!(
            plan["events"].as_u64() < from_start["events"].as_u64(),
            "{plan}"
        );

        let reason = json!({ "reason": "to be sure", "from": "copy" });
        let (status, operation) = rebuild(&api, name, &reason).await;
        assert_eq!(status, 202, "{operation}");
        let operation = ended(&api, &operation).await;
        assert_eq!(operation["state"], "done", "{operation}");
        assert_eq!(operation["copy"], copy["as_of"]);
        assert_eq!(operation["total"], plan["events"]);
        assert_eq!(
            operation["compared"]["differences"],
            json!([]),
            "{operation}"
        );
    }
    let (_, told) = api.read("/streams/audit-orders?limit=10").await;
    assert!(told["events"][0]["data"]["copy"].is_u64(), "{told}");
    orders_come(&api, 2).await;
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

#[tokio::test]
async fn a_rebuild_from_a_copy_goes_on_over_the_death_of_the_server() {
    let mut server = Server::start_with(&["--copy-every", "100"]);
    let api = server.api();
    shop_with_orders(&api, 20).await;
    let mut operations = Vec::new();
    for name in READ_MODELS {
        copy(&api, name, |_| true).await;
    }
    for name in READ_MODELS {
        let (_, operation) = rebuild(&api, name, &json!({ "reason": "x" })).await;
        operations.push(operation);
    }
    for _ in 0..3 {
        server.kill_9();
        server.restart();
        api.order("kettle", 1, "4242424242424242").await;
    }
    for operation in &operations {
        let operation = ended(&api, operation).await;
        assert_eq!(operation["state"], "done", "{operation}");
    }
    api.settled().await;
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

#[tokio::test]
async fn a_lost_file_comes_back_and_a_newer_copy_takes_the_place_of_the_older() {
    let mut server = Server::start_with(&["--copy-every", "100"]);
    let api = server.api();
    shop_with_orders(&api, 20).await;
    let first = copy(&api, "orders", |_| true).await;
    orders_come(&api, 25).await;
    copy(&api, "orders", |copy| {
        copy["as_of"].as_u64() > first["as_of"].as_u64()
    })
    .await;
    let views = server.data().join("views");
    assert!(
        !views
            .join(format!("orders_v2.c{}.db", first["as_of"]))
            .exists()
    );
    let (_, before) = api.read("/orders?limit=100").await;
    server.kill_9();
    for end in ["", "-wal", "-shm"] {
        let _was_never_there = std::fs::remove_file(views.join(format!("orders_v2.db{end}")));
    }
    server.restart_with(&["--copy-every", "0"]);
    api.settled().await;
    let (_, after) = api.read("/orders?limit=100").await;
    assert_eq!(before["items"], after["items"]);
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

#[tokio::test]
async fn who_asks_for_a_copy_that_is_not_there_is_told_why() {
    let server = Server::start_with(&["--copy-every", "0"]);
    let api = server.api();
    for dry_run in [true, false] {
        let body = json!({ "reason": "x", "from": "copy", "dry_run": dry_run });
        let (status, problem) = rebuild(&api, "orders", &body).await;
        let expected = (409, Some("/problems/nothing-to-build"));
        assert_eq!((status, problem["type"].as_str()), expected);
        let said = problem["detail"].as_str().expect("a detail");
        assert!(said.contains("none was taken yet"), "{said}");
    }
    let (status, problem) = rebuild(&api, "orders", &json!({ "reason": "x", "from": "end" })).await;
    assert!((400..500).contains(&status), "{problem}");
    let said = problem["detail"].as_str().expect("a detail");
    assert!(said.contains("from"), "{said}");
    let (_, row) = api.read("/consumers/orders").await;
    assert_eq!(row["copy"], Value::Null);
}
