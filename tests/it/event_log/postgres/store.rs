//! One server on one database.

use futures_util::future::join_all;
use highwater::contract::{Direction, Position, Timestamp};
use highwater::event_log::ExpectedVersion::{Any, NoStream};
use highwater::event_log::postgres::PostgresLog;
use highwater::event_log::{EventLog, LogError, LogQuery, Options, StorageCause, TailBounds};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::PostgresStore;
use crate::event_log::support::{
    Store, add, command, conflict, event, exact, positions, to, whole,
};

async fn refused(url: &str) -> LogError {
    match PostgresLog::open(&url.parse().unwrap(), Options::default()).await {
        Ok(_) => panic!("the log opened"),
        Err(error) => error,
    }
}

fn assert_unreachable(error: &LogError, because: &str) {
    let LogError::Storage(failure) = error else {
        panic!("refused as {error}");
    };
    assert_eq!(failure.cause, StorageCause::Unreachable, "{error}");
    let said = error.to_string();
    assert!(said.contains(because), "{said}");
    assert!(
        !said.contains(crate::support::PASSWORD) && !said.contains("wrong-secret"),
        "{said}"
    );
}

#[tokio::test]
async fn what_keeps_the_log_from_opening_is_named_without_a_secret() {
    let store = PostgresStore::new();
    let url = store.database.url();
    let wrong = url.replace(crate::support::PASSWORD, "wrong-secret");
    assert_unreachable(&refused(&wrong).await, "password authentication failed");
    assert_unreachable(&refused(&format!("{url}_missing")).await, "does not exist");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    drop(nobody);
    let nowhere = crate::support::Postgres::shared().url_at(port, "any");
    let error = refused(&nowhere).await;
    assert_unreachable(&error, &format!("postgres://postgres@127.0.0.1:{port}/any"));
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_happened() {
    let store = PostgresStore::new();
    let log = store.open().await;
    let mut stamped = to("order-1", Any, vec![event("Made")]);
    stamped.command = Some(command("Make"));
    log.append(stamped).await.unwrap();
    for statement in [
        "UPDATE events SET data = 'null'",
        "UPDATE events SET position = position + 1",
        "DELETE FROM events",
        "TRUNCATE events",
        "UPDATE streams SET name = 'other'",
        "DELETE FROM streams",
        "TRUNCATE streams",
        "UPDATE commands SET name = 'other'",
        "DELETE FROM commands",
        "TRUNCATE commands",
        "DELETE FROM log_head",
        "TRUNCATE log_head",
    ] {
        let error = store.database.try_execute(statement).unwrap_err();
        assert!(error.contains("immutable"), "{statement}: {error}");
    }
    assert_eq!(whole(&*log).await.len(), 1);
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_refused() {
    let store = PostgresStore::new();
    store.open().await.close().await;
    store.database.execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, '', 0)",
    );
    let error = refused(&store.database.url()).await;
    assert!(
        matches!(error, LogError::NewerVersion { found: 9999, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_refused_request_does_not_touch_its_neighbours() {
    let store = PostgresStore::new();
    let log = store.open_with(Options::default()).await;
    // Polled in order in one turn, so that they stand in the queue in order, most of them in one transaction.
    let shared = event("Made");
    let mut stamped = to("order-5", Any, vec![event("Made")]);
    stamped.command = Some(command("Make"));
    let mut again = to("order-5", NoStream, vec![event("Made")]);
    again.command = stamped.command.clone();
    let requests = vec![
        to("order-1", NoStream, vec![event("Made")]),
        to("order-1", NoStream, vec![event("Made")]),
        to("order-2", NoStream, vec![shared.clone()]),
        to("order-3", NoStream, vec![shared.clone()]),
        to("order-2", NoStream, vec![shared.clone()]),
        to("order-1", exact(1), vec![event("Moved")]),
        stamped,
        again,
    ];
    let answers = join_all(requests.into_iter().map(|r| log.append(r))).await;
    let places: Vec<_> = answers
        .iter()
        .map(|answer| answer.as_ref().ok().map(|a| (a.position.0, a.duplicate)))
        .collect();
    let expected = [
        Some((1, false)),
        None,
        Some((2, false)),
        None,
        Some((2, true)),
        Some((3, false)),
        Some((4, false)),
        Some((4, true)),
    ];
    assert_eq!(places, expected);
    assert_eq!(answers[1], Err(conflict("order-1", NoStream, 1)));
    assert_eq!(positions(&whole(&*log).await), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_clock_that_goes_back_does_not_take_the_log_with_it() {
    let store = PostgresStore::new();
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
    let store = PostgresStore::new();
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
            direction: Direction::Backward,
            ..LogQuery::after(Position(after + 1), 8)
        };
        let page = log.read(backward).await.unwrap();
        let expected: Vec<_> = (1..=after).rev().take(8).collect();
        assert_eq!(positions(&page), expected);
    }
}

#[tokio::test]
async fn a_check_finds_what_is_wrong() {
    let store = PostgresStore::new();
    let log = store.open().await;
    add(&*log, "order-1", "Made", 3).await;
    let sound = log.check().await.unwrap();
    assert_eq!((sound.events, sound.streams, sound.commands), (3, 1, 0));
    assert!(sound.problems.is_empty(), "{:?}", sound.problems);
    store.database.execute(
        "ALTER TABLE events DISABLE TRIGGER ALL;
         DELETE FROM events WHERE position = 2;
         UPDATE events SET recorded_at = 1 WHERE position = 3;
         UPDATE log_head SET streams = 7",
    );
    let problems = log.check().await.unwrap().problems.join("\n");
    for wrong in [
        "positions have gaps",
        "versions with gaps",
        "before the one in front",
        "head's row",
    ] {
        assert!(problems.contains(wrong), "{wrong}: {problems}");
    }
}
