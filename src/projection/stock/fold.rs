//! Events into stock. Pure.

use std::collections::BTreeMap;

use crate::contract::{Money, Position, Sku};
use crate::domain::inventory::ProductEvent;

/// One product's stock. Numbers are signed: events that contradict each other must not stop the projection.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) product: Option<Product>,
    pub(super) on_hand: i64,
    pub(super) reserved: i64,
    /// The last event that changed the row.
    pub(super) position: Position,
}

/// What a product is registered as.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Product {
    pub(super) name: String,
    pub(super) unit_price: Money,
}

/// What a batch does to the table.
#[derive(Default)]
pub(super) struct Batch {
    rows: BTreeMap<Sku, Row>,
    versions: Vec<(Sku, Row)>,
}

impl Batch {
    /// The batch before its first event, on top of the rows that the place has of the touched products.
    pub(super) fn new(stored: impl IntoIterator<Item = (Sku, Row)>) -> Batch {
        Batch {
            rows: stored.into_iter().collect(),
            versions: Vec::new(),
        }
    }

    /// Folds one event.
    pub(super) fn apply(&mut self, position: Position, event: &ProductEvent) {
        let row = self.rows.entry(event.sku().clone()).or_default();
        row.position = position;
        match event {
            ProductEvent::Registered(event) => {
                row.product = Some(Product {
                    name: event.name.clone(),
                    unit_price: event.unit_price,
                });
            }
            ProductEvent::Received(event) => row.add(i64::from(event.quantity), 0),
            ProductEvent::Reserved(event) => row.add(0, i64::from(event.quantity)),
            ProductEvent::Released(event) => row.add(0, -i64::from(event.quantity)),
            ProductEvent::Dispatched(event) => {
                let left = -i64::from(event.quantity);
                row.add(left, left);
            }
            // Nothing was promised; the projection does not even ask for it.
            ProductEvent::ReservationRejected(_) => {}
        }
        self.versions.push((event.sku().clone(), row.clone()));
    }

    /// The touched rows as they are at the batch's end.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&Sku, &Row)> {
        self.rows.iter()
    }

    /// The touched rows as they were after each event.
    pub(super) fn versions(&self) -> impl Iterator<Item = (&Sku, &Row)> {
        self.versions.iter().map(|(sku, row)| (sku, row))
    }
}

impl Row {
    fn add(&mut self, on_hand: i64, reserved: i64) {
        self.on_hand = self.on_hand.saturating_add(on_hand);
        self.reserved = self.reserved.saturating_add(reserved);
    }
}

#[cfg(test)]
mod tests;
