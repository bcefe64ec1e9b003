//! Two servers on one log: what an operator does on one holds on both.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::{Api, Postgres, Server};

/// Waits until a consumer's row is as wanted.
async fn row_becomes(api: &Api, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let (_, row) = api.read(&format!("/consumers/{name}")).await;
        if wanted(&row) {
            return row;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{row}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

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
        assert!(start.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for api in [&one, &other] {
        row_becomes(api, "stock", |row| row["previous_kept"] == true).await;
        assert_eq!(api.read("/inventory/kettle").await.1["on_hand"], 7);
    }
}
