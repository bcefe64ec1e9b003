//! Events into sales. Pure.

use std::collections::BTreeMap;

use crate::contract::{Currency, Money, OrderId, OrderLine, Position, RecordedEvent, Timestamp};
use crate::domain::orders::{OrderEvent, OrderPlaced};

/// The largest sum that a row has, so that the sum of a day's rows fits a column whatever other programs append.
const LARGEST: i64 = i64::MAX / 1_000;

/// An hour, and the currency in which it sold.
pub(super) type HourKey = (Timestamp, Currency);

/// What was sold in one hour, in one currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hour {
    pub(super) orders: i64,
    pub(super) units: i64,
    pub(super) revenue: i64,
    pub(super) cancelled: i64,
    /// The last event that changed the row.
    pub(super) position: Position,
}

/// What an order adds to its hour, and takes back when it is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpenOrder {
    pub(super) hour: HourKey,
    pub(super) units: i64,
    pub(super) revenue: i64,
}

/// What a batch does to the tables.
#[derive(Default)]
pub(super) struct Batch {
    hours: BTreeMap<HourKey, Hour>,
    versions: Vec<(HourKey, Hour)>,
    open: BTreeMap<OrderId, OpenOrder>,
    /// The open orders as the place has them.
    stored: BTreeMap<OrderId, OpenOrder>,
}

impl Batch {
    /// The batch before its first event, on top of the orders that the place has open and of the hours it will touch.
    pub(super) fn new(
        open: BTreeMap<OrderId, OpenOrder>,
        hours: impl IntoIterator<Item = (HourKey, Hour)>,
    ) -> Batch {
        Batch {
            hours: hours.into_iter().collect(),
            versions: Vec::new(),
            stored: open.clone(),
            open,
        }
    }

    /// Folds one event.
    pub(super) fn apply(&mut self, recorded: &RecordedEvent, event: &OrderEvent) {
        match event {
            OrderEvent::Placed(event) => {
                self.place(event.order_id, order(recorded, event), recorded.position)
            }
            OrderEvent::Cancelled(event) => self.cancel(event.order_id, recorded.position),
            OrderEvent::Shipped(event) => {
                self.open.remove(&event.order_id);
            }
            OrderEvent::Reserved(_) | OrderEvent::Paid(_) | OrderEvent::Confirmed(_) => {}
        }
    }

    fn place(&mut self, order_id: OrderId, order: OpenOrder, position: Position) {
        if self.open.contains_key(&order_id) {
            return;
        }
        let hour = self.hours.entry(order.hour).or_default();
        hour.orders += 1;
        hour.units = add(hour.units, order.units);
        hour.revenue = add(hour.revenue, order.revenue);
        hour.position = position;
        self.versions.push((order.hour, *hour));
        self.open.insert(order_id, order);
    }

    fn cancel(&mut self, order_id: OrderId, position: Position) {
        let Some(order) = self.open.remove(&order_id) else {
            return;
        };
        let hour = self.hours.entry(order.hour).or_default();
        hour.cancelled += 1;
        hour.units = add(hour.units, -order.units);
        hour.revenue = add(hour.revenue, -order.revenue);
        hour.position = position;
        self.versions.push((order.hour, *hour));
    }

    /// The touched hours as they are at the batch's end.
    pub(super) fn hours(&self) -> impl Iterator<Item = (&HourKey, &Hour)> {
        self.hours.iter()
    }

    /// The touched hours as they were after each event.
    pub(super) fn versions(&self) -> impl Iterator<Item = (&HourKey, &Hour)> {
        self.versions.iter().map(|(key, hour)| (key, hour))
    }

    /// Orders that the batch placed and left open.
    pub(super) fn opened(&self) -> impl Iterator<Item = (&OrderId, &OpenOrder)> {
        self.open
            .iter()
            .filter(|(id, order)| self.stored.get(id) != Some(order))
    }

    /// Orders of the place that the batch closed.
    pub(super) fn closed(&self) -> impl Iterator<Item = &OrderId> {
        self.stored.keys().filter(|id| !self.open.contains_key(id))
    }
}

/// What an order adds to the hour in which it is placed.
pub(super) fn order(recorded: &RecordedEvent, event: &OrderPlaced) -> OpenOrder {
    let Money { amount, currency } = event.total;
    OpenOrder {
        hour: (recorded.recorded_at.start_of_hour(), currency),
        units: units(&event.lines),
        revenue: amount.clamp(-LARGEST, LARGEST),
    }
}

fn units(lines: &[OrderLine]) -> i64 {
    lines
        .iter()
        .fold(0, |sum, line| add(sum, i64::from(line.quantity)))
}

fn add(a: i64, b: i64) -> i64 {
    a.saturating_add(b).clamp(-LARGEST, LARGEST)
}

#[cfg(test)]
mod tests;
