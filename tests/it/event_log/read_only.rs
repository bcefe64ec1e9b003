//! Files that cannot be written, at the start and while the log is open. Permissions do not bind the superuser, so the
//! files are made immutable, which binds everyone.

use highwater::contract::Position;
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{
    AppendError, EventLog, LogError, LogQuery, Options, StorageCause, StorageFailure,
};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::sqlite::SqliteStore;
use super::support::{add, event, positions, to, whole};
use crate::support::PATIENCE;

/// A file or folder that nobody can change, until it is dropped.
struct Immutable(PathBuf);

impl Immutable {
    fn make(path: &Path) -> Immutable {
        chattr("+i", path);
        Immutable(path.to_owned())
    }
}

impl Drop for Immutable {
    fn drop(&mut self) {
        chattr("-i", &self.0);
    }
}

fn chattr(flag: &str, path: &Path) {
    let done = Command::new("chattr").arg(flag).arg(path).status();
    let done = done.expect("chattr, of the package e2fsprogs");
    assert!(
        done.success(),
        "chattr needs root and a file system that knows it"
    );
}

async fn refused(folder: &Path) -> String {
    match SqliteLog::open(folder, Options::default()).await {
        Ok(_) => panic!("the log opened"),
        Err(error) => {
            assert!(matches!(error, LogError::Folder { .. }), "{error:?}");
            error.to_string()
        }
    }
}

async fn failed(log: &dyn EventLog) -> StorageFailure {
    let head = log.head();
    let answer = log.append(to("order-1", Any, vec![event("Made")])).await;
    assert_eq!(log.head(), head);
    match answer {
        Err(AppendError::Storage(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

async fn recovered(log: &dyn EventLog) {
    let start = Instant::now();
    while let Some(failure) = log.write_failure() {
        assert!(start.elapsed() < PATIENCE, "{failure}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_refused_with_its_name_and_why() {
    let store = SqliteStore::new();
    let held = Immutable::make(store.folder());
    let said = refused(store.folder()).await;
    assert!(
        said.contains(&store.folder().display().to_string()),
        "{said}"
    );
    assert!(said.contains("not permitted"), "{said}");
    drop(held);
    store.open_with(Options::default()).await;
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_refused_with_its_name_and_why() {
    let store = SqliteStore::new();
    let log = store.open_with(Options::default()).await;
    add(&*log, "order-1", "Made", 3).await;
    log.close().await;
    let held = Immutable::make(&store.file());
    let said = refused(store.folder()).await;
    assert!(
        said.contains(&store.folder().display().to_string()),
        "{said}"
    );
    assert!(said.contains("the database is read-only"), "{said}");
    drop(held);
    let log = store.open_with(Options::default()).await;
    assert_eq!(log.head().position, Position(3));
}

#[tokio::test]
async fn files_that_become_read_only_are_named_as_the_cause_until_they_can_be_written_again() {
    let store = SqliteStore::new();
    let log = store.open_with(Options::default()).await;
    add(&*log, "order-1", "Made", 3).await;
    let files = ["log.db", "log.db-wal"].map(|name| store.folder().join(name));
    let held = files.map(|file| Immutable::make(&file));
    for _ in 0..2 {
        let failure = failed(&*log).await;
        assert_eq!(failure.cause, StorageCause::ReadOnly, "{failure}");
        assert_eq!(log.write_failure().map(|f| f.cause), Some(failure.cause));
    }
    // Readers go on, from memory and from the files.
    assert_eq!(positions(&whole(&*log).await), [1, 2, 3]);
    let query = LogQuery {
        direction: highwater::contract::Direction::Backward,
        ..LogQuery::after(Position(3), 10)
    };
    assert_eq!(positions(&log.read(query).await.unwrap()), [2, 1]);
    drop(held);
    // Without an append of anyone's.
    recovered(&*log).await;
    let next = add(&*log, "order-1", "Made", 1).await;
    assert_eq!(next.position, Position(4));
    assert_eq!(log.check().await.unwrap().problems, Vec::<String>::new());
}
