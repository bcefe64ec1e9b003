use highwater::contract::{Position, Sku};
use highwater::projection::ProjectionError;
use serde_json::json;

use super::shop::Shop;
use super::story::{Story, order};

fn sku(text: &str) -> Sku {
    Sku::try_new(text).unwrap()
}

fn pieces(quantity: u32) -> serde_json::Value {
    json!({ "order_id": order(1), "quantity": quantity, "available": 0 })
}

#[tokio::test]
async fn stock_is_what_came_in_and_what_is_promised() {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_000);
    story.of_product("kettle", "StockReceived", pieces(10));
    story.of_product("kettle", "StockReserved", pieces(3));
    story.of_product("kettle", "StockReserved", pieces(2));
    story.of_product("kettle", "StockReleased", pieces(2));
    story.of_product("kettle", "StockReserved", pieces(1));
    let last = story.of_product("kettle", "StockDispatched", pieces(3));
    story.of_product("kettle", "StockReservationRejected", pieces(99));
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let found = shop
        .models
        .stock
        .get(&sku("kettle"), story.head())
        .await
        .unwrap();
    let found = found.unwrap();
    assert_eq!(found.freshness.as_of, story.head());
    let row = found.item;
    assert_eq!((row.on_hand, row.reserved, row.available), (7, 1, 6));
    assert_eq!(
        (row.name.as_str(), row.unit_price.amount),
        ("Kettle", 4_000)
    );
    assert_eq!(row.position, last);
    let other = shop
        .models
        .stock
        .get(&sku("mug"), story.head())
        .await
        .unwrap();
    assert_eq!(other, None);
}

#[tokio::test]
async fn events_that_contradict_each_other_stop_nothing() {
    let mut story = Story::new();
    story.of_product("kettle", "StockDispatched", pieces(5));
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let stock = &shop.models.stock;
    let key = sku("kettle");
    assert_eq!(stock.get(&key, story.head()).await.unwrap(), None);
    assert_eq!(stock.list(None, 10, story.head()).await.unwrap().items, []);
    story.registered("kettle", "Kettle", 4_000);
    story.of_product("kettle", "StockReceived", pieces(8));
    shop.follow(&story).await;
    let row = shop.models.stock.get(&key, story.head()).await.unwrap();
    let row = row.unwrap().item;
    assert_eq!((row.on_hand, row.reserved, row.available), (3, 0, 3));
}

#[tokio::test]
async fn the_list_is_by_sku_and_in_pages() {
    let mut story = Story::new();
    for name in ["tea", "mug", "kettle", "Cup", "a-1"] {
        story.registered(name, name, 100);
    }
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let stock = &shop.models.stock;
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = stock
            .list(cursor.as_deref(), 2, story.head())
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|row| row.name));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["Cup", "a-1", "kettle", "mug", "tea"]);
    for text in ["", "kettle", "sku-", "sku-a b", "newest-1"] {
        let answer = stock.list(Some(text), 2, story.head()).await;
        assert!(
            matches!(answer, Err(ProjectionError::BadCursor(_))),
            "{text}"
        );
    }
}

#[tokio::test]
async fn changes_come_in_order() {
    let mut story = Story::new();
    for name in ["tea", "mug", "kettle"] {
        story.registered(name, name, 100);
    }
    story.of_product("tea", "StockReceived", pieces(8));
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let stock = &shop.models.stock;
    let changes = stock.changed_since(Position(1), 100).await.unwrap();
    let names: Vec<_> = changes.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["mug", "kettle", "tea"]);
    assert_eq!(changes.upto, story.head());
    let cut = stock.changed_since(Position::START, 1).await.unwrap();
    assert_eq!((cut.rows.len(), cut.upto), (1, Position(2)));
}
