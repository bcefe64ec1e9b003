//! Read models that set events aside: the real runner over a real log, rebuilds, and the comparison with the log.

use std::sync::Arc;

use highwater::contract::{OnPoison, OperationState, Position, Principal};
use highwater::projection::ReadModels;
use highwater::subscription::parking::{Choice, ParkedHand, Parking};
use highwater::subscription::{Audit, Board};
use serde_json::json;

use super::house::{House, World};
use super::story::{Story, euros, order};
use super::verify::append;

const READ_MODELS: [&str; 4] = ["orders", "search", "stock", "sales"];

/// Three orders; of the second one an event was written by a program of the future.
pub(super) fn story_with_poison() -> (Story, Position) {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_000);
    for number in 1..=3 {
        story.placed(number, "Ada", &[("kettle", 1, 4_000)]);
    }
    let poison = story.of_order(2, "OrderReserved", json!({}));
    story.of_the_future();
    story.of_order(1, "OrderReserved", json!({}));
    story.of_order(2, "OrderPaid", json!({ "amount": euros(4_000) }));
    story.cancelled(2, "changed my mind");
    story.cancelled(3, "changed my mind");
    (story, poison)
}

#[tokio::test]
async fn by_policy_a_stream_is_set_aside_and_the_others_go_on() {
    let (story, poison) = story_with_poison();
    let world = World::of(story).await;
    let house = world.open(OnPoison::Park).await;
    let head = world.story.head();
    for name in READ_MODELS {
        house.until(name, |position, _| position >= head).await;
    }
    for (name, parked) in [("orders", 1), ("search", 1), ("stock", 0), ("sales", 0)] {
        house.until(name, |_, health| health.parked == parked).await;
        let health = house.board.slot(name).unwrap().health();
        assert!(
            !health.faulted && health.failing.is_none(),
            "{name}: {health:?}"
        );
    }
    let status = async |house: &House, number: u128| {
        let found = house.models.orders.get(order(number), head).await.unwrap();
        found.unwrap().item.row.status.as_str()
    };
    assert_eq!(status(&house, 1).await, "reserved");
    // It shows what it was before the event.
    assert_eq!(status(&house, 2).await, "placed");
    assert_eq!(status(&house, 3).await, "cancelled");
    house.close().await;

    // All that is not parked is what the log says, and what is parked is named.
    for report in world.reports().await {
        assert_eq!(report.differences, [""; 0], "{}", report.name);
        let parked = u64::from(matches!(report.name, "orders" | "search"));
        assert_eq!(report.parked, parked, "{}", report.name);
        if parked > 0 {
            let said = &report.set_aside[0];
            assert!(
                said.starts_with(&format!("event #{poison} of order-")),
                "{said}"
            );
            assert!(said.contains("version 2 is not known"), "{said}");
            assert!(said.contains("2 events wait behind it"), "{said}");
        }
    }
    // Another program that stops at such an event finds it parked after a start, and nothing is tried again.
    let house = world.open(OnPoison::Pause).await;
    house
        .until("orders", |position, health| {
            position >= head && health.parked == 1
        })
        .await;
    assert_eq!(status(&house, 2).await, "placed");
    house.close().await;
}

#[tokio::test]
async fn a_rebuild_parks_again_what_is_parked_and_still_cannot_be_folded() {
    let (story, poison) = story_with_poison();
    let world = World::of(story).await;
    let house = world.open(OnPoison::Pause).await;
    house.until("orders", |_, health| health.faulted).await;
    let ada = Principal::local_admin();
    let plan = house.control.plan_park("orders").await.unwrap();
    assert_eq!(
        (plan.position, plan.waiting_behind, plan.attempts),
        (poison, 2, 3)
    );
    house
        .control
        .park(&ada, "orders", Some(poison), "go on")
        .await
        .unwrap();
    let head = world.log.head().position;
    house
        .until("orders", |position, health| {
            position >= head && health.parked == 1
        })
        .await;

    let hand = hand(&house, &world).await;
    let acted = hand
        .act(
            &ada,
            "orders",
            highwater::contract::ParkedAct::Retry,
            Choice::default(),
            "again",
            false,
        )
        .await
        .unwrap();
    let operation = acted.operation.unwrap().id;
    house.until_ended(operation, OperationState::Done).await;
    house
        .until("orders", |_, health| health.previous && health.parked == 1)
        .await;
    let found = house.models.orders.get(order(3), head).await.unwrap();
    assert_eq!(found.unwrap().item.row.status.as_str(), "cancelled");
    house.close().await;
    let report = world.reports().await.remove(0);
    assert_eq!(
        (report.parked, report.differences.len()),
        (1, 0),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_rebuild_folds_what_is_parked_once_that_can_be_folded() {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_000);
    story.placed(1, "Ada", &[("kettle", 1, 4_000)]);
    let event = story.of_order(1, "OrderReserved", json!({}));
    story.of_order(1, "OrderPaid", json!({ "amount": euros(4_000) }));
    let world = World::of(story).await;
    // As if an older program had parked what this one can fold.
    let mut opened = ReadModels::open(world.folder.path()).await.unwrap();
    let orders = &mut opened.consumers[0];
    let parking = Parking {
        event: Arc::clone(&world.story.events[2]),
        attempts: 8,
        error: "the old fold could not".to_owned(),
        act: None,
    };
    assert_eq!(parking.event.position, event);
    orders.park(&parking).await.unwrap();
    drop(opened);

    let house = world.open(OnPoison::Pause).await;
    let head = world.log.head().position;
    house
        .until("orders", |position, health| {
            position >= head && health.parked == 1
        })
        .await;
    let ada = Principal::local_admin();
    let hand = hand(&house, &world).await;
    let rows = hand.list("orders", 0, 10).await.unwrap();
    assert_eq!((rows.len(), rows[0].waiting_behind), (1, 1));
    let acted = hand
        .act(
            &ada,
            "orders",
            highwater::contract::ParkedAct::Retry,
            Choice::default(),
            "mended",
            false,
        )
        .await
        .unwrap();
    let operation = acted.operation.unwrap().id;
    house.until_ended(operation, OperationState::Done).await;
    house
        .until("orders", |_, health| health.previous && health.parked == 0)
        .await;
    let found = house.models.orders.get(order(1), head).await.unwrap();
    assert_eq!(found.unwrap().item.row.status.as_str(), "paid");
    house.close().await;
    let report = world.reports().await.remove(0);
    assert_eq!(
        (report.parked, report.differences.len()),
        (0, 0),
        "{report:?}"
    );
}

/// A rebuild that meets an event which nobody parked fails, as it did before.
#[tokio::test]
async fn a_rebuild_does_not_park_what_the_answering_build_has_not_parked() {
    let (story, _) = story_with_poison();
    let world = World::of(story).await;
    let house = world.open(OnPoison::Park).await;
    let head = world.story.head();
    house
        .until("orders", |position, health| {
            position >= head && health.parked == 1
        })
        .await;
    house.close().await;
    // Behind the back of everyone: the read model says that it has the event.
    let file = rusqlite::Connection::open(world.folder.path().join("views/orders_v2.db")).unwrap();
    file.execute_batch("DELETE FROM parked; DELETE FROM parked_waiting")
        .unwrap();
    let house = world.open(OnPoison::Pause).await;
    let ada = Principal::local_admin();
    let operation = house
        .control
        .rebuild(&ada, "orders", None, "a try")
        .await
        .unwrap();
    house
        .until_ended(operation.id, OperationState::Failed)
        .await;
    house.close().await;
    // The comparison with the log says which event it is, and goes on with the others.
    let report = world.reports().await.remove(0);
    assert!(
        report.differences[0].contains("cannot be folded"),
        "{report:?}"
    );
}

#[tokio::test]
async fn a_reset_forgets_what_is_parked_and_meets_it_again() {
    let (story, _) = story_with_poison();
    let world = World::of(story).await;
    let house = world.open(OnPoison::Park).await;
    let head = world.story.head();
    house
        .until("orders", |position, health| {
            position >= head && health.parked == 1
        })
        .await;
    let ada = Principal::local_admin();
    let to = highwater::contract::ResetTo::Start;
    let before = world.log.head().position;
    house
        .control
        .reset(&ada, "orders", to, "anew")
        .await
        .unwrap();
    let head = world.log.head().position;
    house
        .until("orders", |position, health| {
            health.carried_out > before && position >= head && health.parked == 1
        })
        .await;
    let hand = hand(&house, &world).await;
    let rows = hand.list("orders", 0, 10).await.unwrap();
    // A number is given once.
    assert_eq!((rows[0].id, rows[0].waiting_behind), (2, 2));
    house.close().await;
}

async fn hand(house: &House, world: &World) -> ParkedHand {
    use highwater::subscription::group::{GroupParts, Groups, SqliteGroups};
    let groups = Groups::open(GroupParts {
        log: Arc::clone(&world.log),
        store: Arc::new(SqliteGroups::open(world.folder.path()).await.unwrap()),
        board: house.board.clone(),
        audit: Audit::new(Arc::clone(&world.log), Board::default()),
        leases: None,
    });
    ParkedHand::new(house.control.clone(), groups.await)
}

/// Lets the file of a read model refuse one kind of row, as a constraint that nobody thought of does.
fn refusing(world: &World, customer: &str) {
    let file = world.folder.path().join("views/orders_v2.db");
    let file = rusqlite::Connection::open(file).unwrap();
    let trigger = format!(
        "CREATE TRIGGER refusing BEFORE INSERT ON orders WHEN NEW.customer = '{customer}'
         BEGIN SELECT RAISE(ABORT, 'no such customer may be'); END"
    );
    file.execute_batch(&trigger).unwrap();
}

#[tokio::test]
async fn rows_that_the_database_refuses_are_the_fault_of_their_event() {
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_000);
    let world = World::of(story).await;
    let house = world.open(OnPoison::Park).await;
    house
        .until("orders", |position, _| position >= world.story.head())
        .await;
    house.close().await;
    refusing(&world, "Eve");
    let mut story = Story::new();
    story.registered("kettle", "Kettle", 4_000);
    let mut placed = Vec::new();
    for (number, customer) in [(1, "Ada"), (2, "Eve"), (3, "Ada")] {
        placed.push(story.placed(number, customer, &[("kettle", 1, 4_000)]));
    }
    append(&*world.log, &story, 1).await;

    // Stopped at that event, with all before it done and nothing else lost.
    let house = world.open(OnPoison::Pause).await;
    house.until("orders", |_, health| health.faulted).await;
    let slot = house.board.slot("orders").unwrap();
    let failing = slot.health().failing.expect("an event");
    assert_eq!(failing.position, placed[1]);
    assert!(
        failing.error.contains("no such customer may be"),
        "{failing:?}"
    );
    assert_eq!(slot.position(), placed[0]);
    house.close().await;

    // Or set aside, and the others go on.
    let house = world.open(OnPoison::Park).await;
    let head = story.head();
    house
        .until("orders", |position, health| {
            position >= head && health.parked == 1
        })
        .await;
    let found = house.models.orders.get(order(3), head).await.unwrap();
    assert_eq!(found.unwrap().item.row.customer, "Ada");
    assert!(
        house
            .models
            .orders
            .get(order(2), head)
            .await
            .unwrap()
            .is_none()
    );
    house.close().await;
}
