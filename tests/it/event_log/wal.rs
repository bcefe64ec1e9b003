//! The WAL stays bounded, whatever readers do.

use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::{EventLog, Options};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::sqlite::SqliteStore;
use super::support::{events, json, to};

/// The bound in these tests.
const BOUND: u64 = 20 * 1024 * 1024;
/// So long an outcome may be waited for.
const PATIENCE: Duration = Duration::from_secs(60);

fn options() -> Options {
    Options {
        wal_bytes: BOUND,
        ..Options::default()
    }
}

/// Appends about 1 MB, and says how large the WAL is then.
async fn grow(log: &dyn EventLog, wal: &Path) -> u64 {
    let mut made = events("Made", 60);
    for event in &mut made {
        event.data = json(&format!("\"{}\"", "x".repeat(16 * 1024)));
    }
    log.append(to("order-1", Any, made)).await.unwrap();
    size(wal)
}

fn size(wal: &Path) -> u64 {
    std::fs::metadata(wal).unwrap().len()
}

/// Appends a little now and then until the WAL is within its bound.
async fn shrinks(log: &dyn EventLog, wal: &Path) {
    let start = Instant::now();
    while size(wal) > BOUND {
        assert!(start.elapsed() < PATIENCE, "{} bytes", size(wal));
        let small = to("order-2", Any, events("Made", 1));
        log.append(small).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn reader(file: &Path) -> Connection {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

fn begin(reader: &Connection) {
    reader.execute_batch("BEGIN").unwrap();
    reader
        .query_row("SELECT count(*) FROM streams", [], |_| Ok(()))
        .unwrap();
}

/// Reads in two connections, until told to stop: at every moment one of them holds a snapshot that is not of this moment,
/// so that no commit can bring all of the WAL into the database by itself.
fn overlap(file: PathBuf, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let (mut one, mut other) = (reader(&file), reader(&file));
        begin(&one);
        while !stop.load(Ordering::Relaxed) {
            begin(&other);
            std::thread::sleep(Duration::from_millis(10));
            one.execute_batch("COMMIT").unwrap();
            std::mem::swap(&mut one, &mut other);
        }
    })
}

#[tokio::test]
async fn readers_who_overlap_without_end_do_not_let_it_grow() {
    let store = SqliteStore::new();
    let log = store.open_with(options()).await;
    let stop = Arc::new(AtomicBool::new(false));
    let readers = overlap(store.file(), Arc::clone(&stop));
    let wal = store.folder().join("log.db-wal");
    // Several times as much as the bound goes through it.
    for _ in 0..100 {
        grow(&*log, &wal).await;
        shrinks(&*log, &wal).await;
    }
    stop.store(true, Ordering::Relaxed);
    readers.join().unwrap();
}

#[tokio::test]
async fn a_long_reader_lets_it_grow_and_stops_no_writer_and_when_he_ends_it_shrinks() {
    let store = SqliteStore::new();
    let log = store.open_with(options()).await;
    let wal = store.folder().join("log.db-wal");
    let long = reader(&store.file());
    begin(&long);
    while grow(&*log, &wal).await <= 2 * BOUND {}
    let seen: i64 = long
        .query_row("SELECT count(*) FROM events", [], |row| row.get(0))
        .unwrap();
    assert_eq!(seen, 0, "he still reads what he began with");
    long.execute_batch("COMMIT").unwrap();
    shrinks(&*log, &wal).await;
}
