//! An append is made only where the stream stands as its writer thinks.

use highwater::contract::Version;
use highwater::event_log::ExpectedVersion::{Any, NoStream, StreamExists};
use highwater::event_log::{EventLog, ExpectedVersion, StreamQuery};

use crate::event_log::support::{Store, add, conflict, event, exact, stream, to};

/// Tries an append of one event and says at which version it stands, or how the log refused.
async fn attempt(
    log: &dyn EventLog,
    name: &str,
    expected: ExpectedVersion,
) -> Result<u64, highwater::event_log::AppendError> {
    let appended = log.append(to(name, expected, vec![event("Tried")])).await?;
    Ok(appended.streams[0].last_version.0)
}

pub async fn any_fits_everywhere(store: &dyn Store) {
    let log = store.open().await;
    assert_eq!(attempt(&*log, "order-1", Any).await, Ok(1));
    assert_eq!(attempt(&*log, "order-1", Any).await, Ok(2));
}

pub async fn no_stream_fits_only_a_new_stream(store: &dyn Store) {
    let log = store.open().await;
    assert_eq!(attempt(&*log, "order-1", NoStream).await, Ok(1));
    let refused = attempt(&*log, "order-1", NoStream).await;
    assert_eq!(refused, Err(conflict("order-1", NoStream, 1)));
}

pub async fn stream_exists_fits_only_an_old_stream(store: &dyn Store) {
    let log = store.open().await;
    let refused = attempt(&*log, "order-1", StreamExists).await;
    assert_eq!(refused, Err(conflict("order-1", StreamExists, 0)));
    add(&*log, "order-1", "Made", 2).await;
    assert_eq!(attempt(&*log, "order-1", StreamExists).await, Ok(3));
}

pub async fn exact_fits_only_that_version(store: &dyn Store) {
    let log = store.open().await;
    let refused = attempt(&*log, "order-1", exact(1)).await;
    assert_eq!(refused, Err(conflict("order-1", exact(1), 0)));
    assert_eq!(attempt(&*log, "order-1", exact(0)).await, Ok(1));
    assert_eq!(attempt(&*log, "order-1", exact(1)).await, Ok(2));
    for stale in [0, 1, 3, u64::MAX] {
        let refused = attempt(&*log, "order-1", exact(stale)).await;
        assert_eq!(refused, Err(conflict("order-1", exact(stale), 2)));
    }
}

pub async fn a_conflict_changes_nothing(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 3).await;
    let head = log.head();
    attempt(&*log, "order-1", NoStream).await.unwrap_err();
    attempt(&*log, "order-2", StreamExists).await.unwrap_err();
    assert_eq!(log.head(), head);
    let query = StreamQuery::from(stream("order-2"), Version::NONE, 10);
    assert_eq!(log.read_stream(query).await.unwrap().version, Version::NONE);
    // The refused ones left no gap either.
    let next = add(&*log, "order-2", "Made", 1).await;
    assert_eq!(next.position, head.position.next());
    assert_eq!(next.streams[0].last_version, Version(1));
}
