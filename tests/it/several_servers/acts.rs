//! What an operator does on one server holds on all of them, and whoever runs the consumer carries it out.

use serde_json::json;
use std::time::{Duration, Instant};

use super::{Several, row_becomes};
use crate::support::{PATIENCE, Postgres, Server};

#[tokio::test]
async fn an_act_on_one_server_is_carried_out_by_all() {
    let database = Postgres::shared().database();
    let url = database.url();
    let servers = [Server::start_on(&url), Server::start_on(&url)];
    let [one, other] = servers.each_ref().map(Server::api);
    let reason = json!({ "reason": "a look at the disk" });
    let (status, _) = one.send("/consumers/stock/pause", &reason).await;
    assert_eq!(status, 200);
    let row = row_becomes(&other, "stock", |row| row["state"] == "paused").await;
    assert_eq!(row["paused"]["reason"], "a look at the disk");
    one.stocked("kettle", 7).await;
    // The other one has the events, and its stock stands still all the same.
    row_becomes(&other, "stock", |row| row["lag_events"] == 2).await;
    assert_eq!(other.read("/inventory/kettle").await.0, 404);
    let (status, _) = other.send("/consumers/stock/resume", &reason).await;
    assert_eq!(status, 200);
    for api in [&one, &other] {
        row_becomes(api, "stock", |row| row["lag_events"] == 0).await;
        assert_eq!(api.read("/inventory/kettle").await.1["on_hand"], 7);
    }
    // A rebuild is done by each of them for itself, and told by either.
    let (status, operation) = one.send("/consumers/stock/rebuild", &reason).await;
    assert_eq!(status, 202, "{operation}");
    let path = format!("/operations/{}", operation["id"].as_str().expect("an id"));
    let start = Instant::now();
    while other.read(&path).await.1["state"] != "done" {
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for api in [&one, &other] {
        row_becomes(api, "stock", |row| row["previous_kept"] == true).await;
        assert_eq!(api.read("/inventory/kettle").await.1["on_hand"], 7);
    }
}

/// Each has copies of its own, or none.
#[tokio::test]
async fn a_rebuild_begins_on_each_server_at_its_own_copy_or_at_the_start() {
    let database = Postgres::shared().database();
    let url = database.url();
    let mut servers = [
        Server::start_on_with(&url, &["--copy-every", "20"]),
        Server::start_on_with(&url, &["--copy-every", "0"]),
    ];
    let [one, other] = servers.each_ref().map(Server::api);
    one.stocked("kettle", 90).await;
    for _ in 0..5 {
        one.order("kettle", 1, "4242424242424242").await;
    }
    one.settled().await;
    let row = row_becomes(&one, "orders", |row| row["copy"].is_object()).await;
    let (_, without) = other.read("/consumers/orders").await;
    assert_eq!(without["copy"], serde_json::Value::Null);
    let body = json!({ "reason": "to see", "from": "copy" });
    let (status, problem) = other.send("/consumers/orders/rebuild", &body).await;
    assert_eq!(status, 409, "{problem}");
    let (status, operation) = one.send("/consumers/orders/rebuild", &body).await;
    assert_eq!((status, &operation["copy"]), (202, &row["copy"]["as_of"]));
    for api in [&one, &other] {
        row_becomes(api, "orders", |row| row["previous_kept"] == true).await;
    }
    for server in &mut servers {
        server.terminate();
        let (sound, said) = server.verify();
        assert!(sound, "{said}");
    }
}

#[tokio::test]
async fn a_reset_on_one_server_is_carried_out_where_the_process_runs() {
    let several = Several::start(2);
    let holder = several.holder("fulfilment").await;
    let other = &several.apis[1 - holder];
    other.stocked("kettle", 9).await;
    let (id, _) = other.order("kettle", 1, "4242 4242 4242 4242").await;
    other.order_becomes(id, "confirmed").await;
    other.settled().await;
    let sent = several.commands_sent(&[0, 1]).await;
    let body = json!({ "to": "start", "reason": "to see" });
    let (status, operation) = other.send("/consumers/fulfilment/reset", &body).await;
    assert_eq!(status, 202, "{operation}");
    let path = format!("/operations/{}", operation["id"].as_str().expect("an id"));
    for api in &several.apis {
        let start = Instant::now();
        while api.read(&path).await.1["state"] != "done" {
            assert!(start.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        row_becomes(api, "fulfilment", |row| row["lag_events"] == 0).await;
    }
    // It has gone its way again, on the same server, and every command was answered as the first time.
    assert_eq!(several.holder("fulfilment").await, holder);
    assert_eq!(several.commands_sent(&[0, 1]).await, 2 * sent);
    several.assert_done_once(&[id]).await;
}
