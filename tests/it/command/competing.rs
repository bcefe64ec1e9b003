//! Many commands for one aggregate at once.

use highwater::contract::{OrderId, Version};
use highwater::event_log::StreamQuery;
use serde_json::json;

use crate::write_side::{WriteSide, product_stream, send_as};

/// Stock for 40 orders and 100 orders for it, through two buses that do not know of each other: neither may sell
/// what the other has sold.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_promised_twice() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 40).await;
    let buses = [side.bus.clone(), WriteSide::another_bus(&side.log)];
    let senders = (0..100).map(|n| {
        let bus = buses[n % 2].clone();
        let body = json!({"sku": "cup", "order_id": OrderId::generate(), "quantity": 1});
        tokio::spawn(async move {
            // A conflict after all retries is an honest answer; whoever asks again gets through.
            loop {
                let id = highwater::contract::CommandId::generate();
                match send_as(&bus, id, "ReserveStock", &body).await {
                    Ok(receipt) => return receipt.events[0].event_type.clone(),
                    Err(highwater::command::CommandError::Conflict { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        })
    });
    let answers = futures_util::future::join_all(senders).await;
    let reserved = answers
        .iter()
        .filter(|answer| *answer.as_ref().unwrap() == "StockReserved");
    assert_eq!(reserved.count(), 40);
    let query = StreamQuery::from(product_stream("cup"), Version(1), 1);
    let slice = side.log.read_stream(query).await.unwrap();
    assert_eq!(slice.version, Version(102));
}

/// Commands to one stream queue up instead of colliding, so that none of many runs out of retries.
#[tokio::test(flavor = "multi_thread")]
async fn a_hot_stream_takes_everyone() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 0).await;
    let senders = (0..300).map(|_| {
        let bus = side.bus.clone();
        let body = json!({"sku": "cup", "quantity": 1});
        let id = highwater::contract::CommandId::generate();
        tokio::spawn(async move {
            send_as(&bus, id, "ReceiveStock", &body)
                .await
                .unwrap()
                .version
        })
    });
    let versions = futures_util::future::join_all(senders).await;
    let mut versions: Vec<u64> = versions
        .into_iter()
        .map(|version| version.unwrap().0)
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, (2..=301).collect::<Vec<_>>());
}
