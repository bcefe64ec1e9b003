//! Where snapshots are kept on SQLite: a file that is of no use is thrown away, and nobody is stopped by it.

use std::path::Path;

use highwater::contract::{EventId, StreamName, Version};
use highwater::event_log::sqlite::SqliteSnapshots;
use highwater::event_log::{Snapshot, SnapshotStore};

use super::support::{json, stream};

fn snapshot(name: &str, version: u64) -> Snapshot {
    Snapshot {
        stream: stream(name),
        version: Version(version),
        event_id: EventId::generate(),
        shape: 7,
        state: json(r#"{"b":"Grüße","a":1}"#),
    }
}

async fn newest(store: &SqliteSnapshots, name: &StreamName, at_most: u64) -> Option<u64> {
    let found = store.newest(name, Version(at_most)).await.unwrap();
    found.map(|snapshot| snapshot.version.0)
}

/// A folder with one snapshot in it, closed.
async fn kept(folder: &Path) -> Snapshot {
    let store = SqliteSnapshots::open(folder).await.unwrap();
    let kept = snapshot("order-1", 100);
    store.save(&kept, 1_000).await.unwrap();
    store.close().await;
    kept
}

#[tokio::test]
async fn a_snapshot_comes_back_as_it_was_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let kept = kept(folder.path()).await;
    let store = SqliteSnapshots::open(folder.path()).await.unwrap();
    let found = store
        .newest(&kept.stream, Version(u64::MAX))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (
            found.version,
            found.event_id,
            found.shape,
            found.state.get()
        ),
        (kept.version, kept.event_id, kept.shape, kept.state.get())
    );
}

#[tokio::test]
async fn each_stream_has_its_own_and_the_newest_that_is_wanted_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteSnapshots::open(folder.path()).await.unwrap();
    for version in [100, 200, 1_000, 1_100, 1_200] {
        store
            .save(&snapshot("order-1", version), 1_000)
            .await
            .unwrap();
    }
    store.save(&snapshot("order-2", 50), 1_000).await.unwrap();
    let (one, two) = (stream("order-1"), stream("order-2"));
    assert_eq!(newest(&store, &one, 999).await, None, "thinned out");
    assert_eq!(newest(&store, &one, 1_199).await, Some(1_000));
    assert_eq!(newest(&store, &one, 1_200).await, Some(1_200));
    assert_eq!(newest(&store, &two, u64::MAX).await, Some(50));
    store.forget(&one).await.unwrap();
    assert_eq!(newest(&store, &one, u64::MAX).await, None);
    assert_eq!(newest(&store, &two, 50).await, Some(50));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path()).await;
    std::fs::write(folder.path().join("snapshots.db"), [0xA5; 9_000]).unwrap();
    is_empty_and_works(folder.path()).await;
}

#[tokio::test]
async fn a_damaged_page_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path()).await;
    let file = folder.path().join("snapshots.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let page = bytes.len() - 4_096;
    bytes[page..page + 64].fill(0xFF);
    std::fs::write(&file, bytes).unwrap();
    is_empty_and_works(folder.path()).await;
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    kept(folder.path()).await;
    let connection = rusqlite::Connection::open(folder.path().join("snapshots.db")).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    is_empty_and_works(folder.path()).await;
}

#[tokio::test]
async fn an_empty_file_that_a_crash_left_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("snapshots.db"), b"").unwrap();
    is_empty_and_works(folder.path()).await;
}

async fn is_empty_and_works(folder: &Path) {
    let name = stream("order-1");
    let store = SqliteSnapshots::open(folder).await.unwrap();
    assert_eq!(newest(&store, &name, u64::MAX).await, None);
    store.save(&snapshot("order-1", 200), 1_000).await.unwrap();
    assert_eq!(newest(&store, &name, u64::MAX).await, Some(200));
}
