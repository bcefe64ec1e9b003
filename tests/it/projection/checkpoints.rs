//! Rows and checkpoint belong together: nothing twice, nothing lost, nobody else.

use highwater::contract::Position;
use highwater::projection::ReadModels;
use rusqlite::Connection;
use serde_json::json;

use super::shop::{Shop, dump, follow};
use super::story::{Story, order};

fn two_orders() -> Story {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_000);
    story.placed(1, "Ada", &[("kettle", 1, 4_000)]);
    story.placed(2, "Grace", &[("kettle", 2, 4_000)]);
    story
}

#[tokio::test]
async fn a_new_read_model_starts_at_the_start() {
    let mut shop = Shop::open().await;
    for consumer in &mut shop.consumers {
        assert_eq!(consumer.checkpoint().await.unwrap(), Position::START);
    }
    let names: Vec<_> = shop.consumers.iter().map(|each| each.name()).collect();
    assert_eq!(names, ["orders", "search", "stock", "sales"]);
}

#[tokio::test]
async fn rows_and_checkpoints_are_there_after_opening_again() {
    let story = two_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let mut shop = shop.reopen().await;
    for consumer in &mut shop.consumers {
        assert_eq!(consumer.checkpoint().await.unwrap(), story.head());
    }
    let found = shop
        .models
        .orders
        .get(order(2), story.head())
        .await
        .unwrap();
    assert_eq!(found.unwrap().item.row.customer, "Grace");
}

#[tokio::test]
async fn events_that_do_not_concern_it_move_the_checkpoint_only() {
    let story = two_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let before = dump(&shop.file("sales"));
    let sales = shop.consumer("sales");
    assert!(!sales.wants("StockReceived"));
    assert!(!sales.wants("SomethingOfAnotherProgram"));
    sales.handle(&[], Position(900)).await.unwrap();
    assert_eq!(sales.checkpoint().await.unwrap(), Position(900));
    let after = dump(&shop.file("sales"));
    let rows = |dump: &[String]| {
        let rows = dump.iter().filter(|row| !row.starts_with("checkpoint"));
        rows.cloned().collect::<Vec<_>>()
    };
    assert_eq!(rows(&before), rows(&after));
    assert_ne!(before, after);
}

#[tokio::test]
async fn a_second_writer_is_found_out_and_writes_nothing() {
    let mut story = two_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let (_, mut others) = ReadModels::open(shop.data()).await.unwrap();
    story.of_order(1, "OrderReserved", json!({}));
    for (ours, theirs) in shop.consumers.iter_mut().zip(&mut others) {
        assert_eq!(ours.checkpoint().await.unwrap(), Position(3));
        follow(theirs.as_mut(), &story.events, &[]).await.unwrap();
        let event = &story.events[3..];
        let error = ours.handle(event, Position(4)).await.unwrap_err();
        let expected = format!(
            "the checkpoint of `{}` was expected at 3 and stands at 4",
            ours.name()
        );
        assert!(error.message.starts_with(&expected), "{}", error.message);
        assert_eq!(error.position, None);
        // Having looked again, it can go on from there.
        assert_eq!(ours.checkpoint().await.unwrap(), Position(4));
        ours.handle(&[], Position(5)).await.unwrap();
    }
    let counts = shop.models.orders.counts(Position(5)).await.unwrap();
    assert_eq!((counts.item.placed, counts.item.reserved), (1, 1));
}

#[tokio::test]
async fn events_from_before_the_checkpoint_or_after_the_end_are_refused() {
    let story = two_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let before = dump(&shop.file("orders"));
    let orders = shop.consumer("orders");
    for (events, upto) in [
        (&story.events[1..], Position(9)),
        (&story.events[..0], Position(2)),
    ] {
        let error = orders.handle(events, upto).await.unwrap_err();
        assert!(error.message.contains("stands at 3"), "{}", error.message);
    }
    assert_eq!(dump(&shop.file("orders")), before);
}

#[tokio::test]
async fn a_poison_event_is_named_and_leaves_no_trace() {
    let mut story = two_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    story.of_order(1, "OrderReserved", json!({}));
    let poison = story.of_order(1, "OrderPaid", json!({ "amount": "a lot" }));
    let before = dump(&shop.file("orders"));
    let orders = shop.consumer("orders");
    let error = follow(orders, &story.events, &[]).await.unwrap_err();
    assert_eq!(error.position, Some(poison));
    assert_eq!(orders.checkpoint().await.unwrap(), Position(3));
    assert_eq!(dump(&shop.file("orders")), before);
}

/// What the files hold at any moment is a read model as of its checkpoint: killed there, it comes back and catches up.
#[tokio::test]
async fn a_copy_of_the_files_of_a_running_read_model_catches_up() {
    let mut story = two_orders();
    let mut shop = Shop::open().await;
    for number in 3..40 {
        story.placed(number, "Ada", &[("kettle", 1, 4_000)]);
        shop.follow(&story).await;
    }
    let copy = tempfile::tempdir().unwrap();
    let views = copy.path().join("views");
    std::fs::create_dir(&views).unwrap();
    for name in ["orders", "search", "stock", "sales"] {
        let file = shop.file(name);
        std::fs::copy(&file, views.join(file.file_name().unwrap())).unwrap();
        let log = format!("{name}_v2.db-wal");
        let bytes = std::fs::read(shop.data().join("views").join(&log)).unwrap();
        // The end of the file was not on the disk yet, and what is there of it is cut in the middle.
        std::fs::write(views.join(&log), &bytes[..bytes.len() * 2 / 3]).unwrap();
    }
    let (_, mut consumers) = ReadModels::open(copy.path()).await.unwrap();
    for consumer in &mut consumers {
        let name = consumer.name();
        let checkpoint = consumer.checkpoint().await.unwrap();
        assert!(checkpoint < story.head(), "{name} lost nothing");
        if matches!(name, "orders" | "search" | "sales") {
            assert_eq!(orders_in(&views, name), checkpoint.to_sql() - 1);
        }
        follow(consumer.as_mut(), &story.events, &[]).await.unwrap();
        let file = views.join(format!("{name}_v2.db"));
        assert_eq!(dump(&file), dump(&shop.file(name)), "{name}");
    }
}

fn orders_in(views: &std::path::Path, name: &str) -> i64 {
    let table = match name {
        "search" => "documents",
        "sales" => "open_orders",
        _ => "orders",
    };
    Connection::open(views.join(format!("{name}_v2.db")))
        .unwrap()
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
}
