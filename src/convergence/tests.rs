use super::*;
use crate::contract::{Selection, StreamName};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn two_consumers() -> Convergence {
    let concerned = |name, types: &[&'static str]| Concerned {
        name,
        kind: ConsumerKind::Projection,
        types: types.to_vec(),
    };
    Convergence::new(vec![
        concerned("orders", &["OrderPlaced"]),
        concerned("stock", &["StockReceived"]),
    ])
}

fn place_order(position: u64) -> CommittedCommand {
    CommittedCommand {
        id: CommandId::generate(),
        name: "PlaceOrder".to_owned(),
        sent_at: None,
        accepted_at: at(1_000),
        decided_at: at(2_000),
        committed_at: at(3_000),
        position: Position(position),
        stream: StreamName::of("order", 7),
        event_types: vec!["OrderPlaced".to_owned()],
    }
}

fn handled(after: u64, upto: u64, applied: i64) -> Handled {
    Handled {
        after: Position(after),
        upto: Position(upto),
        started_at: at(applied - 500),
        applied_at: at(applied),
    }
}

#[test]
fn only_consumers_that_want_its_events_are_concerned() {
    let convergence = two_consumers();
    let command = place_order(7);
    convergence.committed(command.clone());
    let followed = convergence.of(command.id).expect("followed");
    assert_eq!(followed.consumers.len(), 1);
    assert_eq!(followed.consumers[0].name, "orders");
    assert!(!followed.converged);
}

#[test]
fn a_batch_that_holds_the_position_closes_the_window() {
    let convergence = two_consumers();
    let command = place_order(7);
    convergence.committed(command.clone());
    convergence.applied("orders", handled(0, 6, 4_000));
    assert!(!convergence.of(command.id).expect("followed").converged);
    convergence.applied("orders", handled(6, 9, 5_000));
    let followed = convergence.of(command.id).expect("followed");
    assert!(followed.converged);
    assert_eq!(followed.window_ms, Some(2.0));
    assert_eq!(convergence.usual_window("PlaceOrder").count, 1);
}

#[test]
fn a_consumer_may_be_faster_than_the_news_of_the_commit() {
    let convergence = two_consumers();
    convergence.applied("orders", handled(0, 6, 3_200));
    convergence.applied("orders", handled(6, 9, 3_500));
    let command = place_order(7);
    convergence.committed(command.clone());
    let followed = convergence.of(command.id).expect("followed");
    assert_eq!(followed.consumers[0].applied_at, Some(at(3_500)));
    assert!(followed.converged);
}

#[test]
fn the_first_page_that_paints_it_counts() {
    let convergence = two_consumers();
    let command = place_order(7);
    convergence.committed(command.clone());
    let painted = |micros| Painted {
        received_at: at(micros - 100),
        painted_at: at(micros),
        uncertainty_ms: 0.2,
    };
    convergence.pushed("orders", Position(6), Position(7), at(5_000));
    convergence.painted("orders", Position(7), Position(9), painted(5_500));
    assert_eq!(
        convergence.of(command.id).expect("followed").painted_at,
        None,
        "another range"
    );
    convergence.painted("orders", Position(6), Position(7), painted(6_000));
    convergence.painted("orders", Position(6), Position(7), painted(9_000));
    let followed = convergence.of(command.id).expect("followed");
    assert_eq!(followed.pushed_at, Some(at(5_000)));
    assert_eq!(followed.painted_at, Some(at(6_000)));
}

#[test]
fn the_heat_map_counts_what_waits_and_what_was_applied() {
    let convergence = two_consumers();
    let mut command = place_order(7);
    command.committed_at = Timestamp::now();
    let applied = command.committed_at.as_micros() + 3_000;
    convergence.committed(command);
    let column = |consumer| {
        let map = convergence.heat(consumer).expect("followed");
        map.columns
            .into_iter()
            .next()
            .map(|c| (c.applied, c.waiting))
    };
    assert_eq!(column(Some("orders")), Some((vec![], 1)));
    assert_eq!(column(None), Some((vec![], 1)));
    assert_eq!(column(Some("stock")), None, "not concerned");
    convergence.applied("orders", handled(6, 7, applied));
    assert_eq!(column(Some("orders")), Some((vec![(3, 1)], 0)));
    assert_eq!(column(None), Some((vec![(3, 1)], 0)));
    assert!(convergence.heat(Some("nobody")).is_none());
}

fn group_at(convergence: &Convergence, category: &str, position: u64) {
    let wanted = Selection {
        types: None,
        categories: Some([category.to_owned()].into()),
    };
    convergence.groups_stand(&[GroupStands {
        name: &"mailer".into(),
        wanted: &wanted,
        position: Position(position),
    }]);
}

/// Commands that a group waits for, and those that it has finished. They were committed at the epoch, so that they are asked
/// for as of then.
fn cells_of_group(convergence: &Convergence) -> (u32, u32) {
    let map = convergence.lock().groups.heat("mailer", at(4_000_000));
    let columns = map.expect("a group").columns;
    let applied = columns.iter().flat_map(|column| &column.applied);
    let finished = applied.map(|(_, commands)| commands).sum();
    let waiting = columns.iter().map(|column| column.waiting).sum();
    (waiting, finished)
}

#[test]
fn a_group_has_cells_and_holds_no_window_open() {
    let convergence = two_consumers();
    group_at(&convergence, "order", 0);
    let command = place_order(7);
    convergence.committed(command.clone());
    assert_eq!(cells_of_group(&convergence), (1, 0));
    convergence.applied("orders", handled(0, 9, 5_000));
    assert!(convergence.of(command.id).expect("followed").converged);
    group_at(&convergence, "order", 6);
    assert_eq!(cells_of_group(&convergence), (1, 0));
    assert_eq!(convergence.usual_applied("mailer").count, 0);
    group_at(&convergence, "order", 9);
    assert_eq!(cells_of_group(&convergence), (0, 1));
    // What it handles again after a reset counts once.
    group_at(&convergence, "order", 0);
    group_at(&convergence, "order", 9);
    assert_eq!(cells_of_group(&convergence), (0, 1));
    assert_eq!(convergence.usual_applied("mailer").count, 1);
    assert_eq!(convergence.usual_applied("nobody").count, 0);
}

#[test]
fn a_group_may_be_faster_than_the_news_and_wants_what_it_wants() {
    let convergence = two_consumers();
    group_at(&convergence, "order", 9);
    convergence.committed(place_order(7));
    assert_eq!(cells_of_group(&convergence), (0, 1));
    // With another filter it begins anew.
    group_at(&convergence, "payment", 9);
    convergence.committed(place_order(12));
    assert_eq!(cells_of_group(&convergence), (0, 0));
    convergence.groups_stand(&[]);
    assert_eq!(convergence.heat(Some("mailer")), None);
}

#[test]
fn the_memory_of_groups_is_bounded() {
    let convergence = two_consumers();
    let names: Vec<std::sync::Arc<str>> = (0..500).map(|n| format!("g{n}").into()).collect();
    let wanted = Selection::default();
    let stands = |name| GroupStands {
        name,
        wanted: &wanted,
        position: Position(0),
    };
    let all: Vec<GroupStands<'_>> = names.iter().map(stands).collect();
    convergence.groups_stand(&all);
    assert!(convergence.heat(Some("g0")).is_some());
    assert_eq!(convergence.heat(Some("g499")), None);
}
