//! The writer when the database fails.

use rusqlite::ffi;
use std::sync::Arc;
use tempfile::TempDir;

use super::*;
use crate::contract::{EventId, Metadata, Position, StreamName, Version};
use crate::event_log::{AppendRequest, ExpectedVersion, Limits, NewEvent, StreamAppend};
use serde_json::value::RawValue;

async fn writer() -> (TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    open::migrate(&file).await.unwrap();
    let options = Options {
        clock: Arc::new(|| Timestamp::from_micros(7)),
        remembered_streams: 10,
        ..Options::default()
    };
    let (writer, head) = Writer::open(file, &options).unwrap();
    assert_eq!(head.position, Position::START);
    (folder, writer)
}

fn append(stream: &str, expected: ExpectedVersion, bytes: usize) -> PreparedAppend {
    let event = NewEvent {
        id: EventId::generate(),
        event_type: "Made".to_owned(),
        schema_version: 1,
        data: RawValue::from_string(format!("\"{}\"", "x".repeat(bytes))).unwrap(),
        metadata: Metadata::default(),
    };
    let request = AppendRequest {
        appends: vec![StreamAppend {
            stream: StreamName::try_new(stream).unwrap(),
            expected,
            events: vec![event],
        }],
        command: None,
    };
    Limits::default().prepare(request, None).unwrap()
}

fn any(stream: &str) -> PreparedAppend {
    append(stream, ExpectedVersion::Any, 10)
}

fn exact(stream: &str, version: u64) -> PreparedAppend {
    append(stream, ExpectedVersion::Exact(Version(version)), 10)
}

/// Where each append ended, or that it was refused.
fn places(committed: &Committed) -> Vec<Option<u64>> {
    let answers = committed.answers.iter();
    answers
        .map(|answer| answer.as_ref().ok().map(|a| a.position.0))
        .collect()
}

fn not_committed(result: Result<Committed, BatchFailure>) -> StorageCause {
    match result {
        Err(BatchFailure::NotCommitted(failure)) => failure.cause,
        Err(BatchFailure::OutcomeUnknown(failure)) => panic!("unknown: {failure}"),
        Ok(committed) => panic!("committed {:?}", places(&committed)),
    }
}

#[tokio::test]
async fn each_append_of_a_transaction_is_judged_alone() {
    let (_folder, mut writer) = writer().await;
    let batch = vec![
        exact("a", 0),
        exact("a", 0),
        exact("a", 1),
        exact("b", 1),
        any("b"),
    ];
    let committed = writer.write(batch).unwrap();
    assert_eq!(places(&committed), [Some(1), None, Some(2), None, Some(3)]);
    assert_eq!(committed.events.len(), 3);
}

#[tokio::test]
async fn a_full_disk_fails_the_whole_transaction_and_later_ones_go_on() {
    let (_folder, mut writer) = writer().await;
    writer.write(vec![any("a")]).unwrap();
    let pages: i64 = writer
        .connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    writer
        .connection
        .pragma_update(None, "max_page_count", pages)
        .unwrap();
    let large = append("b", ExpectedVersion::Any, 200_000);
    let failed = writer.write(vec![any("a"), large, any("c")]);
    assert_eq!(not_committed(failed), StorageCause::DiskFull);
    writer
        .connection
        .pragma_update(None, "max_page_count", 1_000_000)
        .unwrap();
    // Neither the position nor the versions nor the new streams of the failed transaction are remembered.
    let committed = writer
        .write(vec![exact("a", 1), exact("b", 0), exact("c", 0)])
        .unwrap();
    assert_eq!(places(&committed), [Some(2), Some(3), Some(4)]);
}

#[tokio::test]
async fn a_read_only_database_says_so() {
    let (_folder, mut writer) = writer().await;
    writer
        .connection
        .pragma_update(None, "query_only", true)
        .unwrap();
    assert_eq!(
        not_committed(writer.write(vec![any("a")])),
        StorageCause::ReadOnly
    );
    writer
        .connection
        .pragma_update(None, "query_only", false)
        .unwrap();
    assert_eq!(places(&writer.write(vec![any("a")]).unwrap()), [Some(1)]);
}

#[tokio::test]
async fn a_writer_behind_our_back_is_noticed_and_never_overwritten() {
    let (folder, mut writer) = writer().await;
    writer.write(vec![any("a")]).unwrap();
    let other = Connection::open(folder.path().join("log.db")).unwrap();
    let intruder = "INSERT INTO events VALUES (2, x'00', 1, 2, 1, 1, 7, NULL, NULL, '1', NULL)";
    other.execute(intruder, []).unwrap();
    assert_eq!(
        not_committed(writer.write(vec![any("a")])),
        StorageCause::Other
    );
    let committed = writer.write(vec![exact("a", 2)]).unwrap();
    assert_eq!(places(&committed), [Some(3)]);
}

#[tokio::test]
async fn a_transaction_left_open_is_ended() {
    let (_folder, mut writer) = writer().await;
    writer.write(vec![any("a")]).unwrap();
    // A transaction that is open already makes the next one fail at its beginning.
    writer.connection.execute_batch("BEGIN").unwrap();
    assert_eq!(
        not_committed(writer.write(vec![any("a")])),
        StorageCause::Other
    );
    assert_eq!(
        places(&writer.write(vec![exact("a", 1)]).unwrap()),
        [Some(2)]
    );
}

#[test]
fn a_failed_commit_is_unknown_unless_it_certainly_wrote_nothing() {
    let of = |code| {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        commit_failure(&error, Path::new("no-wal"))
    };
    for code in [
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_IOERR_WRITE,
        // After the sync: the index of the WAL had no room.
        ffi::SQLITE_IOERR_SHMSIZE,
        ffi::SQLITE_IOERR,
        ffi::SQLITE_CORRUPT,
    ] {
        let failure = of(code);
        assert!(
            matches!(failure, BatchFailure::OutcomeUnknown(_)),
            "{failure:?}"
        );
        assert!(matches!(failure.to_error(), AppendError::OutcomeUnknown(_)));
    }
    for code in [ffi::SQLITE_FULL, ffi::SQLITE_BUSY, ffi::SQLITE_READONLY] {
        let failure = of(code);
        assert!(
            matches!(failure, BatchFailure::NotCommitted(_)),
            "{failure:?}"
        );
        assert!(matches!(failure.to_error(), AppendError::Storage(_)));
    }
}
