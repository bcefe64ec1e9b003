//! Whoever lost the lease writes nothing, whatever its own clock says; and a place that is made begins where a process of the
//! server's own had come.

use highwater::process_manager::fulfilment;
use highwater::subscription::Lease;
use std::path::Path;
use std::sync::Arc;

use crate::process_manager::{Outages, SharedPlace, Worker};
use crate::write_side::{GOOD_CARD, WriteSide, order_stream};

const CONFIRMED: [&str; 4] = [
    "OrderPlaced",
    "OrderReserved",
    "OrderPaid",
    "OrderConfirmed",
];

/// Commands that such an order takes.
const COMMANDS: usize = 5;

/// A log, and a place beside it.
struct Shop {
    side: WriteSide,
    place: SharedPlace,
}

impl Shop {
    async fn open() -> Shop {
        let place = SharedPlace::new().await;
        let side = WriteSide::over(Arc::new(place.log().await));
        side.stock("cup", 100).await;
        Shop { side, place }
    }

    /// A server's process.
    async fn worker(&self, lease: &Lease, folder: &Path) -> Worker {
        let (log, bus) = (&self.side.log, WriteSide::another_bus(&self.side.log));
        self.place.worker(lease, folder, log, bus).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_that_does_not_know_yet_writes_nothing() {
    let (shop, nowhere) = (Shop::open().await, Path::new("nowhere"));
    let (one, other) = (shop.place.lease("one"), shop.place.lease("other"));
    assert!(one.take().await.unwrap());
    assert!(!other.take().await.unwrap());
    let mut early = shop.worker(&one, nowhere).await;
    shop.side.place(GOOD_CARD, &[("cup", 1)]).await;
    early.work().await.unwrap();
    let order = shop.side.place(GOOD_CARD, &[("cup", 1)]).await;
    // As if its time was up by the database's clock, which is the one that counts.
    let run_out = "UPDATE leases SET until = now()";
    shop.place.database.execute(run_out);
    assert!(other.take().await.unwrap());
    assert!(one.token() < other.token());
    let mut late = shop.worker(&other, nowhere).await;
    // Nobody has claimed the place yet: the first writes, and does no harm.
    assert!(early.batch().await.unwrap());
    assert!(late.batch().await.unwrap());
    let error = early.batch().await.unwrap_err();
    assert!(error.message.contains("taken over"), "{error}");
    late.work().await.unwrap();
    assert_eq!(shop.side.types(&order_stream(order)).await, CONFIRMED);
    // Given back, it is anybody's at once, and older tokens stay void.
    other.release().await;
    assert_eq!(other.token(), None);
    assert!(late.batch().await.is_err());
    assert!(shop.place.lease("third").take().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shared_place_begins_where_the_servers_own_process_had_come() {
    let (shop, folder) = (Shop::open().await, tempfile::tempdir().unwrap());
    let bus = WriteSide::another_bus(&shop.side.log);
    let own = fulfilment::open(folder.path(), bus).await.unwrap();
    let mut own = Worker::over(own, &shop.side.log);
    let done = shop.side.place(GOOD_CARD, &[("cup", 1)]).await;
    own.work().await.unwrap();
    drop(own);
    let under_way = shop.side.place(GOOD_CARD, &[("cup", 1)]).await;
    let lease = shop.place.lease("one");
    assert!(lease.take().await.unwrap());
    // Nothing that was decided before is sent again: as much as the rest takes is all that the log takes.
    let (log, outages) = Outages::log(&shop.side.log);
    outages.refuse_after(COMMANDS);
    let bus = WriteSide::another_bus(&log);
    let mut shared = shop.place.worker(&lease, folder.path(), &log, bus).await;
    shared.work().await.unwrap();
    for order in [done, under_way] {
        assert_eq!(shop.side.types(&order_stream(order)).await, CONFIRMED);
    }
}
