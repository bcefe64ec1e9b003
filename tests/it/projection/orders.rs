use highwater::contract::{
    CommandId, OrderCounts, OrderQuery, OrderRow, OrderSort, OrderStatus, Position,
};
use highwater::projection::ProjectionError;
use serde_json::json;

use super::shop::Shop;
use super::story::{Story, euros, order, place_order_of};

/// An order from the first event to the last, with all that happens around it.
fn life_of_an_order() -> Story {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_200);
    story.of_product("kettle", "StockReceived", json!({ "quantity": 9 }));
    story.placed(1, "Ada", &[("kettle", 2, 4_200), ("mug", 1, 50)]);
    let pieces = json!({ "order_id": order(1), "quantity": 2 });
    story.of_product("kettle", "StockReserved", pieces.clone());
    story.of_order(1, "OrderReserved", json!({}));
    let failed = json!({ "attempt": 1, "reason": "card_processor_unavailable" });
    story.of_payment(1, "PaymentAttemptFailed", failed);
    let authorised = json!({ "amount": euros(8_450), "attempt": 2 });
    story.of_payment(1, "PaymentAuthorised", authorised);
    story.of_order(1, "OrderPaid", json!({ "amount": euros(8_450) }));
    story.of_order(1, "OrderConfirmed", json!({}));
    story.of_product("kettle", "StockDispatched", pieces);
    story.of_order(1, "OrderShipped", json!({}));
    story
}

#[tokio::test]
async fn an_order_has_its_row_and_its_history_across_all_streams() {
    let story = life_of_an_order();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let found = shop
        .models
        .orders
        .get(order(1), Position(20))
        .await
        .unwrap();
    let found = found.unwrap();
    assert_eq!(found.freshness.as_of, story.head());
    assert_eq!(found.freshness.lag_events, 9);
    let row = &found.item.row;
    assert_eq!(row.status, OrderStatus::Shipped);
    assert_eq!(row.cancel_reason, None);
    assert_eq!(row.units(), 3);
    assert_eq!(row.total.amount, 8_450);
    assert_eq!(row.lines[1].name, "MUG");
    assert_eq!(row.placed_position, Position(3));
    assert_eq!(row.position, story.head());
    assert_eq!(row.placed_at, story.events[2].recorded_at);
    assert_eq!(row.updated_at, story.now());
    assert_eq!(row.placed_by, Some(CommandId(place_order_of(1))));
    let history: Vec<_> = found
        .item
        .history
        .iter()
        .map(|entry| (&*entry.event_type, &*entry.summary))
        .collect();
    assert_eq!(
        history,
        [
            ("OrderPlaced", "2 lines, card ending 4242"),
            ("StockReserved", "kettle ×2"),
            ("OrderReserved", ""),
            (
                "PaymentAttemptFailed",
                "attempt 1, card processor unavailable"
            ),
            ("PaymentAuthorised", "€84.50, attempt 2"),
            ("OrderPaid", "€84.50"),
            ("OrderConfirmed", ""),
            ("StockDispatched", "kettle ×2"),
            ("OrderShipped", ""),
        ]
    );
    let third = &found.item.history[3];
    let event = &story.events[5];
    assert_eq!(third.event_id, event.id);
    assert_eq!(third.stream, event.stream);
    assert_eq!(third.position, event.position);
    assert_eq!(third.version, event.version);
    assert_eq!(third.recorded_at, event.recorded_at);
}

#[tokio::test]
async fn a_cancelled_order_says_why() {
    let mut story = Story::new();
    story.placed(1, "Ada", &[("kettle", 3, 100)]);
    let rejected = json!({ "order_id": order(1), "quantity": 3, "available": 1 });
    story.of_product("kettle", "StockReservationRejected", rejected);
    story.cancelled(1, "out_of_stock: kettle");
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let found = shop
        .models
        .orders
        .get(order(1), story.head())
        .await
        .unwrap();
    let found = found.unwrap().item;
    assert_eq!(found.row.status, OrderStatus::Cancelled);
    assert_eq!(
        found.row.cancel_reason.as_deref(),
        Some("out_of_stock: kettle")
    );
    assert_eq!(found.history[1].summary, "kettle ×3, 1 available");
    assert_eq!(found.history[2].summary, "out of stock: kettle");
}

#[tokio::test]
async fn what_is_said_about_an_order_that_was_never_placed_makes_no_order() {
    let mut story = Story::new();
    let pieces = json!({ "order_id": order(1), "quantity": 2 });
    story.of_product("kettle", "StockReserved", pieces);
    story.of_order(1, "OrderPaid", json!({ "amount": euros(5) }));
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let orders = &shop.models.orders;
    assert_eq!(orders.get(order(1), story.head()).await.unwrap(), None);
    let view = orders
        .list(&OrderQuery::default(), story.head())
        .await
        .unwrap();
    assert_eq!(view.listing.items, []);
    assert_eq!(view.counts, OrderCounts::default());
    // Placed after all, it has its whole history.
    story.placed(1, "Ada", &[("kettle", 2, 100)]);
    shop.follow(&story).await;
    let found = shop
        .models
        .orders
        .get(order(1), story.head())
        .await
        .unwrap();
    let found = found.unwrap().item;
    assert_eq!(found.row.status, OrderStatus::Placed);
    assert_eq!(found.history.len(), 3);
}

/// Ten orders of two customers; the even ones are Grace's, every third is cancelled.
fn ten_orders() -> Story {
    let mut story = Story::new();
    for number in 1..=10 {
        let customer = if number % 2 == 0 { "Grace" } else { "Ada" };
        story.placed(number, customer, &[("kettle", 1, 100)]);
    }
    for number in [3, 6, 9] {
        story.cancelled(number, "changed my mind");
    }
    story
}

async fn listed(shop: &Shop, query: &OrderQuery) -> (Vec<u64>, Option<String>) {
    let view = shop.models.orders.list(query, Position(13)).await.unwrap();
    (places(&view.listing.items), view.listing.next)
}

/// Order n of [`ten_orders`] is placed at position n.
fn places(rows: &[OrderRow]) -> Vec<u64> {
    rows.iter().map(|row| row.placed_position.0).collect()
}

#[tokio::test]
async fn the_list_is_filtered_and_sorted() {
    let mut shop = Shop::open().await;
    shop.follow(&ten_orders()).await;
    let newest = OrderQuery::default();
    assert_eq!(
        listed(&shop, &newest).await.0,
        [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    );
    let oldest = OrderQuery {
        sort: OrderSort::Oldest,
        ..newest.clone()
    };
    assert_eq!(
        listed(&shop, &oldest).await.0,
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    );
    let cancelled = OrderQuery {
        status: Some(OrderStatus::Cancelled),
        ..newest.clone()
    };
    assert_eq!(listed(&shop, &cancelled).await.0, [9, 6, 3]);
    let hers = OrderQuery {
        customer: Some("Ada".to_owned()),
        ..newest
    };
    assert_eq!(listed(&shop, &hers).await.0, [9, 7, 5, 3, 1]);
    let both = OrderQuery {
        status: Some(OrderStatus::Cancelled),
        ..hers
    };
    assert_eq!(listed(&shop, &both).await.0, [9, 3]);
    let nobody = OrderQuery {
        customer: Some("ada".to_owned()),
        ..OrderQuery::default()
    };
    assert_eq!(listed(&shop, &nobody).await, (vec![], None));
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap_while_orders_come_in() {
    let mut story = ten_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    for (sort, all) in [
        (OrderSort::Newest, vec![10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (OrderSort::Oldest, vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ] {
        let mut query = OrderQuery {
            sort,
            limit: Some(4),
            ..OrderQuery::default()
        };
        let mut seen = Vec::new();
        loop {
            let (rows, next) = listed(&shop, &query).await;
            seen.extend(rows);
            let Some(next) = next else { break };
            query.cursor = Some(next);
            if sort == OrderSort::Newest {
                story.placed(100 + u128::from(story.head().0), "Late", &[("mug", 1, 1)]);
                shop.follow(&story).await;
            }
        }
        seen.retain(|place| *place <= 10);
        assert_eq!(seen, all);
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let mut shop = Shop::open().await;
    shop.follow(&ten_orders()).await;
    for text in [
        "",
        "7",
        "oldest-7",
        "newest--7",
        "newest-7x",
        "sku-kettle",
        "💥",
    ] {
        let query = OrderQuery {
            cursor: Some(text.to_owned()),
            ..OrderQuery::default()
        };
        let error = shop
            .models
            .orders
            .list(&query, Position(13))
            .await
            .unwrap_err();
        assert!(matches!(error, ProjectionError::BadCursor(_)), "{error}");
        assert!(error.to_string().contains(text));
    }
}

#[tokio::test]
async fn counts_follow_every_change_of_status() {
    let mut story = ten_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let expected = OrderCounts {
        placed: 7,
        cancelled: 3,
        ..OrderCounts::default()
    };
    let counts = shop.models.orders.counts(story.head()).await.unwrap();
    assert_eq!(counts.item, expected);
    story.of_order(1, "OrderReserved", json!({}));
    story.of_order(2, "OrderReserved", json!({}));
    story.of_order(2, "OrderPaid", json!({ "amount": euros(100) }));
    shop.follow(&story).await;
    let view = shop
        .models
        .orders
        .list(&OrderQuery::default(), story.head())
        .await
        .unwrap();
    let expected = OrderCounts {
        placed: 5,
        reserved: 1,
        paid: 1,
        cancelled: 3,
        ..OrderCounts::default()
    };
    assert_eq!(view.counts, expected);
    assert_eq!(view.listing.freshness.as_of, story.head());
}

#[tokio::test]
async fn changes_come_in_order_and_say_how_far_they_reach() {
    let mut story = ten_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    story.of_order(2, "OrderReserved", json!({}));
    story.of_order(1, "OrderReserved", json!({}));
    story.of_order(2, "OrderPaid", json!({ "amount": euros(100) }));
    shop.follow(&story).await;
    let orders = &shop.models.orders;
    let (all, counts) = orders.changed_since(Position(13), 100).await.unwrap();
    assert_eq!(places(&all.rows), [1, 2]);
    assert_eq!((all.upto, all.as_of), (Position(16), Position(16)));
    assert_eq!((counts.placed, counts.paid), (5, 1));
    let (cut, _) = orders.changed_since(Position(9), 2).await.unwrap();
    assert_eq!(places(&cut.rows), [10, 3]);
    assert_eq!((cut.upto, cut.as_of), (Position(11), Position(16)));
    let (rest, _) = orders.changed_since(cut.upto, 100).await.unwrap();
    assert_eq!(places(&rest.rows), [6, 9, 1, 2]);
    let (none, _) = orders.changed_since(Position(16), 100).await.unwrap();
    assert_eq!((none.rows, none.upto), (vec![], Position(16)));
}
