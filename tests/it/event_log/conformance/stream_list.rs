//! The list of streams.

use highwater::contract::Position;
use highwater::event_log::{EventLog, StreamSummary, StreamsQuery};

use crate::event_log::support::{Store, add, stream};

fn query(category: Option<&str>, prefix: Option<&str>) -> StreamsQuery {
    StreamsQuery {
        category: category.map(str::to_owned),
        prefix: prefix.map(str::to_owned),
        after: None,
        limit: 100,
    }
}

async fn names(log: &dyn EventLog, query: StreamsQuery) -> Vec<String> {
    let streams = log.streams(query).await.unwrap();
    streams.into_iter().map(|s| s.stream.to_string()).collect()
}

pub async fn streams_are_listed_by_name(store: &dyn Store) {
    let log = store.open().await;
    assert!(names(&*log, query(None, None)).await.is_empty());
    add(&*log, "order-2", "Made", 2).await;
    add(&*log, "order-1", "Made", 1).await;
    add(&*log, "order-2", "Moved", 1).await;
    add(&*log, "Zebra-1", "Seen", 1).await;
    let list = log.streams(query(None, None)).await.unwrap();
    let seen: Vec<_> = list
        .iter()
        .map(|s| (s.stream.as_str(), s.version.0, s.last_position.0))
        .collect();
    assert_eq!(
        seen,
        [("Zebra-1", 1, 5), ("order-1", 1, 3), ("order-2", 3, 4)]
    );
    let last = StreamSummary {
        last_at: log.head().recorded_at.unwrap(),
        ..list[0].clone()
    };
    assert_eq!(last.last_position, Position(5));
    assert_eq!(list[0], last);
}

pub async fn categories_and_prefixes_narrow_the_list(store: &dyn Store) {
    let log = store.open().await;
    let all = [
        "order",
        "order!x",
        "order-",
        "order-1",
        "order-12",
        "order-é",
        "orders-1",
        "product-1",
    ];
    for name in all {
        add(&*log, name, "Made", 1).await;
    }
    let found = names(&*log, query(Some("order"), None)).await;
    assert_eq!(found, ["order", "order-", "order-1", "order-12", "order-é"]);
    let found = names(&*log, query(Some("order"), Some("order-1"))).await;
    assert_eq!(found, ["order-1", "order-12"]);
    let found = names(&*log, query(None, Some("order"))).await;
    assert_eq!(found.len(), 7);
    let found = names(&*log, query(None, Some("order-é"))).await;
    assert_eq!(found, ["order-é"]);
    for nothing in [
        query(Some("orde"), None),
        query(Some("order-1"), None),
        query(None, Some("x")),
    ] {
        assert!(names(&*log, nothing).await.is_empty());
    }
    assert_eq!(
        names(&*log, query(Some(""), Some(""))).await,
        Vec::<String>::new()
    );
    // A name that begins with a dash has the empty category.
    add(&*log, "-odd", "Made", 1).await;
    assert_eq!(names(&*log, query(Some(""), None)).await, ["-odd"]);
}

pub async fn pages_cover_the_list(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order", "Made", 1).await;
    for n in 0..25 {
        add(&*log, &format!("order-{n:02}"), "Made", 1).await;
        add(&*log, &format!("product-{n:02}"), "Made", 1).await;
    }
    let mut pages = Vec::new();
    let mut page = StreamsQuery {
        limit: 4,
        ..query(Some("order"), None)
    };
    loop {
        let found = names(&*log, page.clone()).await;
        let Some(last) = found.last() else {
            break;
        };
        assert!(found.len() <= 4);
        page.after = Some(stream(last));
        pages.extend(found);
    }
    let expected: Vec<_> = std::iter::once("order".to_owned())
        .chain((0..25).map(|n| format!("order-{n:02}")))
        .collect();
    assert_eq!(pages, expected);
}
