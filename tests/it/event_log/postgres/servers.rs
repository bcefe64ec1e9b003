//! Three server processes on one PostgreSQL, 64 writers, readers all the while; a server is killed, PostgreSQL restarts.

use futures_util::future::try_join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::block_in_place;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{Api, Postgres, Server, answer};

const SERVERS: usize = 3;
const WRITERS: usize = 64;
/// Appends that have to be acknowledged before the next blow.
const PROGRESS: usize = 400;
/// How long for these, and for the readers to come to the end.
const PATIENCE: Duration = Duration::from_secs(120);

/// What writers were told: the position of the second of two events, and both ids.
#[derive(Default)]
struct Acknowledged {
    count: AtomicUsize,
    appends: Mutex<BTreeMap<u64, [Uuid; 2]>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_are_gapless_and_no_reader_skips() {
    let cluster = Postgres::of_its_own();
    let url = cluster.url("postgres");
    let mut servers: Vec<_> = (0..SERVERS).map(|_| Server::start_on(&url)).collect();
    let apis: Vec<Api> = servers.iter().map(Server::api).collect();
    let (stop, acknowledged) = (CancellationToken::new(), Arc::new(Acknowledged::default()));
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| tokio::spawn(write(n, apis.clone(), acknowledged.clone(), stop.clone())))
        .collect();
    let upto = Arc::new(Mutex::new(None));
    let readers: Vec<_> = apis
        .iter()
        .map(|api| tokio::spawn(follow(api.clone(), upto.clone())))
        .collect();

    progress(&acknowledged).await;
    servers[1].kill_9();
    progress(&acknowledged).await;
    block_in_place(|| servers[1].restart());
    progress(&acknowledged).await;
    block_in_place(|| {
        cluster.crash();
        cluster.go();
    });
    progress(&acknowledged).await;
    block_in_place(|| {
        cluster.stop();
        cluster.go();
    });
    progress(&acknowledged).await;
    stop.cancel();
    for writer in writers {
        writer.await.unwrap();
    }
    let (status, head) = apis[0].read("/head").await;
    assert_eq!(status, 200, "{head}");
    *upto.lock().unwrap() = head["position"].as_u64();
    let logs = tokio::time::timeout(PATIENCE, try_join_all(readers)).await;
    let logs = logs.expect("every server tells the whole log").unwrap();

    assert!(
        logs.iter().all(|log| *log == logs[0]),
        "all servers tell the same log"
    );
    let places: HashMap<Uuid, u64> = (1..).zip(&logs[0]).map(|(at, id)| (*id, at)).collect();
    assert_eq!(places.len(), logs[0].len(), "no event twice");
    for (position, [first, second]) in &*acknowledged.appends.lock().unwrap() {
        assert_eq!(places.get(second), Some(position));
        assert_eq!(places.get(first), Some(&(position - 1)));
    }
    for server in &mut servers {
        server.terminate();
    }
    let (sound, said) = servers[0].verify();
    assert!(sound, "{said}");
}

/// Appends two events at a time; what is not acknowledged is sent again to the next server, with the same ids.
async fn write(n: usize, apis: Vec<Api>, acknowledged: Arc<Acknowledged>, stop: CancellationToken) {
    let path = format!("/streams/load-{}", n % 10);
    let mut server = n;
    while !stop.is_cancelled() {
        let ids = [Uuid::now_v7(), Uuid::now_v7()];
        let event = |id: &Uuid| json!({"id": id, "type": "Loaded", "data": {"writer": n}});
        let body = json!({"expected": "any", "events": ids.iter().map(event).collect::<Vec<_>>()});
        loop {
            let sent = apis[server % SERVERS].post(&path).json(&body).send().await;
            if let Ok(response) = sent {
                let (status, told) = answer(response).await;
                if status < 300 {
                    let position = told["position"].as_u64().expect("a position");
                    acknowledged.appends.lock().unwrap().insert(position, ids);
                    acknowledged.count.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                assert!(status >= 500, "{status} {told}");
            }
            server += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Reads on and on from one server, whatever happens to it, until the log was read up to where it ends. Every page follows
/// the one before; times never decrease.
async fn follow(api: Api, upto: Arc<Mutex<Option<u64>>>) -> Vec<Uuid> {
    let (mut log, mut last_at) = (Vec::<Uuid>::new(), String::new());
    loop {
        let done = upto
            .lock()
            .unwrap()
            .is_some_and(|upto| log.len() as u64 >= upto);
        if done {
            return log;
        }
        let path = format!("/events?limit=1000&after={}", log.len());
        let page = match api.get(&path).send().await {
            Ok(response) if response.status() == StatusCode::OK => response.json().await,
            Ok(response) => {
                assert!(response.status().is_server_error(), "{}", response.status());
                continue;
            }
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        let page: Value = page.unwrap_or_default();
        for event in page["events"].as_array().into_iter().flatten() {
            assert_eq!(
                event["position"],
                json!(log.len() + 1),
                "nothing is skipped"
            );
            let at = event["recorded_at"].as_str().expect("a time").to_owned();
            assert!(at >= last_at, "{at} after {last_at}");
            last_at = at;
            log.push(
                event["id"]
                    .as_str()
                    .expect("an id")
                    .parse()
                    .expect("a UUID"),
            );
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn progress(acknowledged: &Acknowledged) {
    let goal = acknowledged.count.load(Ordering::SeqCst) + PROGRESS;
    let reached = async {
        while acknowledged.count.load(Ordering::SeqCst) < goal {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, reached)
        .await
        .expect("appends are acknowledged");
}
