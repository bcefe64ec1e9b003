//! The ways of an order, from placed to its end.

use std::collections::BTreeSet;

use highwater::contract::OrderId;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::place::Place;
use super::worker::Worker;
use crate::write_side::{
    DECLINED_CARD, FLAKY_CARD, GOOD_CARD, WriteSide, order_stream, payment_stream, product_stream,
};

struct Shop {
    side: WriteSide,
    worker: Worker,
    _place: Place,
    _folder: TempDir,
}

impl Shop {
    async fn open(stock: &[(&str, u32)]) -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let side = WriteSide::open(folder.path()).await;
        for (sku, quantity) in stock {
            side.stock(sku, *quantity).await;
        }
        let mut place = Place::sqlite().await;
        let worker = place.open(&side.log, side.bus.clone()).await;
        Shop {
            side,
            worker,
            _place: place,
            _folder: folder,
        }
    }

    async fn placed(&mut self, card: &str, lines: &[(&str, u32)]) -> OrderId {
        let order_id = self.side.place(card, lines).await;
        self.worker.work().await.unwrap();
        order_id
    }

    async fn order(&self, order_id: OrderId) -> Vec<String> {
        self.side.types(&order_stream(order_id)).await
    }

    async fn payment(&self, order_id: OrderId) -> Vec<String> {
        self.side.types(&payment_stream(order_id)).await
    }

    /// What happened to a product after it was registered and received.
    async fn product(&self, sku: &str) -> Vec<String> {
        self.side.types(&product_stream(sku)).await.split_off(2)
    }

    async fn reason(&self, order_id: OrderId) -> String {
        let events = self.side.all().await;
        let cancelled = events
            .iter()
            .find(|event| {
                event.event_type == "OrderCancelled" && event.stream == order_stream(order_id)
            })
            .unwrap();
        let data: Value = serde_json::from_str(cancelled.data.get()).unwrap();
        data["reason"].as_str().unwrap().to_owned()
    }
}

const CONFIRMED: [&str; 4] = [
    "OrderPlaced",
    "OrderReserved",
    "OrderPaid",
    "OrderConfirmed",
];

#[tokio::test]
async fn an_order_is_confirmed_shipped_and_leaves_the_house() {
    let mut shop = Shop::open(&[("cup", 5), ("kettle", 1)]).await;
    let order_id = shop.placed(GOOD_CARD, &[("cup", 2), ("kettle", 1)]).await;
    assert_eq!(shop.order(order_id).await, CONFIRMED);
    assert_eq!(shop.payment(order_id).await, ["PaymentAuthorised"]);

    shop.side
        .send("ShipOrder", json!({"order_id": order_id}))
        .await
        .unwrap();
    shop.worker.work().await.unwrap();
    for sku in ["cup", "kettle"] {
        assert_eq!(
            shop.product(sku).await,
            ["StockReserved", "StockDispatched"]
        );
    }
}

#[tokio::test]
async fn a_processor_that_does_not_answer_is_asked_again() {
    let mut shop = Shop::open(&[("cup", 5)]).await;
    let order_id = shop.placed(FLAKY_CARD, &[("cup", 1)]).await;
    assert_eq!(shop.order(order_id).await, CONFIRMED);
    let attempts = [
        "PaymentAttemptFailed",
        "PaymentAttemptFailed",
        "PaymentAuthorised",
    ];
    assert_eq!(shop.payment(order_id).await, attempts);
}

#[tokio::test]
async fn a_declined_card_cancels_the_order_and_frees_its_stock() {
    let mut shop = Shop::open(&[("cup", 5)]).await;
    let order_id = shop.placed(DECLINED_CARD, &[("cup", 5)]).await;
    assert_eq!(
        shop.order(order_id).await,
        ["OrderPlaced", "OrderReserved", "OrderCancelled"]
    );
    assert_eq!(shop.reason(order_id).await, "payment_declined");
    assert_eq!(
        shop.product("cup").await,
        ["StockReserved", "StockReleased"]
    );

    let next = shop.placed(GOOD_CARD, &[("cup", 5)]).await;
    assert_eq!(shop.order(next).await, CONFIRMED);
}

#[tokio::test]
async fn what_is_out_of_stock_cancels_the_order_and_frees_the_rest() {
    let mut shop = Shop::open(&[("cup", 5), ("kettle", 1)]).await;
    let order_id = shop.placed(GOOD_CARD, &[("cup", 1), ("kettle", 2)]).await;
    assert_eq!(
        shop.order(order_id).await,
        ["OrderPlaced", "OrderCancelled"]
    );
    assert_eq!(shop.reason(order_id).await, "out_of_stock: kettle");
    assert_eq!(
        shop.product("cup").await,
        ["StockReserved", "StockReleased"]
    );
    assert_eq!(shop.product("kettle").await, ["StockReservationRejected"]);
    assert!(shop.payment(order_id).await.is_empty());
}

#[tokio::test]
async fn a_customer_who_cancels_gets_everything_back() {
    let mut shop = Shop::open(&[("cup", 5)]).await;
    let order_id = shop.placed(GOOD_CARD, &[("cup", 1)]).await;
    let cancel = json!({"order_id": order_id, "reason": "changed my mind"});
    shop.side.send("CancelOrder", cancel).await.unwrap();
    shop.worker.work().await.unwrap();
    assert_eq!(
        shop.product("cup").await,
        ["StockReserved", "StockReleased"]
    );
    assert_eq!(
        shop.payment(order_id).await,
        ["PaymentAuthorised", "PaymentVoided"]
    );
}

#[tokio::test]
async fn a_customer_may_cancel_before_the_process_has_seen_the_order() {
    let mut shop = Shop::open(&[("cup", 5)]).await;
    let order_id = shop.side.place(GOOD_CARD, &[("cup", 1)]).await;
    let cancel = json!({"order_id": order_id, "reason": "changed my mind"});
    shop.side.send("CancelOrder", cancel).await.unwrap();
    shop.worker.work().await.unwrap();
    assert_eq!(
        shop.product("cup").await,
        ["StockReserved", "StockReleased"]
    );
    assert!(shop.payment(order_id).await.is_empty());
}

/// Other programs may append what they like; an order that has ended does not begin again.
#[tokio::test]
async fn an_order_that_has_ended_does_not_begin_again() {
    let mut shop = Shop::open(&[("cup", 5)]).await;
    let order_id = shop.placed(DECLINED_CARD, &[("cup", 1)]).await;
    let before = shop.side.all().await;
    let placed = before
        .iter()
        .find(|event| event.event_type == "OrderPlaced")
        .unwrap();
    let data = serde_json::from_str(placed.data.get()).unwrap();
    shop.side
        .append_foreign(&order_stream(order_id), "OrderPlaced", data)
        .await;
    shop.worker.work().await.unwrap();
    assert_eq!(shop.side.all().await.len(), before.len() + 1);
}

#[tokio::test]
async fn a_conversation_is_one_from_the_click_to_the_end() {
    let mut shop = Shop::open(&[("cup", 5)]).await;
    shop.placed(GOOD_CARD, &[("cup", 1)]).await;
    let events = shop.side.all().await.split_off(2);
    let conversations: BTreeSet<_> = events
        .iter()
        .map(|event| event.metadata.correlation_id)
        .collect();
    assert_eq!(conversations.len(), 1, "{conversations:?}");

    let placed = events
        .iter()
        .find(|event| event.event_type == "OrderPlaced")
        .unwrap();
    let caused = shop.side.log.caused_by(placed.id.0, 10).await.unwrap();
    let types: Vec<&str> = caused
        .iter()
        .map(|event| event.event_type.as_str())
        .collect();
    assert_eq!(types, ["StockReserved"]);
    let command = caused[0].metadata.causation_id.unwrap();
    let record = shop
        .side
        .log
        .command(highwater::contract::CommandId(command))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (record.name.as_str(), record.causation_id),
        ("ReserveStock", Some(placed.id.0))
    );
}
