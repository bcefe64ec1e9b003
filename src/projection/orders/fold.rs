//! Events into the order list and the histories. Pure.

use std::collections::BTreeMap;

use super::summary::{named_order, summary};
use crate::contract::{
    CommandId, Money, OrderId, OrderLine, OrderStatus, Position, RecordedEvent, Timestamp,
};
use crate::domain::orders::OrderEvent;
use crate::projection::model::Fact;
use crate::projection::order_event;
use crate::projection::past::{PastVersion, Standing};

/// What a batch does to the tables.
#[derive(Default)]
pub(super) struct Batch<'a> {
    orders: BTreeMap<OrderId, Order<'a>>,
    history: Vec<Entry<'a>>,
    past: Vec<PastVersion<'a>>,
    /// As of the event that was folded last.
    counts: Counts,
    /// As of each event that changed them.
    counted: Vec<(Position, Counts)>,
}

/// An order that the place has, or that the batch places.
struct Order<'a> {
    /// Its place in the list.
    position: Position,
    /// What its row says.
    standing: Standing<'a>,
    /// Where the batch places it.
    placed: Option<Placed<'a>>,
    /// When the row last changed, where the batch changes it.
    updated_at: Option<Timestamp>,
}

/// How far an order has come with the batch, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Progress<'a> {
    pub(super) standing: &'a Standing<'a>,
    pub(super) updated_at: Timestamp,
}

/// How many orders have each status, in the order of [`OrderStatus::ALL`].
pub(super) type Counts = [i64; OrderStatus::ALL.len()];

/// What never changes about an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed<'a> {
    pub(super) at: Timestamp,
    pub(super) by: Option<CommandId>,
    pub(super) customer: &'a str,
    pub(super) lines: &'a [OrderLine],
    pub(super) total: Money,
}

/// An event in the history of an order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry<'a> {
    pub(super) order_id: OrderId,
    pub(super) recorded: &'a RecordedEvent,
    pub(super) summary: String,
    /// What the order's row said after the event, and why, where the event changed it.
    pub(super) said: Option<(OrderStatus, Option<&'a str>)>,
}

impl Order<'_> {
    fn progress(&self) -> Option<Progress<'_>> {
        Some(Progress {
            standing: &self.standing,
            updated_at: self.updated_at?,
        })
    }
}

impl<'a> Batch<'a> {
    /// The batch before its first event, on top of the orders and the counts that the place has.
    pub(super) fn new(
        stored: impl IntoIterator<Item = (OrderId, Position, Standing<'a>)>,
        counts: Counts,
    ) -> Batch<'a> {
        let orders = stored.into_iter().map(|(id, position, standing)| {
            let order = Order {
                position,
                standing,
                placed: None,
                updated_at: None,
            };
            (id, order)
        });
        Batch {
            orders: orders.collect(),
            counts,
            ..Batch::default()
        }
    }

    /// Folds one event.
    pub(super) fn apply(&mut self, fact: &'a Fact<'a>) {
        let said = fact.as_order_event().and_then(|event| {
            let changed = self.advance(fact.recorded, event);
            changed.then(|| order_event::status_after(event))
        });
        if let Some(order_id) = named_order(&fact.event) {
            self.history.push(Entry {
                order_id,
                recorded: fact.recorded,
                summary: summary(&fact.event),
                said,
            });
        }
    }

    /// The row of the order. It begins with the first `OrderPlaced`, which the log has before all that follows from it;
    /// what other programs append about an order that was never placed is history only. Answers whether the row changed.
    fn advance(&mut self, recorded: &'a RecordedEvent, event: &'a OrderEvent) -> bool {
        let standing = Standing::after(recorded, event);
        let status = standing.status;
        let order_id = event.order_id();
        match (self.orders.get_mut(&order_id), placed(recorded, event)) {
            (None, None) | (Some(_), Some(_)) => return false,
            (Some(order), None) => {
                let said = std::mem::replace(&mut order.standing, standing);
                order.updated_at = Some(recorded.recorded_at);
                self.counts[said.status as usize] -= 1;
                self.past.push(PastVersion {
                    placed: order.position,
                    said,
                    until: recorded.position,
                });
                self.count(status, recorded.position);
            }
            (None, placed @ Some(_)) => {
                let order = Order {
                    position: recorded.position,
                    standing,
                    placed,
                    updated_at: Some(recorded.recorded_at),
                };
                self.orders.insert(order_id, order);
                self.count(status, recorded.position);
            }
        }
        true
    }

    fn count(&mut self, status: OrderStatus, position: Position) {
        self.counts[status as usize] += 1;
        self.counted.push((position, self.counts));
    }

    /// The orders that the batch placed, as they are at its end.
    pub(super) fn placed(
        &self,
    ) -> impl Iterator<Item = (OrderId, Position, Placed<'a>, Progress<'_>)> {
        self.orders
            .iter()
            .filter_map(|(id, order)| Some((*id, order.position, order.placed?, order.progress()?)))
    }

    /// The orders of the place that the batch moved on.
    pub(super) fn moved(&self) -> impl Iterator<Item = (OrderId, Progress<'_>)> {
        self.orders
            .iter()
            .filter(|(_, order)| order.placed.is_none())
            .filter_map(|(id, order)| Some((*id, order.progress()?)))
    }

    /// The new entries of all histories.
    pub(super) fn history(&self) -> &[Entry<'a>] {
        &self.history
    }

    /// What rows said before the batch changed them.
    pub(super) fn past(&self) -> &[PastVersion<'a>] {
        &self.past
    }

    /// How many orders had each status, after each event that changed a row.
    pub(super) fn counts(&self) -> &[(Position, Counts)] {
        &self.counted
    }
}

fn placed<'a>(recorded: &'a RecordedEvent, event: &'a OrderEvent) -> Option<Placed<'a>> {
    let OrderEvent::Placed(event) = event else {
        return None;
    };
    Some(Placed {
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
