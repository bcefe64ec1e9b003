//! The process goes on elsewhere when its server is killed, frozen or stopped.

use std::time::{Duration, Instant};
use tokio::task::block_in_place;

use super::traffic::{CARD, Traffic};
use super::{MOVED_WITHIN, Several, row_becomes};

/// Commands that an order takes to be confirmed.
const EACH: u64 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_whose_server_is_killed_goes_on_elsewhere() {
    let mut several = Several::start(3);
    let holder = several.holder("fulfilment").await;
    let traffic = Traffic::start(&several.apis).await;
    traffic.more(40).await;
    block_in_place(|| several.servers[holder].kill_9());
    let left = several.but(holder);
    goes_on(&several, left[0], &traffic).await;
    let second = several.holder_of("fulfilment", &left).await;
    assert_ne!(second, holder);
    // The one that was killed comes back and finds the work in other hands; then that one is killed as well.
    block_in_place(|| several.servers[holder].restart());
    several.apis[holder] = several.servers[holder].api();
    traffic.more(40).await;
    assert_eq!(several.holder("fulfilment").await, second);
    block_in_place(|| several.servers[second].kill_9());
    let left = several.but(second);
    goes_on(&several, left[0], &traffic).await;
    traffic.more(40).await;
    let orders = traffic.stop().await;
    for api in left.iter().map(|server| &several.apis[*server]) {
        for id in &orders {
            api.order_becomes(*id, "confirmed").await;
        }
        api.settled().await;
    }
    several.assert_done_once(&orders).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_whose_server_stops_goes_on_elsewhere_at_once() {
    let mut several = Several::start(2);
    let holder = several.holder("fulfilment").await;
    let traffic = Traffic::start(&several.apis).await;
    traffic.more(40).await;
    // Nothing is under way while we count.
    let mut orders = traffic.stop().await;
    for id in &orders {
        several.apis[holder].order_becomes(*id, "confirmed").await;
    }
    several.apis[holder].settled().await;
    let sent = several.commands_sent(&[holder]).await;
    let other = 1 - holder;
    assert_eq!(several.commands_sent(&[other]).await, 0);
    block_in_place(|| several.servers[holder].terminate());
    let stopped = Instant::now();
    let mine = format!("/{}/", several.servers[other].id());
    row_becomes(&several.apis[other], "fulfilment", |row| {
        row["owner"]
            .as_str()
            .is_some_and(|owner| owner.contains(&mine))
    })
    .await;
    // Sooner than a lease runs out.
    assert!(
        stopped.elapsed() < Duration::from_secs(3),
        "{:?}",
        stopped.elapsed()
    );
    let (id, _) = several.apis[other].order("mug", 1, CARD).await;
    several.apis[other].order_becomes(id, "confirmed").await;
    several.apis[other].settled().await;
    orders.push(id);
    // Over both servers each command was sent once.
    let sent = sent + several.commands_sent(&[other]).await;
    assert_eq!(sent, EACH * orders.len() as u64);
    several.assert_done_once(&orders).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_that_was_frozen_writes_nothing_when_it_goes_on() {
    let several = Several::start(2);
    let holder = several.holder("fulfilment").await;
    let other = 1 - holder;
    let traffic = Traffic::start(&several.apis[other..=other]).await;
    traffic.more(40).await;
    several.servers[holder].freeze();
    goes_on(&several, other, &traffic).await;
    traffic.more(20).await;
    several.servers[holder].go_on();
    assert_eq!(several.holder("fulfilment").await, other);
    let sent = several.commands_sent(&[holder]).await;
    traffic.more(40).await;
    let orders = traffic.stop().await;
    for api in &several.apis {
        for id in &orders {
            api.order_becomes(*id, "confirmed").await;
        }
        api.settled().await;
    }
    assert_eq!(several.commands_sent(&[holder]).await, sent);
    several.database.execute(
        "DO $$ BEGIN ASSERT (SELECT token FROM fulfilment_v2_checkpoint)
            = (SELECT token FROM leases WHERE consumer = 'fulfilment'); END $$",
    );
    several.assert_done_once(&orders).await;
}

/// An order that is placed after its server is gone is carried through in time.
async fn goes_on(several: &Several, server: usize, traffic: &Traffic) {
    let gone = Instant::now();
    let api = &several.apis[server];
    let (id, _) = api.order("mug", 1, CARD).await;
    api.order_becomes(id, "confirmed").await;
    assert!(gone.elapsed() < MOVED_WITHIN, "{:?}", gone.elapsed());
    traffic.placed_too(id);
}
