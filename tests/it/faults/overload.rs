//! More to write than the disk takes: what does not fit into the queue is refused at once, whole, with the advice to come
//! again. A lock that the test holds on the database stands for the slow disk.

use futures_util::future::join_all;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{Api, Server, answer, in_time};

async fn append(api: Api, n: usize) -> (u16, Option<String>, Value) {
    let body =
        json!({ "expected": "no_stream", "events": [{ "type": "NoteTaken", "data": { "n": n } }] });
    let path = format!("/streams/note-{n}");
    let response = api.post(&path).json(&body).send().await.expect("an answer");
    let retry_after = response.headers().get("retry-after").cloned();
    let retry_after = retry_after.map(|value| value.to_str().expect("text").to_owned());
    let (status, body) = answer(response).await;
    (status, retry_after, body)
}

async fn metrics(api: &Api) -> String {
    let response = api.raw(reqwest::Method::GET, "/metrics").send().await;
    response.expect("an answer").text().await.expect("text")
}

/// The value of one line of the metrics; 0 where nothing was counted yet.
fn metric(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.rsplit(' ').next());
    value.map_or(0.0, |value| value.parse().expect("a number"))
}

#[tokio::test]
async fn a_full_queue_is_answered_at_once_and_nothing_of_it_is_done() {
    const APPENDS: usize = 40;
    let server = Server::start_with(&["--append-queue", "4"]);
    let api = server.api();
    let lock = Connection::open(server.data().join("log.db")).expect("the database");
    lock.execute_batch("BEGIN IMMEDIATE").expect("the lock");

    let appends: Vec<_> = (0..APPENDS)
        .map(|n| tokio::spawn(append(api.clone(), n)))
        .collect();
    // Those that are refused are answered while the others wait.
    let refused = || async { metric(&metrics(&api).await, REFUSED) };
    in_time(async {
        while refused().await < (APPENDS - 8) as f64 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await;
    assert_eq!(metric(&metrics(&api).await, DEPTH), 4.0);
    lock.execute_batch("ROLLBACK").expect("released");

    let mut committed = Vec::new();
    for (n, answer) in join_all(appends).await.into_iter().enumerate() {
        let (status, retry_after, body) = answer.expect("no task failed");
        match status {
            201 => committed.push(n),
            503 => {
                assert_eq!(body["type"], "/problems/overloaded", "{body}");
                assert_eq!(retry_after.as_deref(), Some("1"));
            }
            other => panic!("{other}: {body}"),
        }
    }
    assert!((4..=8).contains(&committed.len()), "{committed:?}");
    for n in 0..APPENDS {
        let (status, _) = api.read(&format!("/streams/note-{n}")).await;
        let there = committed.contains(&n);
        assert_eq!(status, if there { 200 } else { 404 }, "note-{n}");
        if !there {
            assert_eq!(append(api.clone(), n).await.0, 201, "it is taken later");
        }
    }
    assert_eq!(metric(&metrics(&api).await, DEPTH), 0.0);
}

const REFUSED: &str = r#"highwater_log_overloaded_total{lane="small"}"#;
const DEPTH: &str = r#"highwater_log_queue_appends{lane="small"}"#;
