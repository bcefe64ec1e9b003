//! A command id is carried out once, however often it is sent.

use highwater::contract::{CommandId, OrderId};
use serde_json::json;

use crate::write_side::{GOOD_CARD, WriteSide, order, send_as};

#[tokio::test]
async fn the_second_time_answers_as_the_first_did() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    let id = CommandId::generate();
    let delivery = json!({"sku": "cup", "quantity": 1});
    let first = send_as(&side.bus, id, "ReceiveStock", &delivery)
        .await
        .unwrap();
    side.send("ReceiveStock", delivery.clone()).await.unwrap();

    for bus in [side.bus.clone(), WriteSide::another_bus(&side.log)] {
        let mut again = send_as(&bus, id, "ReceiveStock", &delivery).await.unwrap();
        assert!(again.duplicate);
        again.duplicate = false;
        assert_eq!(again, first);
    }
    assert_eq!(side.all().await.len(), 4);
}

/// Decided on the present state the command would be refused; but it was carried out before.
#[tokio::test]
async fn a_repetition_is_no_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    let id = CommandId::generate();
    let body = order(OrderId::generate(), GOOD_CARD, &[("cup", 2)]);
    let first = send_as(&side.bus, id, "PlaceOrder", &body).await.unwrap();
    for bus in [side.bus.clone(), WriteSide::another_bus(&side.log)] {
        let again = send_as(&bus, id, "PlaceOrder", &body).await.unwrap();
        assert!(again.duplicate);
        assert_eq!(again.events, first.events);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_carried_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    let id = CommandId::generate();
    let body = order(OrderId::generate(), GOOD_CARD, &[("cup", 2)]);
    // Two buses do not queue for each other, so that the log itself has to judge.
    let buses = [side.bus.clone(), WriteSide::another_bus(&side.log)];
    let senders = (0..20).map(|n| {
        let (bus, body) = (buses[n % 2].clone(), body.clone());
        tokio::spawn(async move { send_as(&bus, id, "PlaceOrder", &body).await.unwrap() })
    });
    let receipts = futures_util::future::join_all(senders).await;
    let receipts: Vec<_> = receipts
        .into_iter()
        .map(|receipt| receipt.unwrap())
        .collect();
    assert_eq!(
        receipts.iter().filter(|receipt| !receipt.duplicate).count(),
        1
    );
    assert!(
        receipts
            .iter()
            .all(|receipt| receipt.events == receipts[0].events)
    );
    assert_eq!(side.all().await.len(), 3);
}
