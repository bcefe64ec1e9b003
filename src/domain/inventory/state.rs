//! What a product remembers in order to decide.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::ProductEvent;
use crate::contract::OrderId;
use crate::domain::orders::ListedProduct;

/// A product as its events made it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// How it stands in the catalogue; `None` until it is registered.
    listing: Option<ListedProduct>,
    /// Pieces in the house.
    on_hand: u64,
    /// Pieces promised, over all orders.
    reserved: u64,
    /// Pieces promised to each order, until they are released or dispatched.
    reservations: BTreeMap<OrderId, u32>,
}

impl Product {
    /// Whether it is in the catalogue.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.listing.is_some()
    }

    /// Its name and price, once it is in the catalogue.
    #[must_use]
    pub fn listing(&self) -> Option<&ListedProduct> {
        self.listing.as_ref()
    }

    /// Pieces that can still be promised.
    #[must_use]
    pub fn available(&self) -> u64 {
        self.on_hand.saturating_sub(self.reserved)
    }

    /// Pieces promised to an order.
    #[must_use]
    pub fn reserved_for(&self, order_id: OrderId) -> Option<u32> {
        self.reservations.get(&order_id).copied()
    }

    pub(super) fn take_in(&mut self, event: &ProductEvent) {
        match event {
            ProductEvent::Registered(registered) => {
                self.listing = Some(ListedProduct {
                    name: registered.name.clone(),
                    unit_price: registered.unit_price,
                });
            }
            ProductEvent::Received(received) => {
                self.on_hand = self.on_hand.saturating_add(u64::from(received.quantity));
            }
            ProductEvent::Reserved(reserved) => self.reserve(reserved.order_id, reserved.quantity),
            ProductEvent::ReservationRejected(_) => {}
            ProductEvent::Released(released) => self.forget(released.order_id),
            ProductEvent::Dispatched(dispatched) => {
                self.forget(dispatched.order_id);
                self.on_hand = self.on_hand.saturating_sub(u64::from(dispatched.quantity));
            }
        }
    }

    fn reserve(&mut self, order_id: OrderId, quantity: u32) {
        let held = self.reservations.entry(order_id).or_default();
        *held = held.saturating_add(quantity);
        self.reserved = self.reserved.saturating_add(u64::from(quantity));
    }

    fn forget(&mut self, order_id: OrderId) {
        let held = self.reservations.remove(&order_id).unwrap_or_default();
        self.reserved = self.reserved.saturating_sub(u64::from(held));
    }
}
