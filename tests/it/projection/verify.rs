//! What really was appended, and read models against a fresh fold of it.

use highwater::contract::Position;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{
    AppendRequest, EventLog, ExpectedVersion, LogQuery, NewEvent, Options, StreamAppend,
};
use highwater::projection::verify::{ModelReport, compare};
use rusqlite::Connection;
use serde_json::json;

use super::shop::{Shop, follow};
use super::story::{Story, euros, order};

pub(super) fn busy_story() -> Story {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_000);
    story.of_product("kettle", "StockReceived", json!({ "quantity": 50 }));
    for number in 1..30 {
        story.placed(number, "Ada", &[("kettle", 1, 4_000)]);
        let pieces = json!({ "order_id": order(number), "quantity": 1 });
        story.of_product("kettle", "StockReserved", pieces.clone());
        story.of_order(number, "OrderReserved", json!({}));
        if number % 4 == 0 {
            story.of_payment(
                number,
                "PaymentDeclined",
                json!({ "reason": "card_declined" }),
            );
            story.of_product("kettle", "StockReleased", pieces);
            story.cancelled(number, "payment_declined");
        } else {
            story.of_order(number, "OrderPaid", json!({ "amount": euros(4_000) }));
        }
        story.of_product("kettle", "KettleBoiled", json!({}));
    }
    story
}

/// A log that the story was appended to, and read models that have followed it.
pub(super) async fn log_and_shop(story: &Story) -> (SqliteLog, Shop) {
    let mut shop = Shop::open().await;
    let log = SqliteLog::open(shop.data(), Options::default())
        .await
        .unwrap();
    append(&log, story, 0).await;
    catch_up(&mut shop, &log).await;
    (log, shop)
}

pub(super) async fn append(log: &dyn EventLog, story: &Story, after: usize) {
    for event in &story.events[after..] {
        let append = StreamAppend {
            stream: event.stream.clone(),
            expected: ExpectedVersion::Any,
            events: vec![NewEvent {
                id: event.id,
                event_type: event.event_type.clone(),
                schema_version: event.schema_version,
                data: event.data.clone(),
                metadata: event.metadata.clone(),
            }],
        };
        let request = AppendRequest {
            appends: vec![append],
            command: None,
        };
        log.append(request).await.unwrap();
    }
}

async fn catch_up(shop: &mut Shop, log: &SqliteLog) {
    for consumer in &mut shop.consumers {
        let from = consumer.checkpoint().await.unwrap().position;
        let events = log.read(LogQuery::after(from, 1_000)).await.unwrap();
        follow(consumer.as_mut(), &events, &[Position(77)])
            .await
            .unwrap();
    }
}

/// Changes a read model behind the back of its projection.
pub(super) fn tamper(shop: &Shop, name: &str, sql: &str) {
    let database = Connection::open(shop.file(name)).unwrap();
    database.execute_batch(sql).unwrap();
}

async fn differences(shop: &Shop, log: &SqliteLog) -> Vec<(&'static str, Vec<String>)> {
    let reports = compare(shop.data(), log).await.unwrap();
    let wrong = |report: &ModelReport| !report.differences.is_empty();
    reports
        .into_iter()
        .filter(wrong)
        .map(|report| (report.name, report.differences))
        .collect()
}

#[tokio::test]
async fn read_models_of_a_real_log_equal_a_fresh_fold() {
    let mut story = busy_story();
    let (log, mut shop) = log_and_shop(&story).await;
    let reports = compare(shop.data(), &log).await.unwrap();
    let seen: Vec<_> = reports
        .iter()
        .map(|each| (each.name, each.version))
        .collect();
    assert_eq!(
        seen,
        [("orders", 2), ("search", 2), ("stock", 2), ("sales", 2)]
    );
    for report in &reports {
        assert_eq!(report.differences, [""; 0], "{}", report.name);
        assert_eq!(report.as_of, story.head());
    }
    // The hour of the log may turn while the test runs, so sales may have a row more.
    let rows: Vec<_> = reports[..3].iter().map(|report| report.rows).collect();
    let entries = 29 * 3 + 7 * 3 + 22;
    // An event of an order makes a version; all but the first one also end the version before.
    let versions = 29 * 2 + 7 + 22;
    let past = versions - 29;
    let stock_versions = 2 + 29 + 7;
    assert_eq!(
        rows,
        [
            29 + entries + versions + past,
            29 + past + past,
            1 + stock_versions
        ]
    );
    // A read model that is behind is as good as its checkpoint, and one that follows is as good as any.
    let before = story.events.len();
    story.cancelled(1, "changed my mind");
    append(&log, &story, before).await;
    assert_eq!(differences(&shop, &log).await, []);
    catch_up(&mut shop, &log).await;
    assert_eq!(differences(&shop, &log).await, []);
    let counts = shop.models.orders.counts(story.head()).await.unwrap();
    assert_eq!(counts.item.cancelled, 8);
    log.close().await;
}

#[tokio::test]
async fn every_row_that_was_tampered_with_is_named() {
    let story = busy_story();
    let (log, shop) = log_and_shop(&story).await;
    tamper(
        &shop,
        "orders",
        "UPDATE orders SET customer = 'Eve', total = 1 WHERE placed_position = 3;
         DELETE FROM orders WHERE placed_position = 8;
         UPDATE order_counts SET paid = paid + 1 WHERE position = 3;
         UPDATE past_statuses SET until = 6 WHERE placed_position = 3 AND until = 5;",
    );
    tamper(
        &shop,
        "stock",
        "UPDATE stock SET reserved = 7; DELETE FROM stock_versions WHERE position = 2",
    );
    tamper(
        &shop,
        "sales",
        "INSERT INTO sales VALUES (0, 'EUR', 1, 1, 1, 0, 1)",
    );
    assert_eq!(
        differences(&shop, &log).await,
        [
            (
                "orders",
                vec![
                    "orders 3 differs in customer, total".to_owned(),
                    "orders 8 is missing".to_owned(),
                    "order_counts 3 differs in paid".to_owned(),
                    "past_statuses placed / 1 / 3 differs in until".to_owned(),
                ]
            ),
            (
                "stock",
                vec![
                    "stock kettle differs in reserved".to_owned(),
                    "stock_versions kettle / 2 is missing".to_owned(),
                ]
            ),
            (
                "sales",
                vec!["sales 0 / EUR should not be there".to_owned()]
            ),
        ]
    );
}

#[tokio::test]
async fn many_differences_are_cut() {
    let story = busy_story();
    let (log, shop) = log_and_shop(&story).await;
    tamper(&shop, "orders", "UPDATE order_history SET summary = ''");
    let found = differences(&shop, &log).await;
    let (name, differences) = &found[0];
    assert_eq!((*name, found.len(), differences.len()), ("orders", 1, 21));
    let first = format!(
        "order_history {} / 3 differs in summary",
        order(1).0.simple()
    );
    assert_eq!(differences[0], first);
    assert_eq!(differences[20], "order_history differs in more rows");
}

#[tokio::test]
async fn an_index_that_has_forgotten_a_document_is_found_out() {
    let story = busy_story();
    let (log, shop) = log_and_shop(&story).await;
    tamper(
        &shop,
        "search",
        "INSERT INTO documents_index (documents_index, rowid, order_id, customer, products, skus, status, reason)
         SELECT 'delete', placed_position, order_id, customer, products, skus, status, reason
         FROM documents WHERE placed_position = 3",
    );
    let expected = "documents_index does not find what its table has".to_owned();
    assert_eq!(differences(&shop, &log).await, [("search", vec![expected])]);
}

#[tokio::test]
async fn a_read_model_that_is_ahead_of_the_log_or_missing_is_found_out() {
    let story = busy_story();
    let (log, mut shop) = log_and_shop(&story).await;
    let ahead = Position(story.head().0 + 5);
    shop.consumer("stock").handle(&[], ahead).await.unwrap();
    std::fs::remove_file(shop.file("sales")).unwrap();
    let end = format!("the log ends at {}, before the read model", story.head());
    assert_eq!(
        differences(&shop, &log).await,
        [
            ("stock", vec![end]),
            ("sales", vec!["the file is missing".to_owned()]),
        ]
    );
}
