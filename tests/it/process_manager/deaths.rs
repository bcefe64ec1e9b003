//! The process dies at any moment and begins again; the database of the log fails and comes back. Nothing is lost and
//! nothing is done twice.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::task::Poll;

use highwater::contract::OrderId;
use highwater::event_log::SharedLog;
use serde_json::json;

use super::outages::Outages;
use super::place::{Place, on_each_database};
use super::worker::Worker;
use crate::write_side::{
    DECLINED_CARD, FLAKY_CARD, GOOD_CARD, WriteSide, order_stream, payment_stream, product_stream,
};

/// Runs a future for so many polls and drops it then, wherever it stands. `None`: it was dropped.
async fn killed_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// Orders of every kind, placed and not yet seen by the process.
struct Orders {
    good: Vec<OrderId>,
    flaky: OrderId,
    declined: OrderId,
    greedy: OrderId,
    regretted: OrderId,
}

impl Orders {
    async fn place(side: &WriteSide) -> Orders {
        side.stock("cup", 100).await;
        side.stock("kettle", 100).await;
        let both: &[(&str, u32)] = &[("cup", 1), ("kettle", 2)];
        let mut good = Vec::new();
        for _ in 0..4 {
            good.push(side.place(GOOD_CARD, both).await);
        }
        let orders = Orders {
            good,
            flaky: side.place(FLAKY_CARD, both).await,
            declined: side.place(DECLINED_CARD, both).await,
            greedy: side.place(GOOD_CARD, &[("cup", 1), ("kettle", 101)]).await,
            regretted: side.place(GOOD_CARD, &[("cup", 1)]).await,
        };
        let cancel = json!({"order_id": orders.regretted, "reason": "changed my mind"});
        side.send("CancelOrder", cancel).await.unwrap();
        orders
    }

    /// Every order has come to its end by exactly the events that it takes.
    async fn check(&self, side: &WriteSide) {
        let confirmed = [
            "OrderPlaced",
            "OrderReserved",
            "OrderPaid",
            "OrderConfirmed",
        ];
        for id in &self.good {
            assert_eq!(side.types(&order_stream(*id)).await, confirmed);
            assert_eq!(
                side.types(&payment_stream(*id)).await,
                ["PaymentAuthorised"]
            );
        }
        assert_eq!(side.types(&order_stream(self.flaky)).await, confirmed);
        let attempts = [
            "PaymentAttemptFailed",
            "PaymentAttemptFailed",
            "PaymentAuthorised",
        ];
        assert_eq!(side.types(&payment_stream(self.flaky)).await, attempts);
        assert_eq!(
            side.types(&payment_stream(self.declined)).await,
            ["PaymentDeclined"]
        );
        for (id, ways) in [
            (
                self.declined,
                vec!["OrderPlaced", "OrderReserved", "OrderCancelled"],
            ),
            (self.greedy, vec!["OrderPlaced", "OrderCancelled"]),
            (self.regretted, vec!["OrderPlaced", "OrderCancelled"]),
        ] {
            assert_eq!(side.types(&order_stream(id)).await, ways);
        }
        let counts = |types: Vec<String>| {
            let mut counts = BTreeMap::new();
            for event_type in types {
                *counts.entry(event_type).or_insert(0) += 1;
            }
            counts
        };
        let cups = counts(side.types(&product_stream("cup")).await);
        assert_eq!(
            (cups["StockReserved"], cups["StockReleased"]),
            (8, 3),
            "{cups:?}"
        );
        let kettles = counts(side.types(&product_stream("kettle")).await);
        let kettles = (
            kettles["StockReserved"],
            kettles["StockReleased"],
            kettles["StockReservationRejected"],
        );
        assert_eq!(kettles, (6, 1, 1));
    }
}

on_each_database! {
    killed_at_any_point_it_finishes_and_does_nothing_twice,
    commands_that_could_not_be_sent_are_sent_later,
    from_an_earlier_state_it_does_nothing_twice,
}

async fn killed_at_any_point_it_finishes_and_does_nothing_twice(mut place: Place) {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    let orders = Orders::place(&side).await;
    let mut deaths = 0;
    for polls in 0.. {
        // A bus of its own, too: what was in memory is gone with the process.
        let bus = WriteSide::another_bus(&side.log);
        let mut worker = place.open(&side.log, bus).await;
        match killed_after(polls, worker.work()).await {
            Some(Ok(())) => break,
            // What a dead process had handed to SQLite may land after the next one has begun: it notices.
            Some(Err(error)) => assert!(error.message.contains("checkpoint"), "{error}"),
            None => deaths += 1,
        }
    }
    assert!(deaths > 10, "it died {deaths} times only");
    orders.check(&side).await;
}

/// Dies each time after the state is stored and before anything is sent: the log takes nothing at that moment.
async fn commands_that_could_not_be_sent_are_sent_later(mut place: Place) {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    let orders = Orders::place(&side).await;
    let (log, outages) = Outages::log(&side.log);
    let mut failures = 0;
    for round in 0..1_000 {
        let mut worker = open(&mut place, &log).await;
        outages.refuse_after(round % 3);
        if worker.batch().await.is_err() {
            failures += 1;
            outages.recover();
            // The same process tries again, or a new one after a crash.
            let mut worker = match round % 2 {
                0 => worker,
                _ => open(&mut place, &log).await,
            };
            worker.batch().await.expect("the log is back");
        }
        outages.recover();
        if !open(&mut place, &log).await.batch().await.unwrap() {
            break;
        }
    }
    assert!(failures > 3, "the log failed {failures} times only");
    orders.check(&side).await;
}

async fn open(place: &mut Place, log: &SharedLog) -> Worker {
    place.open(log, WriteSide::another_bus(log)).await
}

/// The process's place from an earlier time, as after a lost disk cache: it goes its way again, and everything that it sends
/// was carried out before.
async fn from_an_earlier_state_it_does_nothing_twice(mut place: Place) {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    let orders = Orders::place(&side).await;
    open(&mut place, &side.log).await.work().await.unwrap();
    let events = side.all().await.len();

    let mut empty = place.another().await;
    open(&mut empty, &side.log).await.work().await.unwrap();
    assert_eq!(side.all().await.len(), events);
    orders.check(&side).await;
}
