//! What a command leaves behind, and what a refusal rests on.

use highwater::command::CommandError;
use highwater::contract::{CommandId, OrderId, Position, Version};
use serde_json::json;
use uuid::Uuid;

use crate::write_side::{
    GOOD_CARD, WriteSide, envelope, order, order_stream, product_stream, refusal, send_as,
};

#[tokio::test]
async fn the_answer_says_what_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    let order_id = OrderId::generate();
    let id = CommandId::generate();

    let body = order(order_id, GOOD_CARD, &[("cup", 2)]);
    let receipt = send_as(&side.bus, id, "PlaceOrder", &body).await.unwrap();

    assert_eq!(receipt.command_id, id);
    assert_eq!(receipt.stream, order_stream(order_id));
    assert_eq!(
        (receipt.version, receipt.position),
        (Version(1), Position(3))
    );
    assert!(!receipt.duplicate);
    let event = side.log.event(receipt.events[0].id).await.unwrap().unwrap();
    assert_eq!(event.event_type, "OrderPlaced");
    assert_eq!((event.version, event.position), (Version(1), Position(3)));
    assert_eq!(event.metadata.correlation_id, Some(id.0));
    assert_eq!(event.metadata.causation_id, Some(id.0));
    assert_eq!(event.metadata.extra["command"], "PlaceOrder");
    let stored = event.data.get();
    assert!(
        stored.contains(r#""total":{"amount":200,"currency":"EUR"}"#),
        "{stored}"
    );
    assert!(
        stored.contains("4242********4242") && !stored.contains("4242424242424242"),
        "{stored}"
    );
}

#[tokio::test]
async fn a_command_that_an_event_caused_stays_in_its_conversation() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    let id = CommandId::generate();

    let body = json!({"sku": "cup", "quantity": 1});
    let receipt = side
        .bus
        .execute(envelope(id, "ReceiveStock", &body))
        .await
        .unwrap();

    let event = side.log.event(receipt.events[0].id).await.unwrap().unwrap();
    assert_eq!(event.metadata.correlation_id, Some(Uuid::from_u128(1)));
    assert_eq!(event.metadata.causation_id, Some(id.0));
    let record = side.log.command(id).await.unwrap().unwrap();
    assert_eq!(record.name, "ReceiveStock");
    assert_eq!(record.correlation_id, Uuid::from_u128(1));
    assert_eq!(record.causation_id, Some(Uuid::from_u128(2)));
}

#[tokio::test]
async fn what_is_no_command_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    for (name, body, detail) in [
        ("MakeTea", json!({}), "MakeTea"),
        ("ReceiveStock", json!({"sku": "cup"}), "quantity"),
        (
            "ReceiveStock",
            json!({"sku": "cup", "quantity": "two"}),
            "quantity",
        ),
        (
            "ReceiveStock",
            json!({"sku": "cup", "quantity": -1}),
            "quantity",
        ),
        ("ReceiveStock", json!({"sku": "c p", "quantity": 1}), "sku"),
        (
            "ReceiveStock",
            json!({"sku": "cup", "quantity": 1, "by": "me"}),
            "by",
        ),
        (
            "CancelOrder",
            json!({"order_id": "7", "reason": "x"}),
            "order_id",
        ),
        (
            "AuthorisePayment",
            json!({"order_id": Uuid::nil(), "amount": {"amount": 1, "currency": "EUR"}, "card": "4242424242424242"}),
            "card",
        ),
    ] {
        let error = side.send(name, body).await.unwrap_err();
        assert!(matches!(error, CommandError::Parse(_)), "{error:?}");
        assert!(error.to_string().contains(detail), "{error}");
    }
    assert_eq!(side.all().await.len(), 0);
}

#[tokio::test]
async fn a_refused_command_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    let id = CommandId::generate();
    let body = order(OrderId::generate(), GOOD_CARD, &[("unicorn", 1)]);
    let answer = send_as(&side.bus, id, "PlaceOrder", &body).await;
    assert_eq!(refusal(answer), "unknown_product");
    assert_eq!(side.all().await.len(), 0);
    assert_eq!(side.log.command(id).await.unwrap(), None);
}

/// The bus guesses that what is being registered or placed is new. A refusal on that guess must not become what it
/// believes of the stream.
#[tokio::test]
async fn a_refusal_on_a_guess_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    let order_id = side.place(GOOD_CARD, &[("cup", 1)]).await;

    side.bus = WriteSide::another_bus(&side.log);
    let nameless =
        json!({"sku": "cup", "name": "", "unit_price": {"amount": 1, "currency": "EUR"}});
    assert_eq!(
        refusal(side.send("RegisterProduct", nameless).await),
        "already_registered"
    );
    let empty = order(order_id, GOOD_CARD, &[]);
    assert_eq!(
        refusal(side.send("PlaceOrder", empty).await),
        "already_placed"
    );

    let delivery = json!({"sku": "cup", "quantity": 1});
    side.send("ReceiveStock", delivery)
        .await
        .expect("the cup is registered");
    let cancel = json!({"order_id": order_id, "reason": "no cups"});
    side.send("CancelOrder", cancel)
        .await
        .expect("the order is placed");
}

/// Other programs may append to our streams: a refusal must rest on the stream as it is, not as we remember it.
#[tokio::test]
async fn a_refusal_rests_on_what_others_appended_too() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.stock("cup", 5).await;
    let order_id = side.place(GOOD_CARD, &[("cup", 1)]).await;
    let id = json!({"order_id": order_id});
    assert_eq!(
        refusal(side.send("ShipOrder", id.clone()).await),
        "not_confirmed"
    );

    for event_type in ["OrderReserved", "OrderConfirmed"] {
        side.append_foreign(&order_stream(order_id), event_type, id.clone())
            .await;
    }
    let receipt = side.send("ShipOrder", id).await.unwrap();
    assert_eq!(receipt.version, Version(4));
}

#[tokio::test]
async fn events_that_nobody_here_knows_do_not_disturb_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    side.append_foreign(
        &product_stream("cup"),
        "CupPainted",
        json!({"colour": "blue"}),
    )
    .await;
    side.stock("cup", 5).await;
    side.append_foreign(
        &product_stream("cup"),
        "CupPainted",
        json!({"colour": "red"}),
    )
    .await;
    let receipt = side
        .send("ReceiveStock", json!({"sku": "cup", "quantity": 1}))
        .await
        .unwrap();
    assert_eq!(receipt.version, Version(5));
}

/// An order with more lines than it may have is refused without a look at each of them.
#[tokio::test]
async fn an_endless_order_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let side = WriteSide::open(folder.path()).await;
    let names: Vec<String> = (0..20_000).map(|n| format!("sku{n}")).collect();
    let lines: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let started = std::time::Instant::now();
    let body = order(OrderId::generate(), GOOD_CARD, &lines);
    assert_eq!(
        refusal(side.send("PlaceOrder", body).await),
        "too_many_lines"
    );
    assert!(
        started.elapsed() < std::time::Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
}
