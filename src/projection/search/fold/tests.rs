use super::*;
use crate::contract::OrderStatus;
use crate::projection::testing::{cancelled, facts, log, order, placed};

fn fold(stored: &[OrderId], events: &[OrderEvent]) -> (Vec<String>, Vec<OrderStatus>) {
    let events: Vec<_> = events.iter().cloned().map(Into::into).collect();
    let log = log(&events);
    let facts = facts(&log);
    let paid = Standing {
        since: Position(0),
        status: OrderStatus::Paid,
        reason: None,
    };
    let stored = stored.iter().map(|id| (*id, Position(0), paid.clone()));
    let mut batch = Batch::new(stored);
    for fact in &facts {
        if let Some(event) = fact.as_order_event() {
            batch.apply(fact.recorded, event);
        }
    }
    let placed = batch
        .placed()
        .map(|(_, _, placed, standing)| format!("{} {}", placed.products, standing.status));
    let moved = batch.moved().map(|(_, standing)| standing.status);
    (placed.collect(), moved.collect())
}

#[test]
fn a_document_is_written_once_with_its_last_words() {
    let (placed, moved) = fold(&[], &[placed(1, 1), cancelled(1)]);
    assert_eq!(placed, ["Blue mug cancelled"]);
    assert_eq!(moved, []);
}

#[test]
fn a_stored_document_changes_its_words_only() {
    let (placed, moved) = fold(&[order(1), order(2)], &[placed(1, 1), cancelled(1)]);
    assert_eq!(placed, [""; 0]);
    assert_eq!(moved, [OrderStatus::Cancelled]);
}

#[test]
fn an_unknown_order_has_no_document() {
    assert_eq!(fold(&[], &[cancelled(1)]), (vec![], vec![]));
}
