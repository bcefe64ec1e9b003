//! Events into the order list and the histories. Pure.

use std::collections::BTreeMap;

use super::summary::{named_order, summary};
use crate::contract::{
    CommandId, Money, OrderId, OrderLine, OrderStatus, Position, RecordedEvent, Timestamp,
};
use crate::domain::orders::OrderEvent;
use crate::projection::model::Fact;
use crate::projection::order_event;

/// What a batch does to the tables.
#[derive(Default)]
pub(super) struct Batch<'a> {
    orders: BTreeMap<OrderId, Order<'a>>,
    history: Vec<Entry<'a>>,
}

/// An order that the place has, or that the batch places.
struct Order<'a> {
    /// Its status in the place; `None` when the place does not have it.
    stored: Option<OrderStatus>,
    placed: Option<Placed<'a>>,
    progress: Option<Progress<'a>>,
}

/// What never changes about an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed<'a> {
    pub(super) position: Position,
    pub(super) at: Timestamp,
    pub(super) by: Option<CommandId>,
    pub(super) customer: &'a str,
    pub(super) lines: &'a [OrderLine],
    pub(super) total: Money,
}

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Progress<'a> {
    pub(super) status: OrderStatus,
    pub(super) cancel_reason: Option<&'a str>,
    pub(super) updated_at: Timestamp,
    pub(super) position: Position,
}

/// An event in the history of an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry<'a> {
    pub(super) order_id: OrderId,
    pub(super) recorded: &'a RecordedEvent,
    pub(super) summary: String,
}

impl<'a> Batch<'a> {
    /// The batch before its first event, on top of the orders that the place has.
    pub(super) fn new(stored: impl IntoIterator<Item = (OrderId, OrderStatus)>) -> Batch<'a> {
        let orders = stored.into_iter().map(|(id, status)| {
            let order = Order {
                stored: Some(status),
                placed: None,
                progress: None,
            };
            (id, order)
        });
        Batch {
            orders: orders.collect(),
            history: Vec::new(),
        }
    }

    /// Folds one event.
    pub(super) fn apply(&mut self, fact: &'a Fact<'a>) {
        if let Some(event) = fact.as_order_event() {
            self.advance(fact.recorded, event);
        }
        if let Some(order_id) = named_order(&fact.event) {
            self.history.push(Entry {
                order_id,
                recorded: fact.recorded,
                summary: summary(&fact.event),
            });
        }
    }

    /// The row of the order. It begins with the first `OrderPlaced`, which the log has before all that follows from it;
    /// what other programs append about an order that was never placed is history only.
    fn advance(&mut self, recorded: &'a RecordedEvent, event: &'a OrderEvent) {
        let (status, cancel_reason) = order_event::status_after(event);
        let progress = Progress {
            status,
            cancel_reason,
            updated_at: recorded.recorded_at,
            position: recorded.position,
        };
        let order_id = event.order_id();
        match (self.orders.get_mut(&order_id), placed(recorded, event)) {
            (None, None) | (Some(_), Some(_)) => {}
            (Some(order), None) => order.progress = Some(progress),
            (None, Some(placed)) => {
                let order = Order {
                    stored: None,
                    placed: Some(placed),
                    progress: Some(progress),
                };
                self.orders.insert(order_id, order);
            }
        }
    }

    /// The orders that the batch placed, as they are at its end.
    pub(super) fn placed(&self) -> impl Iterator<Item = (OrderId, Placed<'a>, Progress<'a>)> {
        self.orders
            .iter()
            .filter_map(|(id, order)| Some((*id, order.placed?, order.progress?)))
    }

    /// The orders of the place that the batch moved on.
    pub(super) fn moved(&self) -> impl Iterator<Item = (OrderId, Progress<'a>)> {
        self.orders
            .iter()
            .filter(|(_, order)| order.placed.is_none())
            .filter_map(|(id, order)| Some((*id, order.progress?)))
    }

    /// The new entries of all histories.
    pub(super) fn history(&self) -> &[Entry<'a>] {
        &self.history
    }

    /// How many orders more, or fewer, have each status; statuses whose number stays are left out.
    pub(super) fn counts(&self) -> impl Iterator<Item = (OrderStatus, i64)> {
        OrderStatus::ALL
            .into_iter()
            .map(|status| (status, self.change_of(status)))
            .filter(|(_, change)| *change != 0)
    }

    fn change_of(&self, status: OrderStatus) -> i64 {
        self.orders
            .values()
            .filter_map(|order| Some((order.stored, order.progress?.status)))
            .map(|(before, after)| i64::from(after == status) - i64::from(before == Some(status)))
            .sum()
    }
}

fn placed<'a>(recorded: &'a RecordedEvent, event: &'a OrderEvent) -> Option<Placed<'a>> {
    let OrderEvent::Placed(event) = event else {
        return None;
    };
    Some(Placed {
        position: recorded.position,
        at: recorded.recorded_at,
        by: command_of(recorded),
        customer: &event.customer,
        lines: &event.lines,
        total: event.total,
    })
}

/// The command that wrote the event: only one of ours leaves its name beside its id.
fn command_of(recorded: &RecordedEvent) -> Option<CommandId> {
    let metadata = &recorded.metadata;
    metadata.extra.get("command")?;
    metadata.causation_id.map(CommandId)
}

#[cfg(test)]
mod tests;
