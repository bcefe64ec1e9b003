//! What the events of an order mean to every read model that shows orders.

use std::collections::BTreeSet;

use super::model::Fact;
use crate::contract::{OrderId, OrderStatus};
use crate::domain::orders::OrderEvent;

/// How far the order has come with the event, and why, where it ended without delivery.
pub(crate) fn status_after(event: &OrderEvent) -> (OrderStatus, Option<&str>) {
    match event {
        OrderEvent::Placed(_) => (OrderStatus::Placed, None),
        OrderEvent::Reserved(_) => (OrderStatus::Reserved, None),
        OrderEvent::Paid(_) => (OrderStatus::Paid, None),
        OrderEvent::Confirmed(_) => (OrderStatus::Confirmed, None),
        OrderEvent::Shipped(_) => (OrderStatus::Shipped, None),
        OrderEvent::Cancelled(event) => (OrderStatus::Cancelled, Some(&event.reason)),
    }
}

/// The orders whose own streams the facts are from, each once.
pub(crate) fn ids_of(facts: &[Fact<'_>]) -> BTreeSet<OrderId> {
    facts
        .iter()
        .filter_map(Fact::as_order_event)
        .map(OrderEvent::order_id)
        .collect()
}
