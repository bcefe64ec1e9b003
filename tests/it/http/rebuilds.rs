//! Rebuilds: beside the read model that answers, switched in one step and back, over the server's death.

use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::support::{Api, PATIENCE, Server};

const READ_MODELS: [&str; 4] = ["orders", "search", "stock", "sales"];

async fn shop_with_orders(api: &Api, orders: usize) {
    api.stocked("kettle", 1_000).await;
    for _ in 0..orders {
        api.order("kettle", 1, "4242424242424242").await;
    }
    api.settled().await;
}

async fn rebuild(api: &Api, name: &str) -> Value {
    let body = json!({ "reason": "to be sure" });
    let (status, operation) = api.send(&format!("/consumers/{name}/rebuild"), &body).await;
    assert_eq!(status, 202, "{operation}");
    assert_eq!(operation["kind"], "rebuild");
    operation
}

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

async fn items(api: &Api, path: &str) -> Value {
    let (status, list) = api.read(path).await;
    assert_eq!(status, 200, "{list}");
    list["items"].clone()
}

/// The files of a read model, by name.
fn files(server: &Server, name: &str) -> Vec<PathBuf> {
    let views = server.data().join("views");
    let begins = |path: &PathBuf| {
        let file = path.file_name().and_then(|file| file.to_str());
        file.is_some_and(|file| file.starts_with(&format!("{name}_v")) && file.ends_with(".db"))
    };
    let entries = std::fs::read_dir(views).expect("views");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(begins)
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_rebuilt_read_model_answers_as_before_and_can_be_switched_back() {
    let mut server = Server::start();
    let api = server.api();
    shop_with_orders(&api, 30).await;
    let before = items(&api, "/orders?limit=100").await;
    for name in READ_MODELS {
        let operation = rebuild(&api, name).await;
        let operation = ended(&api, &operation).await;
        assert_eq!(operation["state"], "done", "{operation}");
        assert_eq!(operation["done"], operation["total"]);
        assert_eq!(
            operation["compared"]["differences"],
            json!([]),
            "{operation}"
        );
        assert!(operation["compared"]["rows"].as_u64() > Some(0));
        assert_eq!(files(&server, name).len(), 2);
        let (_, row) = api.read(&format!("/consumers/{name}")).await;
        assert_eq!(row["previous_kept"], true, "{row}");
    }
    assert_eq!(items(&api, "/orders?limit=100").await, before);
    // What comes next is in the new build, and is there after a restart.
    let (id, _) = api.order("kettle", 1, "4242424242424242").await;
    api.order_becomes(id, "confirmed").await;
    server.kill_9();
    server.restart();
    api.order_becomes(id, "confirmed").await;
    let reason = json!({ "reason": "a try" });
    let (status, row) = api.send("/consumers/orders/switch-back", &reason).await;
    assert_eq!(status, 200, "{row}");
    // The build before it was left behind, and catches up.
    api.order_becomes(id, "confirmed").await;
    api.settled().await;
    let (status, _) = api.send("/consumers/orders/forget-previous", &reason).await;
    assert_eq!(status, 200);
    let gone = Instant::now();
    while files(&server, "orders").len() > 1 {
        assert!(gone.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (status, problem) = api.send("/consumers/orders/switch-back", &reason).await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (409, Some("/problems/nothing-to-build"))
    );
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

/// What somebody changed by hand is found by the comparison, and the new build is right.
#[tokio::test]
async fn a_rebuild_says_what_was_wrong_and_mends_it() {
    let server = Server::start();
    let api = server.api();
    shop_with_orders(&api, 5).await;
    let file = Connection::open(&files(&server, "stock")[0]).expect("the file");
    file.execute("UPDATE stock SET on_hand = 7", [])
        .expect("changed");
    assert_eq!(items(&api, "/inventory").await[0]["on_hand"], 7);
    let operation = rebuild(&api, "stock").await;
    let operation = ended(&api, &operation).await;
    let differences = operation["compared"]["differences"]
        .as_array()
        .expect("some");
    assert_eq!(differences.len(), 1, "{operation}");
    let said = differences[0].as_str().expect("a sentence");
    assert!(
        said.contains("kettle") && said.contains("on_hand"),
        "{said}"
    );
    assert_eq!(items(&api, "/inventory").await[0]["on_hand"], 1_000);
}

/// Killed again and again while it builds, it goes on where it was, and nothing is lost of what comes meanwhile.
#[tokio::test]
async fn a_rebuild_goes_on_over_the_death_of_the_server() {
    let mut server = Server::start();
    let api = server.api();
    shop_with_orders(&api, 60).await;
    let mut operations = Vec::new();
    for name in READ_MODELS {
        operations.push(rebuild(&api, name).await);
    }
    for _ in 0..4 {
        server.kill_9();
        server.restart();
        api.order("kettle", 1, "4242424242424242").await;
    }
    for operation in &operations {
        let operation = ended(&api, operation).await;
        assert_eq!(operation["state"], "done", "{operation}");
    }
    api.settled().await;
    assert_eq!(
        items(&api, "/orders?limit=100")
            .await
            .as_array()
            .map(Vec::len),
        Some(64)
    );
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

#[tokio::test]
async fn only_read_models_are_built() {
    let server = Server::start();
    let api = server.api();
    for dry_run in [true, false] {
        let body = json!({ "reason": "x", "dry_run": dry_run });
        let (status, problem) = api.send("/consumers/fulfilment/rebuild", &body).await;
        assert_eq!(
            (status, problem["type"].as_str()),
            (409, Some("/problems/nothing-to-build"))
        );
        let (status, _) = api.send("/consumers/nobody/rebuild", &body).await;
        assert_eq!(status, 404);
    }
    let body = json!({ "reason": "x", "dry_run": true });
    let (status, plan) = api.send("/consumers/orders/rebuild", &body).await;
    assert_eq!((status, plan["events"].as_u64()), (200, Some(0)), "{plan}");
    assert_eq!(
        api.read("/head").await.1["position"],
        0,
        "nothing was written"
    );
}
