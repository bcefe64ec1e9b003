//! Events into documents. Pure.

use std::collections::BTreeMap;

use crate::contract::{Money, OrderId, OrderLine, OrderStatus, Position, RecordedEvent, Timestamp};
use crate::domain::orders::OrderEvent;
use crate::projection::order_event;

/// What a batch does to the documents.
#[derive(Default)]
pub(super) struct Batch<'a> {
    /// Documents that the place has, or that the batch makes.
    documents: BTreeMap<OrderId, Document<'a>>,
}

/// One order's document; nothing in it means that the place has it and the batch leaves it alone.
#[derive(Default)]
struct Document<'a> {
    placed: Option<Placed<'a>>,
    progress: Option<Progress<'a>>,
}

/// What never changes in a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed<'a> {
    pub(super) position: Position,
    pub(super) at: Timestamp,
    pub(super) customer: &'a str,
    pub(super) products: String,
    pub(super) skus: String,
    pub(super) total: Money,
}

/// The words that change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Progress<'a> {
    pub(super) status: OrderStatus,
    pub(super) reason: Option<&'a str>,
}

impl<'a> Batch<'a> {
    /// The batch before its first event, on top of the documents that the place has.
    pub(super) fn new(stored: impl IntoIterator<Item = OrderId>) -> Batch<'a> {
        Batch {
            documents: stored
                .into_iter()
                .map(|id| (id, Document::default()))
                .collect(),
        }
    }

    /// Folds one event. A document begins with the first `OrderPlaced`; there is nothing to find of an order that was
    /// never placed.
    pub(super) fn apply(&mut self, recorded: &RecordedEvent, event: &'a OrderEvent) {
        let (status, reason) = order_event::status_after(event);
        let progress = Some(Progress { status, reason });
        let order_id = event.order_id();
        match (self.documents.get_mut(&order_id), placed(recorded, event)) {
            (None, None) | (Some(_), Some(_)) => {}
            (Some(document), None) => document.progress = progress,
            (None, placed @ Some(_)) => {
                self.documents
                    .insert(order_id, Document { placed, progress });
            }
        }
    }

    /// The documents that the batch made, as they are at its end.
    pub(super) fn placed(&self) -> impl Iterator<Item = (OrderId, &Placed<'a>, Progress<'a>)> {
        self.documents
            .iter()
            .filter_map(|(id, document)| Some((*id, document.placed.as_ref()?, document.progress?)))
    }

    /// The documents of the place whose words changed.
    pub(super) fn moved(&self) -> impl Iterator<Item = (OrderId, Progress<'a>)> {
        self.documents
            .iter()
            .filter(|(_, document)| document.placed.is_none())
            .filter_map(|(id, document)| Some((*id, document.progress?)))
    }
}

fn placed<'a>(recorded: &RecordedEvent, event: &'a OrderEvent) -> Option<Placed<'a>> {
    let OrderEvent::Placed(event) = event else {
        return None;
    };
    Some(Placed {
        position: recorded.position,
        at: recorded.recorded_at,
        customer: &event.customer,
        products: joined(&event.lines, ", ", |line| &line.name),
        skus: joined(&event.lines, " ", |line| line.sku.as_str()),
        total: event.total,
    })
}

fn joined<'a>(
    lines: &'a [OrderLine],
    between: &str,
    text: impl Fn(&'a OrderLine) -> &'a str,
) -> String {
    lines.iter().map(text).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests;
