//! What only the log on SQLite has: files, a lock, triggers.

use async_trait::async_trait;
use highwater::contract::Position;
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{EventLog, LogError, LogQuery, Options};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

use super::support::{Store, add, event, json, positions, to, whole};

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
    async fn open_as(&self, options: Options) -> Arc<dyn EventLog> {
        self.open_with(options).await
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
    let bounded = Options {
        wal_bytes: 16 * 1024 * 1024,
        ..Options::default()
    };
    let log = store.open_with(bounded).await;
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
