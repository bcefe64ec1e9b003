use highwater::contract::{Bucket, Money, Position, SalesRow, Timestamp};
use highwater::projection::ProjectionError;
use highwater::projection::sales::SalesQuery;
use serde_json::json;

use super::shop::Shop;
use super::story::{Story, order};

/// Two orders at 9:30, one at 10:30 of which the first is cancelled then, one on the next day.
fn two_days() -> Story {
    let mut story = Story::new();
    story.placed(1, "Ada", &[("kettle", 2, 4_000)]);
    story.placed(2, "Ada", &[("mug", 1, 250), ("tea", 3, 100)]);
    story.minutes_pass(60);
    story.placed(3, "Ada", &[("mug", 1, 250)]);
    story.cancelled(1, "changed my mind");
    story.minutes_pass(24 * 60);
    story.placed(4, "Ada", &[("mug", 4, 250)]);
    story
}

async fn shop_of(story: &Story) -> Shop {
    let mut shop = Shop::open().await;
    shop.follow(story).await;
    shop
}

async fn report(shop: &Shop, bucket: Bucket) -> Vec<SalesRow> {
    let listing = shop
        .models
        .sales
        .list(bucket, None, None, Position(9))
        .await;
    listing.unwrap().items
}

fn figures(rows: &[SalesRow]) -> Vec<(u64, u64, u64, i64)> {
    rows.iter()
        .map(|row| (row.orders, row.cancelled, row.units, row.revenue.amount))
        .collect()
}

#[tokio::test]
async fn a_cancellation_counts_in_the_hour_of_the_order() {
    let story = two_days();
    let shop = shop_of(&story).await;
    let hours = report(&shop, Bucket::Hour).await;
    assert_eq!(
        figures(&hours),
        [(1, 0, 4, 1_000), (1, 0, 1, 250), (2, 1, 4, 550)]
    );
    let first = story.events[0].recorded_at;
    assert_eq!(hours[2].bucket, first.start_of_hour());
    assert_eq!(hours[2].position, Position(4));
    assert_eq!(hours[1].position, Position(3));
    let days = report(&shop, Bucket::Day).await;
    assert_eq!(figures(&days), [(1, 0, 4, 1_000), (3, 1, 5, 800)]);
    assert_eq!(days[1].bucket, first.start_of_day());
    assert_eq!(days[1].position, Position(4));
}

#[tokio::test]
async fn an_order_is_taken_back_once_and_not_after_it_was_shipped() {
    let mut story = Story::new();
    story.placed(1, "Ada", &[("kettle", 2, 4_000)]);
    story.placed(2, "Ada", &[("kettle", 1, 4_000)]);
    story.cancelled(1, "once");
    story.cancelled(1, "twice");
    story.of_order(2, "OrderShipped", json!({}));
    story.cancelled(2, "too late");
    story.cancelled(3, "never placed");
    let shop = shop_of(&story).await;
    let hours = report(&shop, Bucket::Hour).await;
    assert_eq!(figures(&hours), [(2, 1, 1, 4_000)]);
}

#[tokio::test]
async fn each_currency_has_a_row() {
    let mut story = Story::new();
    story.placed(1, "Ada", &[("kettle", 2, 4_000)]);
    let data = json!({
        "order_id": order(2),
        "customer": "Grace",
        "lines": [],
        "total": { "amount": 7, "currency": "USD" },
        "card": "4242********4242",
    });
    let stream = highwater::contract::StreamName::of("order", order(2));
    story.record(stream, "OrderPlaced", &data, Default::default());
    let shop = shop_of(&story).await;
    for bucket in [Bucket::Hour, Bucket::Day] {
        let rows = report(&shop, bucket).await;
        let currencies: Vec<_> = rows
            .iter()
            .map(|row| row.revenue.currency.as_str())
            .collect();
        assert_eq!(currencies, ["USD", "EUR"]);
        assert_eq!(rows[1].revenue, Money::eur(8_000));
    }
}

#[tokio::test]
async fn a_range_has_the_buckets_that_begin_in_it() {
    let story = two_days();
    let shop = shop_of(&story).await;
    let sales = &shop.models.sales;
    let first = story.events[0].recorded_at;
    let hour = |hours: i64| {
        Timestamp::from_micros(first.start_of_hour().as_micros() + hours * 3_600_000_000)
    };
    for (from, to, rows) in [
        (Some(hour(0)), Some(hour(2)), 2),
        (Some(hour(0)), Some(hour(1)), 1),
        (Some(first), None, 3),
        (Some(hour(1)), None, 2),
        (None, Some(hour(0)), 0),
    ] {
        let listing = sales
            .list(Bucket::Hour, from, to, story.head())
            .await
            .unwrap();
        assert_eq!(listing.items.len(), rows, "{from:?} {to:?}");
    }
    // A day is whole in whatever range it lies.
    let day = sales
        .list(Bucket::Day, Some(hour(1)), Some(hour(2)), story.head())
        .await
        .unwrap();
    assert_eq!(figures(&day.items), [(3, 1, 5, 800)]);
}

#[tokio::test]
async fn pages_follow_each_other() {
    let mut story = Story::new();
    for number in 0..7 {
        story.placed(number, "Ada", &[("mug", 1, 250)]);
        story.minutes_pass(13 * 60);
    }
    let shop = shop_of(&story).await;
    let sales = &shop.models.sales;
    for bucket in [Bucket::Hour, Bucket::Day] {
        let all = report(&shop, bucket).await;
        let mut query = SalesQuery {
            bucket,
            limit: Some(2),
            ..SalesQuery::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = sales.page(&query, story.head()).await.unwrap();
            seen.extend(page.items);
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        assert_eq!(seen.iter().map(|row| row.orders).sum::<u64>(), 7);
    }
    let query = SalesQuery {
        cursor: Some("newest-1".to_owned()),
        ..SalesQuery::default()
    };
    let answer = sales.page(&query, story.head()).await;
    assert!(matches!(answer, Err(ProjectionError::BadCursor(_))));
}

#[tokio::test]
async fn changes_are_whole_buckets_in_order() {
    let story = two_days();
    let shop = shop_of(&story).await;
    let sales = &shop.models.sales;
    let hours = sales
        .changed_since(Bucket::Hour, Position(3), 10)
        .await
        .unwrap();
    assert_eq!(figures(&hours.rows), [(2, 1, 4, 550), (1, 0, 4, 1_000)]);
    assert_eq!(hours.upto, story.head());
    let days = sales
        .changed_since(Bucket::Day, Position(3), 10)
        .await
        .unwrap();
    assert_eq!(figures(&days.rows), [(3, 1, 5, 800), (1, 0, 4, 1_000)]);
    let cut = sales
        .changed_since(Bucket::Day, Position(3), 1)
        .await
        .unwrap();
    assert_eq!((cut.rows.len(), cut.upto), (1, Position(4)));
    let none = sales
        .changed_since(Bucket::Day, Position(5), 10)
        .await
        .unwrap();
    assert_eq!((none.rows.len(), none.upto), (0, Position(5)));
}
