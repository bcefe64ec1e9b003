//! Read models as they were: at every position of any log they are what a fold of the log up to there gives.

use std::fmt::Debug;

use highwater::contract::{
    Bucket, Listing, OrderQuery, OrderSort, OrderStatus, Position, Sku, Then, Timestamp,
};
use highwater::projection::sales::SalesQuery;
use highwater::projection::{ProjectionError, ReadModels};
use proptest::prelude::*;
use serde_json::json;

use super::generated::{SKUS, step, tell};
use super::shop::{Shop, follow};
use super::story::{Story, order};

/// So few rows a page that every list has several.
const PAGE: u32 = 2;

const SEARCHES: &[&str] = &[
    "ada",
    "kettle",
    "paid",
    "p",
    "ada placed",
    "cancelled",
    "out of stock",
    "mug out",
    "cancelled stock ada",
    "confirmed shipped",
    "nobody",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn at_every_position_they_are_what_they_were(
        steps in prop::collection::vec(step(), 1..50),
        cuts in prop::collection::btree_set(1..50u64, 0..6),
    ) {
        let story = tell(&steps);
        let cuts: Vec<Position> = cuts
            .into_iter()
            .map(Position)
            .filter(|cut| *cut < story.head())
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(compare(&story, &cuts));
    }
}

/// Folds the whole story with these cuts, and again one event at a time, with a look at both after each.
async fn compare(story: &Story, cuts: &[Position]) {
    let (mut whole, mut growing) = (Shop::open().await, Shop::open().await);
    for consumer in &mut whole.consumers {
        follow(consumer.as_mut(), &story.events, cuts)
            .await
            .unwrap();
    }
    for events in (1..=story.events.len()).map(|count| &story.events[..count]) {
        for consumer in &mut growing.consumers {
            follow(consumer.as_mut(), events, &[]).await.unwrap();
        }
        let asked = Asked {
            models: &whole.models,
            at: events.last().unwrap().position,
            head: story.head(),
        };
        asked.orders(&growing.models).await;
        asked.each_order(&growing.models).await;
        asked.stock(&growing.models).await;
        asked
            .sales(&growing.models, story.events[0].recorded_at)
            .await;
        asked.searches(&growing.models).await;
    }
}

/// A read model that knows the whole story, asked about a position of it.
struct Asked<'a> {
    models: &'a ReadModels,
    at: Position,
    head: Position,
}

impl Asked<'_> {
    async fn orders(&self, fresh: &ReadModels) {
        let (at, head) = (self.at, self.head);
        for query in order_queries() {
            let wanted = all(async |cursor| {
                let query = OrderQuery {
                    cursor,
                    ..query.clone()
                };
                fresh.orders.list(&query, at).await.unwrap().listing
            })
            .await;
            let found = all(async |cursor| {
                let query = OrderQuery {
                    cursor,
                    ..query.clone()
                };
                self.models
                    .orders
                    .list_at(&query, at, head)
                    .await
                    .unwrap()
                    .listing
            })
            .await;
            assert_eq!(then(&found), wanted, "{query:?} as of {at}");
            for row in found {
                let now = self
                    .models
                    .orders
                    .get(row.then.order_id, head)
                    .await
                    .unwrap();
                check_now(&row, now.unwrap().item.row);
            }
        }
        let first = OrderQuery::default();
        let counts = fresh.orders.list(&first, at).await.unwrap().counts;
        let found = self.models.orders.list_at(&first, at, head).await.unwrap();
        assert_eq!(found.counts, counts, "as of {at}");
        let freshness = found.listing.freshness;
        assert_eq!((freshness.as_of, freshness.head), (at, head));
        assert_eq!(freshness.lag_events, head.0 - at.0);
    }

    async fn each_order(&self, fresh: &ReadModels) {
        for number in 0..6 {
            let id = order(number);
            let wanted = fresh.orders.get(id, self.at).await.unwrap();
            let found = self
                .models
                .orders
                .get_at(id, self.at, self.head)
                .await
                .unwrap();
            let [wanted, found] = [wanted, found].map(|order| order.map(|order| order.item));
            assert_eq!(found, wanted, "as of {}", self.at);
        }
    }

    async fn stock(&self, fresh: &ReadModels) {
        let (at, head) = (self.at, self.head);
        let wanted =
            all(async |cursor| fresh.stock.list(cursor.as_deref(), PAGE, at).await.unwrap()).await;
        let found = all(async |cursor| {
            let stock = &self.models.stock;
            stock
                .list_at(cursor.as_deref(), PAGE, at, head)
                .await
                .unwrap()
        })
        .await;
        assert_eq!(then(&found), wanted, "as of {at}");
        for sku in SKUS.map(|sku| Sku::try_new(sku).unwrap()) {
            let wanted = fresh.stock.get(&sku, at).await.unwrap();
            let there = self.models.stock.get_at(&sku, at, head).await.unwrap();
            let [wanted, there] = [wanted, there].map(|stock| stock.map(|stock| stock.item));
            assert_eq!(there, wanted, "{sku} as of {at}");
            if let Some(row) = found.iter().find(|row| row.then.sku == sku) {
                let now = self.models.stock.get(&sku, head).await.unwrap();
                check_now(row, now.unwrap().item);
            }
        }
    }

    async fn sales(&self, fresh: &ReadModels, began: Timestamp) {
        let (at, head) = (self.at, self.head);
        let later = Timestamp::from_micros(began.as_micros() + 3 * 3_600_000_000);
        for bucket in [Bucket::Hour, Bucket::Day] {
            for (from, to) in [(None, None), (Some(later), None), (None, Some(later))] {
                let query = |cursor| SalesQuery {
                    bucket,
                    from,
                    to,
                    cursor,
                    limit: Some(PAGE),
                };
                let sales = &fresh.sales;
                let wanted =
                    all(async |cursor| sales.page(&query(cursor), at).await.unwrap()).await;
                let sales = &self.models.sales;
                let found =
                    all(async |cursor| sales.page_at(&query(cursor), at, head).await.unwrap())
                        .await;
                assert_eq!(then(&found), wanted, "{bucket:?} as of {at}");
                let now = sales.list(bucket, None, None, head).await.unwrap();
                for row in found {
                    let now = now.items.iter().find(|now| now.bucket == row.then.bucket);
                    check_now(&row, now.unwrap().clone());
                }
            }
        }
    }

    /// A word is worth more or less then: the orders that are found must be the same, and their order that of the pages.
    async fn searches(&self, fresh: &ReadModels) {
        let (at, head) = (self.at, self.head);
        for text in SEARCHES {
            let wanted = fresh.search.find(text, 50, None, at).await.unwrap();
            let search = &self.models.search;
            let found = all(async |cursor| {
                search
                    .find_at(text, PAGE, cursor.as_deref(), at, head)
                    .await
                    .unwrap()
            })
            .await;
            let whole = search.find_at(text, 50, None, at, head).await.unwrap();
            assert_eq!(found, whole.items, "{text}: pages as of {at}");
            let [mut found, mut wanted] = [whole.then().items, wanted.items];
            found.sort_by_key(|hit| hit.order_id);
            wanted.sort_by_key(|hit| hit.order_id);
            assert_eq!(found, wanted, "{text} as of {at}");
        }
    }
}

/// Every filter and both directions.
fn order_queries() -> Vec<OrderQuery> {
    let statuses = || OrderStatus::ALL.into_iter().map(Some).chain([None]);
    let customers = [None, Some("Ada".to_owned()), Some("Nobody".to_owned())];
    let mut queries = Vec::new();
    for sort in [OrderSort::Newest, OrderSort::Oldest] {
        for customer in &customers {
            queries.extend(statuses().map(|status| OrderQuery {
                status,
                customer: customer.clone(),
                sort,
                cursor: None,
                limit: Some(PAGE),
            }));
        }
    }
    queries
}

/// All rows, page by page.
async fn all<T>(page: impl AsyncFn(Option<String>) -> Listing<T>) -> Vec<T> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let page = page(cursor).await;
        assert!(page.items.len() <= PAGE as usize);
        rows.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}

fn then<T: Clone>(rows: &[Then<T>]) -> Vec<T> {
    rows.iter().map(|row| row.then.clone()).collect()
}

/// A row says what it is now where that is something else.
fn check_now<T: PartialEq + Debug>(row: &Then<T>, now: T) {
    let is = row.now.as_ref().unwrap_or(&row.then);
    assert_eq!(is, &now);
    assert_eq!(row.now.is_some(), row.then != now);
}

#[tokio::test]
async fn what_a_read_model_has_not_come_to_it_does_not_make_up() {
    let mut story = Story::new();
    story.placed(1, "Ada", &[("kettle", 1, 100)]);
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let (at, head) = (Position(2), Position(3));
    let models = &shop.models;
    let orders = models
        .orders
        .list_at(&OrderQuery::default(), at, head)
        .await;
    let stock = models.stock.list_at(None, 9, at, head).await;
    let sales = models.sales.page_at(&SalesQuery::default(), at, head).await;
    let found = models.search.find_at("ada", 9, None, at, head).await;
    let errors = [orders.err(), stock.err(), sales.err(), found.err()];
    for error in errors.map(Option::unwrap) {
        assert!(
            matches!(
                error,
                ProjectionError::NotThere {
                    as_of: Position(1),
                    wanted: Position(2)
                }
            ),
            "{error}"
        );
    }
}

#[tokio::test]
async fn before_the_first_event_there_was_nothing() {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 100);
    story.placed(1, "Ada", &[("kettle", 1, 100)]);
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let (at, head) = (Position::START, story.head());
    let models = &shop.models;
    let orders = models
        .orders
        .list_at(&OrderQuery::default(), at, head)
        .await
        .unwrap();
    assert_eq!((orders.listing.items, orders.counts.total()), (vec![], 0));
    assert_eq!(
        models.stock.list_at(None, 9, at, head).await.unwrap().items,
        []
    );
    let sales = models
        .sales
        .page_at(&SalesQuery::default(), at, head)
        .await
        .unwrap();
    assert_eq!(sales.items, []);
    assert_eq!(
        models
            .search
            .find_at("ada", 9, None, at, head)
            .await
            .unwrap()
            .items,
        []
    );
}

/// Whoever was given one order and then many, sees many come and go by the word for their status.
#[tokio::test]
async fn a_crowd_that_moved_on_together_is_found_where_it_stood() {
    let mut story = Story::new();
    for number in 0..40 {
        story.placed(number, "Ada", &[("kettle", 1, 100)]);
    }
    let waiting = story.head();
    for number in 0..40 {
        story.of_order(number, "OrderConfirmed", json!({}));
    }
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let query = OrderQuery {
        status: Some(OrderStatus::Placed),
        limit: Some(7),
        ..OrderQuery::default()
    };
    let orders = &shop.models.orders;
    let page = orders.list_at(&query, waiting, story.head()).await.unwrap();
    let places: Vec<_> = page
        .listing
        .items
        .iter()
        .map(|row| row.then.placed_position.0)
        .collect();
    assert_eq!(places, [40, 39, 38, 37, 36, 35, 34]);
    assert_eq!(page.counts.placed, 40);
    let half = Position(waiting.0 + 20);
    let page = orders.list_at(&query, half, story.head()).await.unwrap();
    let places: Vec<_> = page
        .listing
        .items
        .iter()
        .map(|row| row.then.placed_position.0)
        .collect();
    assert_eq!(places, [40, 39, 38, 37, 36, 35, 34]);
    assert_eq!(page.counts.placed, 20);
    let page = orders
        .list_at(&query, story.head(), story.head())
        .await
        .unwrap();
    assert_eq!((page.listing.items, page.counts.placed), (vec![], 0));
}
