//! Many at once.

use futures_util::future::join_all;
use highwater::contract::{Position, RecordedEvent, Version};
use highwater::event_log::ExpectedVersion::{Any, NoStream};
use highwater::event_log::{AppendError, EventLog, LogQuery, Options, StreamQuery};
use std::collections::HashMap;
use std::sync::Arc;

use crate::event_log::support::{
    Store, add, command, conflict, event, events, exact, positions, stream, to, whole,
};

const WRITERS: usize = 64;
const APPENDS: usize = 25;

/// Each of 64 writers appends 25 times one to three events, to streams that it shares with others, and gives back what it
/// was told: id and position of every event.
async fn write_much(log: &Arc<dyn EventLog>) -> HashMap<u64, highwater::contract::EventId> {
    let writers = (0..WRITERS).map(|writer| {
        let log = Arc::clone(log);
        tokio::spawn(async move {
            let mut told = Vec::new();
            for n in 0..APPENDS {
                let made = events("Made", 1 + n % 3);
                let name = format!("order-{}", (writer + n) % 10);
                let appended = log.append(to(&name, Any, made.clone())).await.unwrap();
                let first = appended.first_position.0;
                assert!(log.head().position >= appended.position);
                told.extend((first..).zip(made.iter().map(|event| event.id)));
            }
            told
        })
    });
    let told = join_all(writers).await;
    told.into_iter().flat_map(Result::unwrap).collect()
}

fn assert_gapless(all: &[Arc<RecordedEvent>]) {
    assert_eq!(positions(all), (1..=all.len() as u64).collect::<Vec<_>>());
    assert!(all.is_sorted_by_key(|event| event.recorded_at));
    let mut streams: HashMap<_, Version> = HashMap::new();
    for event in all {
        let version = streams.entry(event.stream.clone()).or_default();
        assert_eq!(event.version, version.next(), "{}", event.stream);
        *version = event.version;
    }
}

pub async fn many_writers_leave_no_gap(store: &dyn Store) {
    let log = store.open().await;
    let told = write_much(&log).await;
    log.close().await;
    let all = whole(&*store.open().await).await;
    assert_gapless(&all);
    assert_eq!(told.len(), all.len());
    for event in all {
        assert_eq!(told.get(&event.position.0), Some(&event.id));
    }
}

/// Follows the log from the beginning as a subscription does, until it has so many events.
async fn follow(log: Arc<dyn EventLog>, limit: usize, upto: u64) {
    let mut head = log.watch_head();
    let mut after = Position::START;
    while after.0 < upto {
        let page = log.read(LogQuery::after(after, limit)).await.unwrap();
        for event in &page {
            assert_eq!(event.position, after.next());
            after = event.position;
        }
        if page.is_empty() && head.borrow_and_update().position <= after {
            head.changed().await.unwrap();
        }
    }
}

pub async fn readers_never_skip(store: &dyn Store) {
    let log = store.open().await;
    let total: usize = WRITERS * (0..APPENDS).map(|n| 1 + n % 3).sum::<usize>();
    let readers =
        [1, 7, 100, 1_000].map(|limit| tokio::spawn(follow(Arc::clone(&log), limit, total as u64)));
    write_much(&log).await;
    for reader in readers {
        reader.await.unwrap();
    }
    assert_eq!(log.head().position, Position(total as u64));
}

pub async fn one_of_many_writers_wins_a_version(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 1).await;
    for version in 1..=10 {
        let writers = (0..16).map(|_| {
            let log = Arc::clone(&log);
            let request = to("order-1", exact(version), vec![event("Moved")]);
            tokio::spawn(async move { log.append(request).await })
        });
        let answers = join_all(writers).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers
            .into_iter()
            .map(Result::unwrap)
            .partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 15));
        for refused in lost {
            let Err(AppendError::ExpectedVersionConflict { actual, .. }) = refused else {
                panic!("refused as {refused:?}");
            };
            assert_eq!(actual, Version(version + 1));
        }
    }
    let query = StreamQuery::from(stream("order-1"), Version(1), 100);
    assert_eq!(log.read_stream(query).await.unwrap().events.len(), 11);
}

pub async fn the_watch_tells_only_what_can_be_read(store: &dyn Store) {
    let log = store.open().await;
    let mut head = log.watch_head();
    let watcher = {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            let mut seen = Position::START;
            while seen < Position(200) {
                head.changed().await.unwrap();
                let told = head.borrow_and_update().position;
                // Whoever looks between a commit and its announcement is told of the same head again.
                assert!(told >= seen);
                let page = log.read(LogQuery::after(seen, 1_000)).await.unwrap();
                let last = page.last().map_or(seen, |event| event.position);
                assert!(last >= told);
                seen = told;
            }
        })
    };
    for _ in 0..100 {
        add(&*log, "order-1", "Made", 2).await;
    }
    watcher.await.unwrap();
}

pub async fn a_full_queue_refuses_at_once_and_loses_nothing(store: &dyn Store) {
    let few = Options {
        queue_appends: 4,
        ..Options::default()
    };
    let log = store.open_as(few).await;
    // In one turn of one task, so that the appender cannot keep up.
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

pub async fn a_refused_request_does_not_touch_its_neighbours(store: &dyn Store) {
    let log = store.open().await;
    let shared = event("Made");
    let mut stamped = to("order-5", Any, vec![event("Made")]);
    stamped.command = Some(command("Make"));
    let mut again = to("order-5", NoStream, vec![event("Made")]);
    again.command = stamped.command.clone();
    // Polled in order in one turn, so that they stand in the queue in order, most of them in one transaction.
    let requests = vec![
        to("order-1", NoStream, vec![event("Made")]),
        to("order-1", NoStream, vec![event("Made")]),
        to("order-2", NoStream, vec![shared.clone()]),
        to("order-3", NoStream, vec![shared.clone()]),
        to("order-2", NoStream, vec![shared.clone()]),
        to("order-4", NoStream, vec![]),
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
        None,
        Some((3, false)),
        Some((4, false)),
        Some((4, true)),
    ];
    assert_eq!(places, expected);
    assert_eq!(answers[1], Err(conflict("order-1", NoStream, 1)));
    assert!(matches!(answers[3], Err(AppendError::EventIdReused { .. })));
    assert!(matches!(answers[5], Err(AppendError::InvalidEvent(_))));
    assert_eq!(positions(&whole(&*log).await), [1, 2, 3, 4]);
}
