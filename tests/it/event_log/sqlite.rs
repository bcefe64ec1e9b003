//! What only the log on SQLite has: files, a lock, triggers.

use async_trait::async_trait;
use futures_util::future::join_all;
use highwater::contract::{Position, Timestamp};
use highwater::event_log::ExpectedVersion::{Any, NoStream};
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{AppendError, EventLog, LogError, LogQuery, Options, TailBounds};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

use super::support::{Store, add, conflict, event, json, positions, to, whole};

/// A folder of its own, gone with the test.
pub struct SqliteStore {
    folder: TempDir,
}

impl SqliteStore {
    pub fn new() -> SqliteStore {
        SqliteStore {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self) -> PathBuf {
        self.folder().join("log.db")
    }

    pub async fn open_with(&self, options: Options) -> Arc<SqliteLog> {
        Arc::new(SqliteLog::open(self.folder(), options).await.unwrap())
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn open(&self) -> Arc<dyn EventLog> {
        self.open_with(Options::default()).await
    }
}

async fn refused(folder: &Path) -> LogError {
    match SqliteLog::open(folder, Options::default()).await {
        Ok(_) => panic!("the log opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_happened() {
    let store = SqliteStore::new();
    let log = store.open().await;
    let mut stamped = to("order-1", Any, vec![event("Made")]);
    stamped.command = Some(super::support::command("Make"));
    log.append(stamped).await.unwrap();
    let connection = Connection::open(store.file()).unwrap();
    for statement in [
        "UPDATE events SET data = 'null'",
        "UPDATE events SET position = position + 1",
        "DELETE FROM events",
        "UPDATE streams SET name = 'other'",
        "DELETE FROM streams",
        "UPDATE commands SET name = 'other'",
        "DELETE FROM commands",
    ] {
        let error = connection.execute(statement, []).unwrap_err();
        assert!(
            error.to_string().contains("immutable"),
            "{statement}: {error}"
        );
    }
    assert_eq!(whole(&*log).await.len(), 1);
}

#[tokio::test]
async fn a_second_process_is_told_who_holds_the_folder() {
    let store = SqliteStore::new();
    let log = store.open().await;
    let error = refused(store.folder()).await;
    let holder = format!("process {} (since ", std::process::id());
    assert!(
        matches!(&error, LogError::InUse { holder: h, .. } if h.starts_with(&holder)),
        "{error}"
    );
    log.close().await;
    store.open().await;
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_refused() {
    let store = SqliteStore::new();
    store.open().await.close().await;
    let connection = Connection::open(store.file()).unwrap();
    let newer =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'from the future', 1, x'00', 0)";
    connection.execute(newer, []).unwrap();
    let error = refused(store.folder()).await;
    assert!(
        matches!(error, LogError::NewerVersion { found: 9999, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_refused() {
    let store = SqliteStore::new();
    let file = store.folder().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    let error = refused(&file.join("data")).await;
    assert!(matches!(error, LogError::Folder { .. }), "{error}");
    assert!(error.to_string().contains("a-file"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let store = SqliteStore::new();
    std::fs::write(
        store.file(),
        "no database, but long enough to have a header ".repeat(30),
    )
    .unwrap();
    let error = refused(store.folder()).await;
    assert!(error.to_string().contains("damaged"), "{error}");
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_loses_nothing() {
    let store = SqliteStore::new();
    let log = store
        .open_with(Options {
            queue_appends: 4,
            ..Options::default()
        })
        .await;
    // In one turn of a runtime with one thread, so that the appender cannot keep up.
    let answers =
        join_all((0..500).map(|_| log.append(to("order-1", Any, vec![event("Made")])))).await;
    let overloaded = answers
        .iter()
        .filter(|a| **a == Err(AppendError::Overloaded))
        .count();
    let committed = answers.iter().filter(|a| a.is_ok()).count();
    assert!(
        overloaded > 0 && committed >= 4,
        "{overloaded} and {committed}"
    );
    assert_eq!(overloaded + committed, answers.len());
    assert_eq!(log.head().position, Position(committed as u64));
    // And it takes more when there is room again.
    add(&*log, "order-1", "Made", 1).await;
}

#[tokio::test]
async fn a_refused_request_does_not_touch_its_neighbours() {
    let store = SqliteStore::new();
    let log = store.open_with(Options::default()).await;
    // Polled in order in one turn, so that they stand in the queue in order, most of them in one transaction.
    let shared = event("Made");
    let requests = vec![
        to("order-1", NoStream, vec![event("Made")]),
        to("order-1", NoStream, vec![event("Made")]),
        to("order-2", NoStream, vec![shared.clone()]),
        to("order-3", NoStream, vec![shared.clone()]),
        to("order-2", NoStream, vec![shared.clone()]),
        to("order-4", NoStream, vec![]),
        to("order-1", super::support::exact(1), vec![event("Moved")]),
    ];
    let mut answers = join_all(requests.into_iter().map(|r| log.append(r)))
        .await
        .into_iter();
    let mut next = || answers.next().unwrap();
    assert_eq!(next().unwrap().position, Position(1));
    assert_eq!(next(), Err(conflict("order-1", NoStream, 1)));
    assert_eq!(next().unwrap().position, Position(2));
    assert!(matches!(next(), Err(AppendError::EventIdReused { .. })));
    let repeated = next().unwrap();
    assert_eq!((repeated.duplicate, repeated.position), (true, Position(2)));
    assert!(matches!(next(), Err(AppendError::InvalidEvent(_))));
    assert_eq!(next().unwrap().position, Position(3));
    assert_eq!(positions(&whole(&*log).await), [1, 2, 3]);
}

#[tokio::test]
async fn a_clock_that_goes_back_does_not_take_the_log_with_it() {
    let store = SqliteStore::new();
    let time = Arc::new(AtomicI64::new(1_000));
    let options = || {
        let time = Arc::clone(&time);
        Options {
            clock: Arc::new(move || Timestamp::from_micros(time.load(Ordering::SeqCst))),
            ..Options::default()
        }
    };
    let log = store.open_with(options()).await;
    add(&*log, "order-1", "Made", 1).await;
    time.store(400, Ordering::SeqCst);
    let second = add(&*log, "order-1", "Moved", 1).await;
    assert_eq!(second.committed_at, Timestamp::from_micros(1_000));
    log.close().await;
    let log = store.open_with(options()).await;
    add(&*log, "order-1", "Moved", 1).await;
    time.store(2_000, Ordering::SeqCst);
    add(&*log, "order-1", "Moved", 1).await;
    let times: Vec<_> = whole(&*log)
        .await
        .iter()
        .map(|e| e.recorded_at.as_micros())
        .collect();
    assert_eq!(times, [1_000, 1_000, 1_000, 2_000]);
}

#[tokio::test]
async fn a_small_tail_and_the_disk_make_one_log() {
    let store = SqliteStore::new();
    let log = store
        .open_with(Options {
            tail: TailBounds {
                events: 5,
                bytes: usize::MAX,
            },
            ..Options::default()
        })
        .await;
    for n in 0..30 {
        add(&*log, &format!("order-{n}"), "Made", 1).await;
    }
    for after in 0..=30 {
        let page = log
            .read(LogQuery::after(Position(after), 100))
            .await
            .unwrap();
        assert_eq!(positions(&page), (after + 1..=30).collect::<Vec<_>>());
        let backward = LogQuery {
            direction: highwater::contract::Direction::Backward,
            ..LogQuery::after(Position(after + 1), 8)
        };
        let page = log.read(backward).await.unwrap();
        let expected: Vec<_> = (1..=after).rev().take(8).collect();
        assert_eq!(positions(&page), expected);
    }
}

#[tokio::test]
async fn readers_at_the_head_need_no_disk() {
    let store = SqliteStore::new();
    let log = store.open().await;
    add(&*log, "order-1", "Made", 10).await;
    // Closing takes the read connections away; what still answers comes from memory.
    log.close().await;
    let page = log.read(LogQuery::after(Position(4), 100)).await.unwrap();
    assert_eq!(positions(&page), [5, 6, 7, 8, 9, 10]);
    let query = highwater::event_log::StreamQuery::from(
        super::support::stream("order-1"),
        highwater::contract::Version(1),
        10,
    );
    assert_eq!(log.read_stream(query).await.unwrap_err(), LogError::Closed);
}

#[tokio::test]
async fn closing_leaves_no_wal_behind() {
    let store = SqliteStore::new();
    let log = store.open().await;
    for _ in 0..20 {
        add(&*log, "order-1", "Made", 100).await;
    }
    whole(&*log).await;
    let wal = store.folder().join("log.db-wal");
    assert!(wal.exists());
    log.close().await;
    assert!(!wal.exists());
}

#[tokio::test]
async fn the_wal_does_not_grow_without_end() {
    let store = SqliteStore::new();
    let log = store.open().await;
    let wal = store.folder().join("log.db-wal");
    let mut largest = 0;
    for _ in 0..60 {
        let mut made = super::support::events("Made", 60);
        for event in &mut made {
            event.data = json(&format!("\"{}\"", "x".repeat(16 * 1024)));
        }
        log.append(to("order-1", Any, made)).await.unwrap();
        log.read(LogQuery::after(Position(1), 10)).await.unwrap();
        largest = largest.max(std::fs::metadata(&wal).unwrap().len());
    }
    // 60 MB went through it.
    assert!(largest < 24 * 1024 * 1024, "{largest} bytes");
}
