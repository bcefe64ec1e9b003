//! Everything at once, at random: orders, an operator's acts, members of groups that fail in every way, and the server's death.
//! Whatever comes of it, read models equal a fresh fold, every group has handled every event at least once and each stream in
//! order, no checkpoint goes back without an act, and lag never reads 0 while something is missing.
//!
//! `HIGHWATER_CHAOS_SECONDS` says for how long, 15 s where it says nothing; `HIGHWATER_CHAOS_SEED` repeats a run's choices.

mod members;
mod operator;
mod watcher;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use std::env;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{Api, Server, place_order};
use members::Members;
use operator::Operator;
use watcher::Watcher;

/// The consumers of the server's own.
const CONSUMERS: [&str; 5] = ["orders", "search", "stock", "sales", "fulfilment"];
/// Clients that place orders.
const CLIENTS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_nothing_is_lost() {
    let seed = setting("HIGHWATER_CHAOS_SEED").unwrap_or_else(rand::random);
    let seconds = setting("HIGHWATER_CHAOS_SECONDS").unwrap_or(15);
    eprintln!("HIGHWATER_CHAOS_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let mut server = Server::start();
    let api = server.api();
    api.stocked("kettle", 1_000_000).await;
    let members = Members::gather(server.api(), &server.address).await;
    let stop = CancellationToken::new();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(keep_ordering(server.api(), stop.clone())))
        .collect();
    let (mut operator, mut watcher) = (Operator::new(server.api()), Watcher::new(server.api()));
    let (begun, mut kills) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(seconds) {
        if chance.random_bool(0.1) {
            server.kill_9();
            server.restart();
            kills += 1;
        }
        operator.act(&mut chance, &mut watcher).await;
        watcher.look().await;
        tokio::time::sleep(Duration::from_millis(chance.random_range(5..120))).await;
    }
    stop.cancel();
    for client in clients {
        client.await.expect("no client failed");
    }
    operator.let_all_go_on().await;
    members.have_handled_everything().await;
    watcher.look().await;
    let acts = operator.acts();
    assert!(kills > 0 && acts > 5, "{kills} kills, {acts} acts");
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

fn setting(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

/// Places one order after the other; while the server is away, the same one again.
async fn keep_ordering(api: Api, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let key = Uuid::now_v7().to_string();
        let body = place_order(Uuid::now_v7(), "kettle", 1, "4242424242424242");
        let id = body["order_id"].clone();
        while !sent(&api, "PlaceOrder", &key, &body).await && !stop.is_cancelled() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // Some are cancelled while they are on their way.
        if key.ends_with(['0', '1', '2']) {
            let cancel = json!({ "order_id": id, "reason": "changed my mind" });
            sent(&api, "CancelOrder", &Uuid::now_v7().to_string(), &cancel).await;
        }
    }
}

/// Whether the server has answered, be it with a refusal.
async fn sent(api: &Api, command: &str, key: &str, body: &serde_json::Value) -> bool {
    let request = api
        .post(&format!("/commands/{command}"))
        .header("idempotency-key", key)
        .json(body);
    match request.send().await {
        Ok(answer) => answer.status() != 503,
        Err(_) => false,
    }
}
