use super::*;
use crate::domain::inventory::{ProductEvent, StockReserved};
use crate::domain::orders::OrderReserved;
use crate::projection::testing::{cancelled, facts, log, order, placed, sku};

fn reserved(number: u128) -> OrderEvent {
    OrderEvent::Reserved(OrderReserved {
        order_id: order(number),
    })
}

#[test]
fn a_new_order_is_written_once_as_it_is_at_the_end() {
    let log = log(&[placed(1, 2).into(), reserved(1).into()]);
    let facts = facts(&log);
    let mut batch = Batch::new([]);
    facts.iter().for_each(|fact| batch.apply(fact));
    let placed: Vec<_> = batch.placed().collect();
    assert_eq!(placed.len(), 1);
    let (id, start, progress) = placed[0];
    assert_eq!((id, start.position), (order(1), Position(1)));
    assert_eq!(progress.status, OrderStatus::Reserved);
    assert_eq!(progress.position, Position(2));
    assert_eq!(batch.moved().count(), 0);
    let counts: Vec<_> = batch.counts().collect();
    assert_eq!(counts, [(OrderStatus::Reserved, 1)]);
}

#[test]
fn a_stored_order_moves_on_and_is_not_placed_again() {
    let log = log(&[placed(1, 2).into(), cancelled(1).into()]);
    let facts = facts(&log);
    let mut batch = Batch::new([(order(1), OrderStatus::Paid)]);
    facts.iter().for_each(|fact| batch.apply(fact));
    assert_eq!(batch.placed().count(), 0);
    let moved: Vec<_> = batch.moved().collect();
    assert_eq!(moved[0].1.cancel_reason, Some("changed my mind"));
    let counts: Vec<_> = batch.counts().collect();
    assert_eq!(
        counts,
        [(OrderStatus::Paid, -1), (OrderStatus::Cancelled, 1)]
    );
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
    let mut batch = Batch::new([]);
    facts.iter().for_each(|fact| batch.apply(fact));
    let history: Vec<_> = batch
        .history()
        .iter()
        .map(|entry| (entry.order_id, entry.summary.as_str()))
        .collect();
    assert_eq!(history, [(order(7), "mug ×2"), (order(7), "")]);
    assert_eq!(batch.placed().count() + batch.moved().count(), 0);
    assert_eq!(batch.counts().count(), 0);
}
