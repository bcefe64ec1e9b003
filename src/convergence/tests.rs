use super::*;

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
