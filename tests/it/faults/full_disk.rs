//! The disk is full, for the log and for the read models on it, and then there is room again.

use rusqlite::Connection;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::support::{Api, Server, SmallDisk, answer};

/// So long the server may take to notice something.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
struct Note {
    id: Uuid,
    stream: String,
}

impl Note {
    fn new() -> Note {
        Note {
            id: Uuid::now_v7(),
            stream: format!("note-{}", Uuid::now_v7()),
        }
    }

    async fn append(&self, api: &Api) -> reqwest::Response {
        let event =
            json!({ "id": self.id, "type": "NoteTaken", "data": { "text": "x".repeat(2_000) } });
        let body = json!({ "expected": "no_stream", "events": [event] });
        let path = format!("/streams/{}", self.stream);
        api.post(&path).json(&body).send().await.expect("an answer")
    }
}

fn start_on(disk: &SmallDisk) -> Server {
    let folder = tempfile::tempdir_in(disk.folder()).expect("a folder");
    Server::start_in(folder, "127.0.0.1:0", &[])
}

/// Appends notes until one is refused: those that were acknowledged, the refused one, and what was said.
async fn append_until_refused(api: &Api) -> (Vec<Note>, Note, Value) {
    let mut acknowledged = Vec::new();
    loop {
        let note = Note::new();
        let response = note.append(api).await;
        let retry_after = response.headers().contains_key("retry-after");
        let (status, body) = answer(response).await;
        if status != 201 {
            assert_eq!(status, 503, "{body}");
            assert!(retry_after);
            return (acknowledged, note, body);
        }
        acknowledged.push(note);
    }
}

async fn get(api: &Api, path: &str) -> (u16, Value) {
    let asked = api.raw(reqwest::Method::GET, path).send().await;
    answer(asked.expect("an answer")).await
}

/// Asks until the answer is as wanted.
async fn until(api: &Api, path: &str, wanted: impl Fn(u16, &Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let (status, body) = get(api, path).await;
        if wanted(status, &body) {
            return body;
        }
        assert!(start.elapsed() < PATIENCE, "{path} {status}: {body}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_outlived() {
    let name = "faults::full_disk::a_full_disk_is_told_and_outlived";
    let Some(disk) = SmallDisk::for_test(name, 32) else {
        return;
    };
    let server = start_on(&disk);
    let api = server.api();
    api.stocked("kettle", 100).await;
    let (order, _) = api.order("kettle", 1, "4242424242424242").await;
    api.order_becomes(order, "confirmed").await;
    api.settled().await;

    // A read model comes to write its rows when there is no room any more.
    let views = Connection::open(server.data().join("views/orders_v2.db")).expect("the view");
    views.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    let mut orders = Vec::new();
    for _ in 0..20 {
        orders.push(api.order("kettle", 1, "4242424242424242").await.0);
    }
    disk.fill();
    let (notes, refused, problem) = append_until_refused(&api).await;
    assert_eq!(
        problem["type"], "/problems/storage-unavailable",
        "{problem}"
    );
    assert_eq!(
        problem["detail"], "nothing was committed: the disk is full",
        "{problem}"
    );
    views.execute_batch("ROLLBACK").expect("released");
    drop(views);

    // It says so, lives on and answers readers.
    let full = |status, body: &Value| status == 503 && body["log_failure"] == "the disk is full";
    until(&api, "/readyz", full).await;
    let stuck = |_, body: &Value| {
        let stuck = body["stuck"].as_array().into_iter().flatten();
        let mut orders = stuck.filter(|row| row["consumer"] == "orders");
        orders
            .any(|row| row["state"] == "retrying" && row["last_error"].to_string().contains("full"))
    };
    until(&api, "/readyz", stuck).await;
    assert_eq!(get(&api, "/healthz").await.0, 200);
    for note in &notes {
        assert_eq!(api.read(&format!("/events/{}", note.id)).await.0, 200);
    }
    assert_eq!(api.read(&format!("/events/{}", refused.id)).await.0, 404);
    assert_eq!(
        api.read(&format!("/streams/{}", refused.stream)).await.0,
        404
    );
    assert_eq!(api.read(&format!("/orders/{order}")).await.0, 200);

    // And when there is room again it goes on by itself.
    disk.make_room();
    until(&api, "/readyz", |status, _| status == 200).await;
    let (status, again) = answer(refused.append(&api).await).await;
    assert_eq!(status, 201, "{again}");
    assert_eq!(again["duplicate"], false);
    api.settled().await;
    for order in orders {
        api.order_becomes(order, "confirmed").await;
    }
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

/// What was refused is not in the files either, where only a restart would find it.
#[tokio::test]
async fn a_server_killed_on_a_full_disk_has_what_it_acknowledged_and_no_more() {
    let name =
        "faults::full_disk::a_server_killed_on_a_full_disk_has_what_it_acknowledged_and_no_more";
    let Some(disk) = SmallDisk::for_test(name, 32) else {
        return;
    };
    let mut server = start_on(&disk);
    let before = Note::new();
    assert_eq!(before.append(&server.api()).await.status(), 201);
    disk.fill();
    let (mut acknowledged, refused, _) = append_until_refused(&server.api()).await;
    acknowledged.push(before);
    server.kill_9();
    disk.make_room();
    server.restart();
    let api = server.api();
    for note in &acknowledged {
        assert_eq!(api.read(&format!("/events/{}", note.id)).await.0, 200);
    }
    assert_eq!(api.read(&format!("/events/{}", refused.id)).await.0, 404);
    let (_, head) = api.read("/head").await;
    assert_eq!(head["position"], acknowledged.len());
    assert_eq!(refused.append(&api).await.status(), 201);
    api.settled().await;
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}
