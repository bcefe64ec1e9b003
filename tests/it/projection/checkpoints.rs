//! Rows and checkpoint belong together: nothing twice, nothing lost, nobody else.

use highwater::contract::Position;
use highwater::projection::ReadModels;
use highwater::subscription::{Checkpoint, ResetAct};
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
        assert_eq!(consumer.checkpoint().await.unwrap(), Checkpoint::default());
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
        assert_eq!(consumer.checkpoint().await.unwrap().position, story.head());
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
    let wanted = sales.wanted().types.unwrap();
    assert!(!wanted.contains("StockReceived"));
    sales.handle(&[], Position(900)).await.unwrap();
    assert_eq!(sales.checkpoint().await.unwrap().position, Position(900));
    let after = dump(&shop.file("sales"));
    assert_eq!(rows(&before), rows(&after));
    assert_ne!(before, after);
}

#[tokio::test]
async fn whoever_opened_it_last_is_the_only_one_who_writes() {
    let mut story = two_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let mut others = ReadModels::open(shop.data()).await.unwrap().consumers;
    story.of_order(1, "OrderReserved", json!({}));
    for (ours, theirs) in shop.consumers.iter_mut().zip(&mut others) {
        let taken_over = format!(
            "another process has taken over the read model `{}`",
            ours.name()
        );
        let event = &story.events[3..];
        // Also before the other one has written anything.
        let error = ours.handle(event, Position(4)).await.unwrap_err();
        assert_eq!((error.message, error.position), (taken_over.clone(), None));
        assert_eq!(ours.checkpoint().await.unwrap().position, Position(3));
        follow(theirs.as_mut(), &story.events, &[]).await.unwrap();
        assert_eq!(ours.checkpoint().await.unwrap().position, Position(4));
        let error = ours.handle(&[], Position(5)).await.unwrap_err();
        assert_eq!(error.message, taken_over);
        let reset = ResetAct {
            at: Position(5),
            to: Position(0),
        };
        let error = ours.reset(reset).await.unwrap_err();
        assert_eq!(error.message, taken_over);
        theirs.handle(&[], Position(5)).await.unwrap();
    }
    let counts = shop.models.orders.counts(Position(5)).await.unwrap();
    assert_eq!((counts.item.placed, counts.item.reserved), (1, 1));
}

#[tokio::test]
async fn a_checkpoint_that_somebody_moved_is_found_out() {
    let story = two_orders();
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    let file = Connection::open(shop.file("stock")).unwrap();
    file.execute("UPDATE checkpoint SET position = 2", [])
        .unwrap();
    let stock = shop.consumer("stock");
    let error = stock.handle(&[], Position(4)).await.unwrap_err();
    let expected = "the checkpoint of `stock` was expected at 3 and stands at 2";
    assert!(error.message.starts_with(expected), "{}", error.message);
    // Having looked again, it goes on from there.
    assert_eq!(stock.checkpoint().await.unwrap().position, Position(2));
    stock.handle(&[], Position(4)).await.unwrap();
}

#[tokio::test]
async fn a_reset_read_model_is_empty_and_becomes_what_it_was() {
    let mut story = two_orders();
    story.of_order(1, "OrderReserved", json!({}));
    let mut shop = Shop::open().await;
    shop.follow(&story).await;
    for name in ["orders", "search", "stock", "sales"] {
        let before = dump(&shop.file(name));
        let consumer = shop.consumer(name);
        let reset = ResetAct {
            at: Position(4),
            to: Position(2),
        };
        let stands = consumer.reset(reset).await.unwrap();
        assert_eq!(stands.position, Position::START, "{name}");
        assert_eq!(stands.carried_out, Position(4), "{name}");
        assert_eq!(consumer.checkpoint().await.unwrap(), stands);
        let empty = dump(&shop.file(name));
        assert!(empty.len() < before.len(), "{name}: {empty:?}");
        follow(shop.consumer(name), &story.events, &[])
            .await
            .unwrap();
        assert_eq!(rows(&dump(&shop.file(name))), rows(&before), "{name}");
    }
}

/// What a dump has beside the checkpoint.
fn rows(dump: &[String]) -> Vec<String> {
    let rows = dump.iter().filter(|row| !row.starts_with("checkpoint"));
    rows.cloned().collect()
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
    assert_eq!(orders.checkpoint().await.unwrap().position, Position(3));
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
    let mut consumers = ReadModels::open(copy.path()).await.unwrap().consumers;
    for consumer in &mut consumers {
        let name = consumer.name();
        let checkpoint = consumer.checkpoint().await.unwrap().position;
        assert!(checkpoint < story.head(), "{name} lost nothing");
        if matches!(name, "orders" | "search" | "sales") {
            assert_eq!(orders_in(&views, name), checkpoint.to_sql() - 1);
        }
        follow(consumer.as_mut(), &story.events, &[]).await.unwrap();
        let file = views.join(format!("{name}_v2.db"));
        assert_eq!(rows(&dump(&file)), rows(&dump(&shop.file(name))), "{name}");
        let caught_up = consumer.checkpoint().await.unwrap().position;
        assert_eq!(caught_up, story.head(), "{name}");
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
