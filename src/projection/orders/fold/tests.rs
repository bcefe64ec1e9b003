use super::*;
use crate::domain::inventory::{ProductEvent, StockReserved};
use crate::domain::orders::OrderReserved;
use crate::projection::testing::{cancelled, facts, log, order, placed, sku};

fn reserved(number: u128) -> OrderEvent {
    OrderEvent::Reserved(OrderReserved {
        order_id: order(number),
    })
}

fn standing(status: OrderStatus, since: u64) -> Standing<'static> {
    Standing {
        since: Position(since),
        status,
        reason: None,
    }
}

#[test]
fn a_new_order_is_written_once_as_it_is_at_the_end() {
    let log = log(&[placed(1, 2).into(), reserved(1).into()]);
    let facts = facts(&log);
    let mut batch = Batch::new([], Counts::default());
    facts.iter().for_each(|fact| batch.apply(fact));
    let placed: Vec<_> = batch.placed().collect();
    assert_eq!(placed.len(), 1);
    let (id, position, _, progress) = placed[0];
    assert_eq!((id, position), (order(1), Position(1)));
    assert_eq!(progress.standing, &standing(OrderStatus::Reserved, 2));
    assert_eq!(batch.moved().count(), 0);
    let past = PastVersion {
        placed: Position(1),
        said: standing(OrderStatus::Placed, 1),
        until: Position(2),
    };
    assert_eq!(batch.past(), [past]);
    let counts = [
        (Position(1), [1, 0, 0, 0, 0, 0]),
        (Position(2), [0, 1, 0, 0, 0, 0]),
    ];
    assert_eq!(batch.counts(), counts);
}

#[test]
fn a_stored_order_moves_on_and_is_not_placed_again() {
    let log = log(&[placed(1, 2).into(), cancelled(1).into()]);
    let facts = facts(&log);
    let paid = standing(OrderStatus::Paid, 0);
    let stored = (order(1), Position(0), paid.clone());
    let mut batch = Batch::new([stored], [3, 0, 2, 0, 0, 1]);
    facts.iter().for_each(|fact| batch.apply(fact));
    assert_eq!(batch.placed().count(), 0);
    let moved: Vec<_> = batch.moved().collect();
    let reason = moved[0].1.standing.reason.as_deref();
    assert_eq!(reason, Some("changed my mind"));
    let past = PastVersion {
        placed: Position(0),
        said: paid,
        until: Position(2),
    };
    assert_eq!(batch.past(), [past]);
    assert_eq!(batch.counts(), [(Position(2), [3, 0, 1, 0, 0, 2])]);
    assert_eq!(batch.history().len(), 2);
}

#[test]
fn history_has_events_of_other_streams_and_of_unknown_orders() {
    let event = ProductEvent::Reserved(StockReserved {
        sku: sku("mug"),
        order_id: order(7),
        quantity: 2,
    });
    let log = log(&[event.into(), reserved(7).into()]);
    let facts = facts(&log);
    let mut batch = Batch::new([], Counts::default());
    facts.iter().for_each(|fact| batch.apply(fact));
    let history: Vec<_> = batch
        .history()
        .iter()
        .map(|entry| (entry.order_id, entry.summary.as_str()))
        .collect();
    assert_eq!(history, [(order(7), "mug ×2"), (order(7), "")]);
    assert_eq!(batch.placed().count() + batch.moved().count(), 0);
    assert_eq!(batch.counts(), []);
    assert_eq!(batch.past(), []);
}
