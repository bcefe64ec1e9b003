//! Opening, closing, opening again.

use futures_util::future::join_all;
use highwater::contract::{Head, Position};
use highwater::event_log::AppendError;
use highwater::event_log::ExpectedVersion::Any;
use std::sync::Arc;

use crate::event_log::support::{Store, add, event, exact, to, whole};

pub async fn a_new_log_is_empty(store: &dyn Store) {
    let log = store.open().await;
    assert_eq!(log.head(), Head::default());
    assert!(whole(&*log).await.is_empty());
}

pub async fn what_was_written_is_there_after_opening_again(store: &dyn Store) {
    let log = store.open().await;
    let made = to("order-1", Any, vec![event("Made"), event("Moved")]);
    let first = log.append(made.clone()).await.unwrap();
    add(&*log, "order-2", "Made", 1).await;
    let (head, before) = (log.head(), whole(&*log).await);
    log.close().await;

    let log = store.open().await;
    assert_eq!(log.head(), head);
    let after = whole(&*log).await;
    assert_eq!(after, before);
    assert_eq!(after[0].data.get(), before[0].data.get());
    // Repetitions are still known, and the numbers go on.
    let repeated = log.append(made).await.unwrap();
    assert_eq!(
        (repeated.duplicate, repeated.position),
        (true, first.position)
    );
    let next = log
        .append(to("order-1", exact(2), vec![event("Ended")]))
        .await;
    assert_eq!(next.unwrap().position, Position(4));
}

pub async fn a_closed_log_refuses_appends(store: &dyn Store) {
    let log = store.open().await;
    log.close().await;
    let refused = log.append(to("order-1", Any, vec![event("Made")])).await;
    assert_eq!(refused, Err(AppendError::Closed));
}

pub async fn what_was_accepted_is_finished_by_closing(store: &dyn Store) {
    let log = store.open().await;
    let writers: Vec<_> = (0..200)
        .map(|n| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let name = format!("order-{n}");
                log.append(to(&name, Any, vec![event("Made")])).await
            })
        })
        .collect();
    log.close().await;
    let answers = join_all(writers).await;
    let committed = answers
        .into_iter()
        .filter(|answer| match answer.as_ref().unwrap() {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(*error, AppendError::Closed);
                false
            }
        })
        .count();
    let log = store.open().await;
    assert_eq!(log.head().position, Position(committed as u64));
}

pub async fn closing_twice_is_harmless(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 1).await;
    tokio::join!(log.close(), log.close());
    log.close().await;
}
