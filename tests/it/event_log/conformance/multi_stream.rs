//! An append to several streams is made in all of them or in none.

use highwater::contract::{Position, Version};
use highwater::event_log::ExpectedVersion::{Any, NoStream};
use highwater::event_log::StreamAppended;

use crate::event_log::support::{
    Store, add, conflict, events, exact, part, positions, request, stream, whole,
};

fn appended(name: &str, first: u64, last: u64, position: u64) -> StreamAppended {
    StreamAppended {
        stream: stream(name),
        first_version: Version(first),
        last_version: Version(last),
        position: Position(position),
    }
}

pub async fn all_streams_are_written(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 2).await;
    let answer = log
        .append(request(vec![
            part("stock-1", NoStream, events("Reserved", 2)),
            part("order-1", exact(2), events("Moved", 1)),
        ]))
        .await
        .unwrap();
    assert_eq!(answer.first_position, Position(3));
    assert_eq!(answer.position, Position(5));
    let expected = vec![appended("stock-1", 1, 2, 4), appended("order-1", 3, 3, 5)];
    assert_eq!(answer.streams, expected);
    let names: Vec<_> = whole(&*log)
        .await
        .iter()
        .map(|e| e.stream.to_string())
        .collect();
    assert_eq!(
        names,
        ["order-1", "order-1", "stock-1", "stock-1", "order-1"]
    );
}

pub async fn one_conflict_refuses_all(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 1).await;
    let refused = log
        .append(request(vec![
            part("stock-1", Any, events("Reserved", 2)),
            part("order-1", exact(7), events("Moved", 1)),
            part("audit-1", Any, events("Noted", 1)),
        ]))
        .await;
    assert_eq!(refused, Err(conflict("order-1", exact(7), 1)));
    assert_eq!(positions(&whole(&*log).await), [1]);
    // The stream that was judged before the conflict is still new.
    let fresh = request(vec![part("stock-1", NoStream, events("Reserved", 1))]);
    assert_eq!(log.append(fresh).await.unwrap().position, Position(2));
}

pub async fn a_repetition_answers_for_all_streams(store: &dyn Store) {
    let log = store.open().await;
    let both = request(vec![
        part("stock-1", Any, events("Reserved", 2)),
        part("order-1", Any, events("Made", 3)),
    ]);
    let first = log.append(both.clone()).await.unwrap();
    let second = log.append(both).await.unwrap();
    assert!(second.duplicate);
    assert_eq!(second.streams, first.streams);
    assert_eq!(second.first_position, first.first_position);
    assert_eq!(second.position, first.position);
}
