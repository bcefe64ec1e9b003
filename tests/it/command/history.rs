//! Aggregates as they were: at every point of a random history, by every way of naming it, what a plain fold gives.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use highwater::command::{History, HistoryError, Keeper, Moment, Snapshots};
use highwater::contract::{
    AggregateAt, EventId, Metadata, OrderId, Position, RecordedEvent, StreamName, Timestamp,
    Version,
};
use highwater::domain::Aggregate;
use highwater::domain::inventory::Product;
use highwater::domain::orders::Order;
use highwater::event_log::sqlite::{SqliteLog, SqliteSnapshots};
use highwater::event_log::{
    AppendRequest, ExpectedVersion, LogQuery, NewEvent, Options, SharedLog, SnapshotStore,
    StreamAppend,
};
use highwater::schema::{DomainEvent, decode};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::counted::Counted;
use crate::support::PATIENCE;
use crate::write_side::{WriteSide, order_stream, product_stream};

/// What happens: to which stream, what, how much, and how many microseconds after the event before.
type Happening = (usize, usize, u32, i64);

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    // Mostly to the first stream, so that it gets long enough for snapshots.
    let stream = prop_oneof![8 => Just(0usize), 1 => 1..3usize];
    proptest::collection::vec((stream, 0..5usize, 1..9u32, 0..3i64), 160..220)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]
    #[test]
    fn every_point_of_a_history_is_what_a_plain_fold_gives(happenings in happenings()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(compare(&happenings));
    }
}

async fn compare(happenings: &[Happening]) {
    let folder = tempfile::tempdir().unwrap();
    let log = happened(folder.path(), happenings).await;
    let all = log
        .read(LogQuery::after(Position::START, 10_000))
        .await
        .unwrap();
    let store = Arc::new(SqliteSnapshots::open(folder.path()).await.unwrap());
    let (snapshots, keeper) = Snapshots::new(log.clone(), store.clone());
    let history = History::new(log.clone(), snapshots.clone());
    fill(&log, snapshots, keeper, &*store, Version(100)).await;
    for stream in streams() {
        check(&history, &stream, &all).await;
    }
}

/// Lets the keeper take what the first stream wants, up to a version.
async fn fill(
    log: &SharedLog,
    snapshots: Snapshots,
    keeper: Keeper,
    store: &dyn SnapshotStore,
    version: Version,
) {
    let stop = CancellationToken::new();
    let running = tokio::spawn(keeper.run(stop.clone()));
    let convergence = Arc::new(highwater::convergence::Convergence::new(Vec::new()));
    let bus = highwater::command::CommandBus::with_snapshots(log.clone(), snapshots, convergence);
    let [first, ..] = streams();
    // A command that is refused has loaded the stream all the same, and appends nothing.
    let body = json!({"sku": "cup", "order_id": OrderId(uuid::Uuid::from_u128(1)), "quantity": 0});
    let id = highwater::contract::CommandId::generate();
    let refused = crate::write_side::send_as(&bus, id, "ReserveStock", &body).await;
    assert!(refused.is_err());
    let newest = || async {
        let newest = store.newest(&first, Version(u64::MAX)).await.unwrap();
        newest.map(|snapshot| snapshot.version)
    };
    let taken = async {
        while newest().await < Some(version) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.unwrap();
    stop.cancel();
    running.await.unwrap();
}

/// Asks for every position, version and time of the log, and compares.
async fn check(history: &History, stream: &StreamName, all: &[Arc<RecordedEvent>]) {
    let own: Vec<_> = all
        .iter()
        .filter(|e| e.stream == *stream)
        .cloned()
        .collect();
    let upto = |wanted: &dyn Fn(&RecordedEvent) -> bool| {
        own.iter().take_while(|event| wanted(event)).count()
    };
    for position in 0..=all.len() as u64 {
        let version = upto(&|event| event.position.0 <= position);
        let moment = Moment::Position(Position(position));
        let at = history.at(stream, moment).await;
        expect(at, &own, version, position);
    }
    for event in all {
        let version = upto(&|own| own.recorded_at <= event.recorded_at);
        let as_of = all.iter().rposition(|e| e.recorded_at <= event.recorded_at);
        let at = history.at(stream, Moment::Time(event.recorded_at)).await;
        expect(at, &own, version, as_of.unwrap() as u64 + 1);
    }
    for (version, event) in (1..).zip(&own) {
        let at = history.at(stream, Moment::Version(Version(version))).await;
        expect(at, &own, version as usize, event.position.0);
    }
    let now = history.at(stream, Moment::Now).await;
    expect(now, &own, own.len(), all.len() as u64);
}

fn expect(
    at: Result<AggregateAt, HistoryError>,
    own: &[Arc<RecordedEvent>],
    version: usize,
    as_of: u64,
) {
    match at {
        Ok(at) => {
            let last = &own[version - 1];
            assert_eq!(at.version, last.version);
            assert_eq!(
                (at.position, at.recorded_at),
                (last.position, last.recorded_at)
            );
            assert_eq!((at.as_of.0, at.head_version.0), (as_of, own.len() as u64));
            assert_eq!(at.state, fold(&own[..version]), "{} v{version}", at.stream);
        }
        Err(HistoryError::NotYet { as_of: said, .. }) => {
            assert_eq!((version, said.0), (0, as_of));
        }
        Err(HistoryError::NoStream(_)) => assert_eq!(own.len(), 0),
        Err(error) => panic!("{error}"),
    }
}

/// The state that events make, with nothing between: no pages, no snapshots.
fn fold(events: &[Arc<RecordedEvent>]) -> Value {
    let (mut order, mut product) = (Order::default(), Product::default());
    for event in events {
        match decode(event).unwrap().unwrap() {
            DomainEvent::Order(event) => order.evolve(&event),
            DomainEvent::Product(event) => product.evolve(&event),
            DomainEvent::Payment(_) => panic!("no payment happened"),
        }
    }
    match events[0].stream.category() {
        "order" => serde_json::to_value(order).unwrap(),
        _ => serde_json::to_value(product).unwrap(),
    }
}

fn streams() -> [StreamName; 3] {
    let order = |n| order_stream(OrderId(uuid::Uuid::from_u128(n)));
    [product_stream("cup"), product_stream("pot"), order(1)]
}

fn event_of(&(stream, kind, quantity, _): &Happening) -> (&'static str, Value) {
    let order_id = OrderId(uuid::Uuid::from_u128(stream as u128 + kind as u128));
    let price = json!({"amount": quantity, "currency": "EUR"});
    if stream >= 2 {
        return match kind {
            0 => (
                "OrderPlaced",
                json!({"order_id": order_id, "customer": "Ada", "lines": [], "total": price, "card": "4242********4242"}),
            ),
            1 => ("OrderReserved", json!({"order_id": order_id})),
            2 => ("OrderConfirmed", json!({"order_id": order_id})),
            3 => ("OrderShipped", json!({"order_id": order_id})),
            _ => (
                "OrderCancelled",
                json!({"order_id": order_id, "reason": "late"}),
            ),
        };
    }
    let sku = ["cup", "pot"][stream];
    let of_order = json!({"sku": sku, "order_id": order_id, "quantity": quantity});
    match kind {
        0 => (
            "ProductRegistered",
            json!({"sku": sku, "name": "It", "unit_price": price}),
        ),
        1 => ("StockReceived", json!({"sku": sku, "quantity": quantity})),
        2 => ("StockReserved", of_order),
        3 => ("StockReleased", of_order),
        _ => ("StockDispatched", of_order),
    }
}

/// A log in which all that has happened, one event after the other, some at the same time.
async fn happened(folder: &std::path::Path, happenings: &[Happening]) -> SharedLog {
    let clock = Arc::new(AtomicI64::new(1_700_000_000_000_000));
    let time = clock.clone();
    let options = Options {
        clock: Arc::new(move || Timestamp::from_micros(time.load(Ordering::SeqCst))),
        ..Options::default()
    };
    let log: SharedLog = Arc::new(SqliteLog::open(folder, options).await.unwrap());
    for happening in happenings {
        clock.fetch_add(happening.3, Ordering::SeqCst);
        let (event_type, data) = event_of(happening);
        let event = NewEvent {
            id: EventId::generate(),
            event_type: event_type.to_owned(),
            schema_version: 1,
            data: serde_json::value::to_raw_value(&data).unwrap(),
            metadata: Metadata::default(),
        };
        let append = StreamAppend {
            stream: streams()[happening.0].clone(),
            expected: ExpectedVersion::Any,
            events: vec![event],
        };
        let request = AppendRequest {
            appends: vec![append],
            command: None,
        };
        log.append(request).await.unwrap();
    }
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_back_reads_no_more_than_lies_between_two_snapshots() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 0).await;
    side.deliver_foreign("cup", 3_499).await;
    let store = Arc::new(SqliteSnapshots::open(folder.path()).await.unwrap());
    let log: SharedLog = side.log.clone();
    let (snapshots, keeper) = Snapshots::new(log.clone(), store.clone());
    fill(&log, snapshots, keeper, &*store, Version(3_000)).await;
    let (log, counted) = Counted::log(&log);
    let (snapshots, _keeper) = Snapshots::new(log.clone(), store);
    let history = History::new(log, snapshots);
    let stream = product_stream("cup");
    let at = history.at(&stream, Moment::Version(Version(2_500))).await;
    assert_eq!(at.unwrap().state["on_hand"], 2_499);
    let read = counted.events_read();
    // The last event, the one under the snapshot, and 500 from there on.
    assert_eq!(read, 1 + 1 + 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steps_around_a_version_say_what_each_changed() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    side.deliver_foreign("cup", 48).await;
    let history = History::new(side.log.clone(), Snapshots::none());
    let stream = product_stream("cup");
    let around = history
        .around(&stream, Moment::Version(Version(20)), 3)
        .await;
    let around = around.unwrap();
    let versions: Vec<u64> = around.steps.iter().map(|step| step.version.0).collect();
    assert_eq!(versions, (17..=23).collect::<Vec<_>>());
    let step = around.step().unwrap();
    assert_eq!(
        (step.event_type.as_str(), step.version.0),
        ("StockReceived", 20)
    );
    let [change] = step.changes.as_slice() else {
        panic!("{step:?}")
    };
    assert_eq!(change.path, "on_hand");
    assert_eq!(
        (&change.before, &change.after),
        (&Some(json!(22)), &Some(json!(23)))
    );
    let first = history
        .around(&stream, Moment::Version(Version(1)), 0)
        .await;
    let first = first.unwrap();
    let paths: Vec<&str> = first.steps[0]
        .changes
        .iter()
        .map(|c| c.path.as_str())
        .collect();
    assert_eq!(paths, ["listing", "on_hand", "reserved", "reservations"]);
    let now = history.around(&stream, Moment::Now, 3).await.unwrap();
    assert_eq!(now.steps.len(), 4, "three before, and nothing after");
    assert!(!now.at.is_past());
}
