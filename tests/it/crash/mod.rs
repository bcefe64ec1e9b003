//! The server is killed with -9 under load, again and again. What it acknowledged must be there, once.

use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{Api, Server, answer, place_order};

/// Kills in one test.
const KILLS: usize = 20;
/// Clients that place orders meanwhile.
const CLIENTS: usize = 8;

/// Event ids that the server said are committed, with their positions.
type Acknowledged = Arc<Mutex<BTreeMap<u64, String>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled() {
    let mut server = Server::start();
    server.api().stocked("kettle", 1_000_000).await;
    let acknowledged = Acknowledged::default();
    let stop = CancellationToken::new();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            tokio::spawn(keep_ordering(
                server.api(),
                acknowledged.clone(),
                stop.clone(),
            ))
        })
        .collect();
    for kill in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(60 + 37 * (kill as u64 % 7))).await;
        server.kill_9();
        server.restart();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.cancel();
    for client in clients {
        client.await.expect("no client failed");
    }
    let api = server.api();
    api.settled().await;

    let acknowledged = acknowledged.lock().expect("unpoisoned").clone();
    assert!(
        acknowledged.len() > KILLS * 5,
        "the load was too small: {}",
        acknowledged.len()
    );
    let log = whole_log(&api).await;
    for (position, id) in &acknowledged {
        let found = log
            .get(*position as usize - 1)
            .map(|event| event["id"].clone());
        assert_eq!(found, Some(json!(id)), "acknowledged at #{position}");
    }
    let ids: HashSet<_> = log.iter().map(|event| event["id"].to_string()).collect();
    assert_eq!(ids.len(), log.len(), "no event twice");
    nothing_happened_twice(&log);

    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

/// Places one order after the other; while the server is away, the same order again with the same id.
async fn keep_ordering(api: Api, acknowledged: Acknowledged, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let (key, body) = (
            Uuid::now_v7(),
            place_order(Uuid::now_v7(), "kettle", 1, "4242424242424242"),
        );
        loop {
            let request = api
                .post("/commands/PlaceOrder")
                .header("idempotency-key", key.to_string());
            if let Ok(response) = request.json(&body).send().await {
                let (status, receipt) = answer(response).await;
                if status == 200 {
                    let position = receipt["position"].as_u64().expect("a position");
                    let id = receipt["events"][0]["id"]
                        .as_str()
                        .expect("an id")
                        .to_owned();
                    acknowledged
                        .lock()
                        .expect("unpoisoned")
                        .insert(position, id);
                    break;
                }
                assert_eq!(status, 503, "{receipt}");
            }
            if stop.is_cancelled() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn whole_log(api: &Api) -> Vec<serde_json::Value> {
    let mut log = Vec::new();
    loop {
        let (status, page) = api
            .read(&format!("/events?limit=1000&after={}", log.len()))
            .await;
        assert_eq!(status, 200, "{page}");
        let events = page["events"].as_array().expect("events").clone();
        if events.is_empty() {
            return log;
        }
        for event in events {
            assert_eq!(event["position"], json!(log.len() + 1), "no gap");
            log.push(event);
        }
    }
}

/// Each order is confirmed, and on its way every step was taken exactly once.
fn nothing_happened_twice(log: &[serde_json::Value]) {
    let mut steps: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for event in log {
        if let (Some(order), Some(step)) =
            (event["data"]["order_id"].as_str(), event["type"].as_str())
        {
            *steps
                .entry(order.to_owned())
                .or_default()
                .entry(step.to_owned())
                .or_default() += 1;
        }
    }
    for (order, steps) in steps {
        assert_eq!(steps.get("OrderConfirmed"), Some(&1), "{order}: {steps:?}");
        assert!(
            steps.values().all(|times| *times == 1),
            "{order}: {steps:?}"
        );
    }
}
