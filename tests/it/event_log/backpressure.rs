//! The queue in front of the log on SQLite: two lanes, each with bounds of its own. The disk is made slow by a lock that
//! the test holds on the database, so that the queue fills for sure.

use futures_util::future::join_all;
use highwater::contract::Position;
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{AppendError, AppendRequest, Appended, EventLog, Options};
use rusqlite::Connection;
use std::sync::Arc;
use tokio::task::JoinHandle;

use super::sqlite::SqliteStore;
use super::support::{add, event, events, exact, json, to, whole};

/// Events of a bulk append in these tests, and the share of bulk in one transaction.
const BULK: usize = 100;

/// A log that cannot write as long as the lock is held.
struct Held {
    log: Arc<SqliteLog>,
    lock: Connection,
    _store: SqliteStore,
}

impl Held {
    async fn with(options: Options) -> Held {
        let store = SqliteStore::new();
        let log = store
            .open_with(Options {
                small_events: BULK - 1,
                bulk_batch_events: BULK,
                ..options
            })
            .await;
        let lock = Connection::open(store.file()).unwrap();
        lock.execute_batch("BEGIN IMMEDIATE").unwrap();
        Held {
            log,
            lock,
            _store: store,
        }
    }

    fn release(&self) {
        self.lock.execute_batch("ROLLBACK").unwrap();
    }

    /// Lays appends into the queue, in this order; they are answered later.
    async fn queue(
        &self,
        requests: impl Iterator<Item = AppendRequest>,
    ) -> Vec<JoinHandle<Result<Appended, AppendError>>> {
        let mut queued = Vec::new();
        for request in requests {
            let log = Arc::clone(&self.log);
            queued.push(tokio::spawn(async move { log.append(request).await }));
            // On a runtime of one thread: the task goes as far as its answer's channel.
            tokio::task::yield_now().await;
        }
        queued
    }
}

async fn answers(
    queued: Vec<JoinHandle<Result<Appended, AppendError>>>,
) -> Vec<Result<Appended, AppendError>> {
    let answers = join_all(queued).await.into_iter();
    answers.map(Result::unwrap).collect()
}

fn bulk(name: &str) -> AppendRequest {
    to(name, Any, events("Imported", BULK))
}

fn small(name: &str) -> AppendRequest {
    to(name, Any, vec![event("Made")])
}

fn overloaded(answers: &[Result<Appended, AppendError>]) -> usize {
    let refused = |a: &&Result<Appended, AppendError>| **a == Err(AppendError::Overloaded);
    answers.iter().filter(refused).count()
}

#[tokio::test]
async fn bulk_that_fills_its_lane_leaves_the_small_ones_theirs() {
    let held = Held::with(Options {
        bulk_queue_appends: 2,
        queue_appends: 50,
        ..Options::default()
    })
    .await;
    let imports = held.queue((0..20).map(|_| bulk("import-1"))).await;
    let orders = held
        .queue((0..40).map(|n| small(&format!("order-{n}"))))
        .await;
    held.release();
    let (imports, orders) = (answers(imports).await, answers(orders).await);
    // Two wait, and as many may be in the transaction that waits for the disk as are one share.
    assert!(overloaded(&imports) >= 17, "{}", overloaded(&imports));
    assert_eq!(overloaded(&orders), 0);
    let committed = orders.iter().chain(&imports).filter(|a| a.is_ok()).count();
    assert_eq!(committed + overloaded(&imports), 60);
    assert_eq!(
        whole(&*held.log).await.len(),
        40 + BULK * (committed - 40),
        "what was refused left nothing behind"
    );
}

#[tokio::test]
async fn small_ones_that_fill_their_lane_leave_bulk_its_own() {
    let held = Held::with(Options {
        queue_appends: 5,
        batch_events: 1,
        ..Options::default()
    })
    .await;
    let orders = held.queue((0..50).map(|_| small("order-1"))).await;
    let imports = held.queue((0..3).map(|_| bulk("import-1"))).await;
    held.release();
    assert!(overloaded(&answers(orders).await) >= 44);
    assert_eq!(overloaded(&answers(imports).await), 0);
    // And it takes more when there is room again.
    add(&*held.log, "order-1", "Made", 1).await;
}

#[tokio::test]
async fn a_lane_is_bounded_by_bytes_too() {
    let mut options = Options {
        bulk_queue_bytes: 512 * 1024,
        ..Options::default()
    };
    options.limits.append_bytes = 256 * 1024;
    let held = Held::with(options).await;
    let large = |n| {
        let mut event = event("Made");
        event.data = json(&format!("\"{}\"", "x".repeat(200 * 1024)));
        to(&format!("order-{n}"), Any, vec![event])
    };
    let queued = held.queue((0..20).map(large)).await;
    held.release();
    let answers = answers(queued).await;
    // What is being committed still takes its room, so this is exact.
    assert_eq!(overloaded(&answers), 18);
    assert!(held.log.append(large(100)).await.is_ok());
}

#[tokio::test]
async fn a_small_append_waits_behind_one_share_of_bulk_at_most() {
    let held = Held::with(Options::default()).await;
    let imports = held.queue((0..30).map(|_| bulk("import-1"))).await;
    let order = held.queue([small("order-1")].into_iter()).await;
    held.release();
    let order = answers(order).await.remove(0).unwrap();
    assert!(
        order.position <= Position(BULK as u64 + 1),
        "behind {} events",
        order.position.0 - 1
    );
    assert_eq!(overloaded(&answers(imports).await), 0);
}

#[tokio::test]
async fn a_bulk_append_does_not_starve_among_small_ones() {
    const PER_TRANSACTION: u64 = 10;
    let held = Held::with(Options {
        batch_events: PER_TRANSACTION as usize,
        ..Options::default()
    })
    .await;
    let orders = held
        .queue((0..500).map(|n| small(&format!("order-{n}"))))
        .await;
    let import = held.queue([bulk("import-1")].into_iter()).await;
    held.release();
    let import = answers(import).await.remove(0).unwrap();
    // Behind those in the transaction that waited for the disk, and those that go with it.
    assert!(
        import.first_position <= Position(2 * PER_TRANSACTION + 1),
        "behind {} events",
        import.first_position.0 - 1
    );
    assert_eq!(overloaded(&answers(orders).await), 0);
}

#[tokio::test]
async fn a_lane_keeps_its_order() {
    let held = Held::with(Options::default()).await;
    let moves = |n| to("order-1", exact(n), vec![event("Moved")]);
    let imports = |n| to("import-1", exact(n * BULK as u64), events("Imported", BULK));
    let small = held.queue((0..50).map(moves)).await;
    let bulk = held.queue((0..5).map(imports)).await;
    held.release();
    for answer in answers(small).await.into_iter().chain(answers(bulk).await) {
        assert!(answer.is_ok(), "{answer:?}");
    }
}
