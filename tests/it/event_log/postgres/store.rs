//! One server on one database.

use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::postgres::PostgresLog;
use highwater::event_log::{LogError, Options, StorageCause};

use super::PostgresStore;
use crate::event_log::support::{Store, add, command, event, to, whole};

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
