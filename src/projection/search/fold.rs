//! Events into documents. Pure.

use std::collections::BTreeMap;

use crate::contract::{Money, OrderId, OrderLine, Position, RecordedEvent, Timestamp};
use crate::domain::orders::OrderEvent;
use crate::projection::past::{PastVersion, Standing};

/// What a batch does to the documents.
#[derive(Default)]
pub(super) struct Batch<'a> {
    /// Documents that the place has, or that the batch makes.
    documents: BTreeMap<OrderId, Document<'a>>,
    past: Vec<PastVersion<'a>>,
}

/// One order's document.
struct Document<'a> {
    /// Its place in the log.
    position: Position,
    /// The words that change.
    standing: Standing<'a>,
    /// Where the batch makes it.
    placed: Option<Placed<'a>>,
    /// Whether the batch changes it.
    has_moved: bool,
}

/// What never changes in a document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed<'a> {
    pub(super) at: Timestamp,
    pub(super) customer: &'a str,
    pub(super) products: String,
    pub(super) skus: String,
    pub(super) total: Money,
}

impl<'a> Batch<'a> {
    /// The batch before its first event, on top of the documents that the place has.
    pub(super) fn new(
        stored: impl IntoIterator<Item = (OrderId, Position, Standing<'a>)>,
    ) -> Batch<'a> {
        let documents = stored.into_iter().map(|(id, position, standing)| {
            let document = Document {
                position,
                standing,
                placed: None,
                has_moved: false,
            };
            (id, document)
        });
        Batch {
            documents: documents.collect(),
            past: Vec::new(),
        }
    }

    /// Folds one event. A document begins with the first `OrderPlaced`; there is nothing to find of an order that was
    /// never placed.
    pub(super) fn apply(&mut self, recorded: &RecordedEvent, event: &'a OrderEvent) {
        let standing = Standing::after(recorded, event);
        let order_id = event.order_id();
        match (self.documents.get_mut(&order_id), placed(recorded, event)) {
            (None, None) | (Some(_), Some(_)) => {}
            (Some(document), None) => {
                let said = std::mem::replace(&mut document.standing, standing);
                document.has_moved = true;
                self.past.push(PastVersion {
                    placed: document.position,
                    said,
                    until: recorded.position,
                });
            }
            (None, placed @ Some(_)) => {
                let document = Document {
                    position: recorded.position,
                    standing,
                    placed,
                    has_moved: false,
                };
                self.documents.insert(order_id, document);
            }
        }
    }

    /// The documents that the batch made, as they are at its end.
    pub(super) fn placed(
        &self,
    ) -> impl Iterator<Item = (OrderId, Position, &Placed<'a>, &Standing<'a>)> {
        self.documents.iter().filter_map(|(id, document)| {
            let placed = document.placed.as_ref()?;
            Some((*id, document.position, placed, &document.standing))
        })
    }

    /// The documents of the place whose words changed.
    pub(super) fn moved(&self) -> impl Iterator<Item = (OrderId, &Standing<'a>)> {
        self.documents
            .iter()
            .filter(|(_, document)| document.placed.is_none() && document.has_moved)
            .map(|(id, document)| (*id, &document.standing))
    }

    /// What documents said before the batch changed them.
    pub(super) fn past(&self) -> &[PastVersion<'a>] {
        &self.past
    }
}

fn placed<'a>(recorded: &RecordedEvent, event: &'a OrderEvent) -> Option<Placed<'a>> {
    let OrderEvent::Placed(event) = event else {
        return None;
    };
    Some(Placed {
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
