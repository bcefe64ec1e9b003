//! Reading the log, a stream, one event, and what it caused.

use highwater::contract::{
    Direction, EventFilter, EventId, Position, RecordedEvent, Selection, Timestamp, Version,
};
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::{
    AppendRequest, EventLog, LogQuery, NewEvent, Options, StreamQuery, TailBounds,
};
use std::sync::Arc;
use uuid::Uuid;

use crate::event_log::support::{
    Store, add, command, event, events, positions, stream, to, versions, whole,
};

fn query(direction: Direction, after: Option<u64>, limit: usize) -> LogQuery {
    LogQuery {
        filter: EventFilter::default(),
        after: after.map(Position),
        limit,
        direction,
    }
}

async fn read(log: &dyn EventLog, query: LogQuery) -> Vec<u64> {
    positions(&log.read(query).await.unwrap())
}

/// Reads pages until one is empty.
async fn pages(log: &dyn EventLog, mut query: LogQuery) -> Vec<u64> {
    let mut all = Vec::new();
    loop {
        let page = read(log, query.clone()).await;
        assert!(page.len() <= query.limit);
        let Some(last) = page.last() else {
            return all;
        };
        query.after = Some(Position(*last));
        all.extend(page);
    }
}

pub async fn forward_pages_cover_the_log(store: &dyn Store) {
    let log = store.open().await;
    for n in 0..10 {
        add(&*log, &format!("order-{}", n % 3), "Made", 10).await;
    }
    let all: Vec<u64> = (1..=100).collect();
    assert_eq!(pages(&*log, query(Direction::Forward, None, 7)).await, all);
    assert_eq!(
        pages(&*log, query(Direction::Forward, Some(90), 7)).await,
        all[90..]
    );
    assert_eq!(
        read(&*log, query(Direction::Forward, Some(0), usize::MAX)).await,
        all
    );
}

pub async fn backward_pages_cover_the_log(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 100).await;
    let all: Vec<u64> = (1..=100).rev().collect();
    assert_eq!(pages(&*log, query(Direction::Backward, None, 7)).await, all);
    assert_eq!(
        pages(&*log, query(Direction::Backward, Some(31), 7)).await,
        all[70..]
    );
    assert_eq!(
        read(&*log, query(Direction::Backward, Some(u64::MAX), 200)).await,
        all
    );
    for beginning in [0, 1] {
        let page = query(Direction::Backward, Some(beginning), 7);
        assert!(read(&*log, page).await.is_empty());
    }
}

pub async fn a_page_beyond_the_head_is_empty(store: &dyn Store) {
    let log = store.open().await;
    for _ in 0..2 {
        for after in [log.head().position.0, 1_000, u64::MAX] {
            assert!(
                read(&*log, query(Direction::Forward, Some(after), 5))
                    .await
                    .is_empty()
            );
        }
        add(&*log, "order-1", "Made", 3).await;
    }
}

pub async fn a_limit_of_nothing_reads_nothing(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 3).await;
    for direction in [Direction::Forward, Direction::Backward] {
        assert!(read(&*log, query(direction, None, 0)).await.is_empty());
        let slice = log
            .read_stream(StreamQuery {
                stream: stream("order-1"),
                from: None,
                limit: 0,
                direction,
            })
            .await
            .unwrap();
        assert_eq!((slice.version, slice.events.len()), (Version(3), 0));
    }
    assert!(log.caused_by(Uuid::nil(), 0).await.unwrap().is_empty());
}

/// A log of 120 events: types and categories in turn, some in one conversation.
async fn mixed(log: &dyn EventLog) -> Uuid {
    let conversation = Uuid::now_v7();
    for n in 0..60 {
        let category = ["order", "product", "payment"][n % 3];
        let event_type = ["Made", "Moved", "Ended", "Noted"][n % 4];
        let mut pair = events(event_type, 2);
        if n % 5 == 0 {
            pair[0].metadata.correlation_id = Some(conversation);
        } else {
            pair[0].metadata.correlation_id = Some(Uuid::now_v7());
        }
        log.append(to(&format!("{category}-{n}"), Any, pair))
            .await
            .unwrap();
    }
    conversation
}

/// Checks a filter, both ways and in pages, against a walk over the whole log.
async fn check(log: &dyn EventLog, filter: EventFilter) -> usize {
    let mut wanted: Vec<u64> = whole(log)
        .await
        .iter()
        .filter(|event| filter.wants(event))
        .map(|event| event.position.0)
        .collect();
    for limit in [1, 4, 1_000] {
        let forward = LogQuery {
            filter: filter.clone(),
            ..query(Direction::Forward, None, limit)
        };
        assert_eq!(pages(log, forward).await, wanted, "{filter:?}");
    }
    wanted.reverse();
    let backward = LogQuery {
        filter: filter.clone(),
        ..query(Direction::Backward, None, 4)
    };
    assert_eq!(pages(log, backward).await, wanted, "{filter:?}");
    wanted.len()
}

fn of_type(event_type: &str) -> EventFilter {
    EventFilter {
        event_type: Some(event_type.to_owned()),
        ..EventFilter::default()
    }
}

pub async fn every_filter_reads_what_it_wants(store: &dyn Store) {
    let log = store.open().await;
    let conversation = mixed(&*log).await;
    let category = |name: &str| EventFilter {
        category: Some(name.to_owned()),
        ..EventFilter::default()
    };
    let correlation = |id| EventFilter {
        correlation_id: Some(id),
        ..EventFilter::default()
    };
    assert_eq!(check(&*log, of_type("Moved")).await, 30);
    assert_eq!(check(&*log, category("order")).await, 40);
    assert_eq!(check(&*log, correlation(conversation)).await, 12);
    for nothing in [of_type("moved"), category("orde"), correlation(Uuid::nil())] {
        assert_eq!(check(&*log, nothing).await, 0);
    }
}

pub async fn filters_combine(store: &dyn Store) {
    let log = store.open().await;
    let conversation = mixed(&*log).await;
    let middle = whole(&*log).await[60].recorded_at;
    let mut filter = of_type("Made");
    filter.category = Some("order".to_owned());
    assert_eq!(check(&*log, filter.clone()).await, 10);
    filter.correlation_id = Some(conversation);
    assert_eq!(check(&*log, filter.clone()).await, 1);
    filter.event_type = None;
    filter.from_time = Some(middle);
    assert_eq!(check(&*log, filter.clone()).await, 2);
    filter.category = Some("nobody".to_owned());
    assert_eq!(check(&*log, filter).await, 0);
}

pub async fn time_is_found_by_halving(store: &dyn Store) {
    let log = store.open().await;
    for n in 0..33 {
        add(&*log, &format!("order-{n}"), "Made", 1 + n % 3).await;
    }
    // Opened again, so that nothing comes from memory.
    log.close().await;
    let log = store.open().await;
    let since = |time: Timestamp| EventFilter {
        from_time: Some(time),
        ..EventFilter::default()
    };
    let all = whole(&*log).await;
    for event in all.iter().step_by(5) {
        let at = event.recorded_at.as_micros();
        for micros in [at - 1, at, at + 1] {
            check(&*log, since(Timestamp::from_micros(micros))).await;
        }
    }
    assert_eq!(
        check(&*log, since(Timestamp::from_micros(i64::MIN))).await,
        all.len()
    );
    assert_eq!(
        check(&*log, since(Timestamp::from_micros(i64::MAX))).await,
        0
    );
}

/// From memory, and opened again from disk.
pub async fn what_a_consumer_wants_is_counted_and_found(store: &dyn Store) {
    let log = store.open().await;
    mixed(&*log).await;
    check_selections(&*log).await;
    log.close().await;
    check_selections(&*store.open().await).await;
}

async fn check_selections(log: &dyn EventLog) {
    let set = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
    let selection = |types, categories| Selection { types, categories };
    let all = whole(log).await;
    let head = all.last().unwrap().position;
    for wanted in [
        Selection::default(),
        selection(set(&["Moved"]), None),
        selection(set(&["Moved", "Made", "Never"]), None),
        selection(None, set(&["order"])),
        selection(None, set(&["order", "nobody"])),
        selection(set(&["Made"]), set(&["order"])),
        selection(set(&[]), None),
    ] {
        for (after, upto) in [(0, head.0), (0, 40), (17, 63), (60, 60), (90, head.0 + 9)] {
            let (after, upto) = (Position(after), Position(upto));
            let in_stretch = |e: &&Arc<RecordedEvent>| {
                e.position > after && e.position <= upto && wanted.wants(e)
            };
            let expected = all.iter().filter(in_stretch).count();
            let counted = log.count(&wanted, after, upto).await.unwrap();
            assert_eq!(counted, expected as u64, "{wanted:?} {after} {upto}");
        }
        for after in [0, 1, 37, head.0 - 1, head.0, head.0 + 9].map(Position) {
            let expected = all.iter().find(|e| e.position > after && wanted.wants(e));
            let found = log.first(&wanted, after).await.unwrap();
            assert_eq!(found.as_ref(), expected, "{wanted:?} {after}");
        }
    }
}

pub async fn a_stream_is_read_both_ways(store: &dyn Store) {
    let log = store.open().await;
    for _ in 0..5 {
        add(&*log, "order-1", "Made", 2).await;
        add(&*log, "order-2", "Made", 1).await;
    }
    let read = async |from: Option<u64>, limit, direction| {
        let query = StreamQuery {
            stream: stream("order-1"),
            from: from.map(Version),
            limit,
            direction,
        };
        let slice = log.read_stream(query).await.unwrap();
        assert_eq!(slice.version, Version(10));
        assert!(
            slice
                .events
                .iter()
                .all(|event| event.stream == stream("order-1"))
        );
        versions(&slice.events)
    };
    use Direction::{Backward, Forward};
    assert_eq!(read(None, 3, Forward).await, [1, 2, 3]);
    assert_eq!(read(Some(0), 2, Forward).await, [1, 2]);
    assert_eq!(read(Some(9), 5, Forward).await, [9, 10]);
    assert!(read(Some(11), 5, Forward).await.is_empty());
    assert_eq!(read(None, 3, Backward).await, [10, 9, 8]);
    assert_eq!(read(Some(2), 5, Backward).await, [2, 1]);
    assert!(read(Some(0), 5, Backward).await.is_empty());
    assert_eq!(read(Some(u64::MAX), usize::MAX, Backward).await.len(), 10);
}

pub async fn a_missing_stream_has_no_version(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-1", "Made", 1).await;
    let query = StreamQuery::from(stream("order-2"), Version(1), 10);
    let slice = log.read_stream(query).await.unwrap();
    assert_eq!((slice.version, slice.events.len()), (Version::NONE, 0));
}

pub async fn one_event_is_found_by_its_id(store: &dyn Store) {
    let log = store.open().await;
    let made = event("Made");
    log.append(to("order-1", Any, vec![event("First"), made.clone()]))
        .await
        .unwrap();
    let found = log.event(made.id).await.unwrap().unwrap();
    assert_eq!((found.id, found.position), (made.id, Position(2)));
    assert_eq!(log.event(EventId::generate()).await, Ok(None));
}

async fn effects(log: &dyn EventLog, id: Uuid, limit: usize) -> Vec<u64> {
    let effects: Vec<Arc<RecordedEvent>> = log.caused_by(id, limit).await.unwrap();
    positions(&effects)
}

pub async fn effects_are_found_by_their_cause(store: &dyn Store) {
    let log = store.open().await;
    let cause = event("OrderPlaced");
    log.append(to("order-1", Any, vec![cause.clone()]))
        .await
        .unwrap();
    let caused = |by: Uuid| {
        let mut event: NewEvent = event("Effect");
        event.metadata.causation_id = Some(by);
        event
    };
    // By an event itself, among others that it did not cause.
    let direct = vec![event("Other"), caused(cause.id.0)];
    log.append(to("mail-1", Any, direct).clone()).await.unwrap();
    // Through a command, whose events name the command as their cause.
    let mut reserve = command("ReserveStock");
    reserve.causation_id = Some(cause.id.0);
    let decided = vec![caused(reserve.id.0), caused(reserve.id.0)];
    let request = AppendRequest {
        command: Some(reserve.clone()),
        ..to("stock-1", Any, decided)
    };
    log.append(request).await.unwrap();
    // Both at once is one effect.
    let mut twice = command("Note");
    twice.causation_id = Some(cause.id.0);
    let request = AppendRequest {
        command: Some(twice),
        ..to("audit-1", Any, vec![caused(cause.id.0)])
    };
    log.append(request).await.unwrap();

    assert_eq!(effects(&*log, cause.id.0, 10).await, [3, 4, 5, 6]);
    assert_eq!(effects(&*log, cause.id.0, 2).await, [3, 4]);
    assert_eq!(effects(&*log, reserve.id.0, 10).await, [4, 5]);
    assert!(effects(&*log, Uuid::nil(), 10).await.is_empty());
}

pub async fn a_small_tail_and_the_disk_make_one_log(store: &dyn Store) {
    let small = TailBounds {
        events: 5,
        bytes: usize::MAX,
    };
    let options = Options {
        tail: small,
        ..Options::default()
    };
    let log = store.open_as(options).await;
    for n in 0..30 {
        add(&*log, &format!("order-{n}"), "Made", 1).await;
    }
    for after in 0..=30 {
        let page = read(&*log, query(Direction::Forward, Some(after), 100)).await;
        assert_eq!(page, (after + 1..=30).collect::<Vec<_>>());
        let page = read(&*log, query(Direction::Backward, Some(after + 1), 8)).await;
        let expected: Vec<_> = (1..=after).rev().take(8).collect();
        assert_eq!(page, expected);
    }
}
