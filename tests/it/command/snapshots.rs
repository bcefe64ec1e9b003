//! Long streams: loading begins at a snapshot, and one that does not fit is as good as none.

use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;

use highwater::command::{CommandBus, Keeper, Snapshots};
use highwater::contract::{EventId, OrderId, StreamName, Version};
use highwater::convergence::Convergence;
use highwater::event_log::sqlite::SqliteSnapshots;
use highwater::event_log::{
    LogError, SharedLog, SharedSnapshots, Snapshot, SnapshotStore, StreamQuery,
};
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::counted::Counted;
use crate::support::PATIENCE;
use crate::write_side::{WriteSide, product_stream, refusal, send_as};

const NEWEST: Version = Version(u64::MAX);

/// A product with a long stream, and a place for its snapshots.
struct Long {
    side: WriteSide,
    store: SharedSnapshots,
    _folder: TempDir,
}

impl Long {
    /// Registered, and `deliveries` of one piece each.
    async fn new(deliveries: usize) -> Long {
        let folder = tempfile::tempdir().unwrap();
        let side = WriteSide::open(folder.path()).await;
        side.stock("cup", 0).await;
        side.deliver_foreign("cup", deliveries).await;
        let store = Arc::new(SqliteSnapshots::open(folder.path()).await.unwrap());
        Long {
            side,
            store,
            _folder: folder,
        }
    }

    /// A bus that has loaded nothing yet, as after a restart.
    fn restarted(&self, log: SharedLog) -> (CommandBus, Keeper) {
        let (snapshots, keeper) = Snapshots::new(log.clone(), self.store.clone());
        let convergence = Arc::new(Convergence::new(Vec::new()));
        (
            CommandBus::with_snapshots(log, snapshots, convergence),
            keeper,
        )
    }

    /// Loads the product, and lets the keeper run until the newest snapshot is at a version.
    async fn cover(&self, version: u64) {
        let (bus, keeper) = self.restarted(self.side.log.clone());
        let stop = CancellationToken::new();
        let running = tokio::spawn(keeper.run(stop.clone()));
        receive(&bus).await;
        let newest = || async { self.at_most(NEWEST).await.map(|snapshot| snapshot.version) };
        let reached = async {
            while newest().await != Some(Version(version)) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, reached).await;
        assert!(in_time.is_ok(), "the newest is {:?}", newest().await);
        stop.cancel();
        running.await.unwrap();
    }

    async fn at_most(&self, version: Version) -> Option<Snapshot> {
        let stream = product_stream("cup");
        self.store.newest(&stream, version).await.unwrap()
    }

    /// Keeps the newest snapshot again, changed.
    async fn tamper(&self, change: impl FnOnce(&mut Snapshot)) {
        let mut snapshot = self.at_most(NEWEST).await.unwrap();
        change(&mut snapshot);
        self.store.save(&snapshot, 1_000).await.unwrap();
    }

    /// Events that a bus which knows nothing reads of the stream for one command.
    async fn events_for_a_command(&self) -> usize {
        let (log, counted) = Counted::log(&self.side.log);
        let (bus, _keeper) = self.restarted(log);
        receive(&bus).await;
        counted.events_read()
    }
}

async fn receive(bus: &CommandBus) {
    let body = json!({"sku": "cup", "quantity": 1});
    send_as(bus, id(), "ReceiveStock", &body).await.unwrap();
}

fn id() -> highwater::contract::CommandId {
    highwater::contract::CommandId::generate()
}

/// Says that there are a million pieces, where there are not.
fn lie(snapshot: &mut Snapshot) {
    let state = snapshot.state.get();
    let on_hand = format!("\"on_hand\":{}", snapshot.version.0 - 1);
    assert!(state.contains(&on_hand), "{state}");
    let state = state.replace(&on_hand, "\"on_hand\":1000000");
    snapshot.state = serde_json::value::RawValue::from_string(state).unwrap();
}

/// Whether a bus that knows nothing promises a million pieces.
async fn is_fooled(long: &Long) -> bool {
    let (bus, _keeper) = long.restarted(long.side.log.clone());
    let body = json!({"sku": "cup", "order_id": OrderId::generate(), "quantity": 900_000});
    let receipt = send_as(&bus, id(), "ReserveStock", &body).await.unwrap();
    receipt.events[0].event_type == "StockReserved"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_after_a_restart_reads_only_what_follows_the_snapshot() {
    let long = Long::new(3_456).await;
    assert!(
        long.events_for_a_command().await > 3_456,
        "there was no snapshot"
    );
    long.cover(3_400).await;
    let read = long.events_for_a_command().await;
    // The first page, the event under the snapshot, and fewer than a hundred after it.
    assert!(read < 10 + 1 + 100, "{read} events were read");
    // The state is that of the whole stream: each event but the registration has brought one piece.
    let pieces = long.side.all().await.len() - 1;
    let (bus, _keeper) = long.restarted(long.side.log.clone());
    let reserve =
        |quantity| json!({"sku": "cup", "order_id": OrderId::generate(), "quantity": quantity});
    let much = send_as(&bus, id(), "ReserveStock", &reserve(pieces + 1)).await;
    assert_eq!(
        much.unwrap().events[0].event_type,
        "StockReservationRejected"
    );
    let all = send_as(&bus, id(), "ReserveStock", &reserve(pieces)).await;
    assert_eq!(all.unwrap().events[0].event_type, "StockReserved");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_snapshots_are_thinned_out_and_some_stay() {
    let long = Long::new(2_345).await;
    long.cover(2_300).await;
    let at_most = |version| {
        let long = &long;
        async move { long.at_most(Version(version)).await.map(|s| s.version.0) }
    };
    assert_eq!(at_most(999).await, None);
    assert_eq!(at_most(1_000).await, Some(1_000));
    assert_eq!(at_most(1_999).await, Some(1_000));
    assert_eq!(at_most(2_299).await, Some(2_000));
    assert_eq!(at_most(u64::MAX).await, Some(2_300));
    long.side.deliver_foreign("cup", 200).await;
    long.cover(2_500).await;
    assert_eq!(at_most(2_499).await, Some(2_000), "2,300 was passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_ask_for_snapshots_too() {
    let long = Long::new(0).await;
    let (bus, keeper) = long.restarted(long.side.log.clone());
    let stop = CancellationToken::new();
    let running = tokio::spawn(keeper.run(stop.clone()));
    for _ in 0..120 {
        receive(&bus).await;
    }
    let taken = async {
        while long.at_most(NEWEST).await.is_none() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, taken).await.unwrap();
    assert_eq!(long.at_most(NEWEST).await.unwrap().version, Version(100));
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_fits_is_believed() {
    let long = Long::new(150).await;
    long.cover(100).await;
    assert!(!is_fooled(&long).await);
    long.tamper(lie).await;
    assert!(
        is_fooled(&long).await,
        "the other tests prove nothing if this one is not"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_another_shape_is_ignored_and_an_older_one_replaced() {
    let long = Long::new(150).await;
    long.cover(100).await;
    for shape in [0, 99] {
        long.tamper(|snapshot| {
            snapshot.shape = shape;
            snapshot.state =
                serde_json::value::RawValue::from_string(r#"{"pieces":1}"#.to_owned()).unwrap();
        })
        .await;
        assert!(!is_fooled(&long).await, "shape {shape}");
    }
    // What a newer program took is left to it; what an older one took is taken anew.
    long.tamper(|snapshot| snapshot.shape = 0).await;
    long.side.deliver_foreign("cup", 100).await;
    long.cover(200).await;
    assert_eq!(long.at_most(NEWEST).await.unwrap().shape, 1);
    assert!(long.events_for_a_command().await < 111);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_does_not_parse_is_ignored_and_replaced() {
    let long = Long::new(150).await;
    long.cover(100).await;
    let garbage = || serde_json::value::RawValue::from_string("[7]".to_owned()).unwrap();
    long.tamper(|snapshot| snapshot.state = garbage()).await;
    assert!(!is_fooled(&long).await);
    long.side.deliver_foreign("cup", 100).await;
    long.cover(200).await;
    assert!(long.events_for_a_command().await < 111);
}

/// A log that was restored from a backup goes on differently than the one that the snapshot was taken of.
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_another_log_is_ignored() {
    let long = Long::new(150).await;
    long.cover(100).await;
    long.tamper(|snapshot| {
        lie(snapshot);
        snapshot.event_id = EventId::generate();
    })
    .await;
    assert!(!is_fooled(&long).await);
    // One that is ahead of the log, too, and it does not stay in the way of others.
    long.tamper(|snapshot| {
        snapshot.version = Version(5_000);
    })
    .await;
    assert!(!is_fooled(&long).await);
    long.cover(100).await;
    assert!(long.events_for_a_command().await < 111);
}

/// A place that fails whatever is asked of it.
struct Broken;

#[async_trait]
impl SnapshotStore for Broken {
    async fn newest(&self, _: &StreamName, _: Version) -> Result<Option<Snapshot>, LogError> {
        Err(LogError::Closed)
    }

    async fn save(&self, _: &Snapshot, _: u64) -> Result<(), LogError> {
        Err(LogError::Closed)
    }

    async fn forget(&self, _: &StreamName) -> Result<(), LogError> {
        Err(LogError::Closed)
    }

    async fn close(&self) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_stops_no_command() {
    let mut long = Long::new(150).await;
    long.store = Arc::new(Broken);
    let (bus, keeper) = long.restarted(long.side.log.clone());
    let stop = CancellationToken::new();
    let running = tokio::spawn(keeper.run(stop.clone()));
    receive(&bus).await;
    let body = json!({"sku": "cup", "order_id": OrderId::generate(), "quantity": 0});
    let refused = send_as(&bus, id(), "ReserveStock", &body).await;
    assert_eq!(refusal(refused), "quantity_zero");
    stop.cancel();
    running.await.unwrap();
}

/// Many buses over one log, some with snapshots that lag: the version check of the append still decides.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_aggregate_is_caught_by_the_log() {
    let long = Long::new(150).await;
    long.cover(100).await;
    let (one, _keeper) = long.restarted(long.side.log.clone());
    let (other, _keeper) = long.restarted(long.side.log.clone());
    for _ in 0..3 {
        receive(&one).await;
        receive(&other).await;
    }
    let stream = product_stream("cup");
    let slice = long
        .side
        .log
        .read_stream(StreamQuery::from(stream, Version(1), 1));
    // Registered, 150 deliveries, one by `cover`, and these.
    assert_eq!(slice.await.unwrap().version, Version(1 + 150 + 1 + 6));
}
