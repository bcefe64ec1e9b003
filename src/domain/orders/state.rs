//! What an order remembers in order to decide.

use serde::{Deserialize, Serialize};

use super::OrderEvent;
use crate::contract::{Money, OrderStatus};

/// An order as its events made it. As JSON it is what was placed, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Order {
    /// Nobody placed it.
    #[default]
    Unplaced,
    /// It was placed.
    Placed {
        /// How far it has come.
        status: OrderStatus,
        /// What it costs.
        total: Money,
    },
}

impl Order {
    pub(super) fn take_in(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::Placed(placed) => self.place(placed.total),
            OrderEvent::Reserved(_) => self.advance(OrderStatus::Reserved),
            OrderEvent::Paid(_) => self.advance(OrderStatus::Paid),
            OrderEvent::Confirmed(_) => self.advance(OrderStatus::Confirmed),
            OrderEvent::Shipped(_) => self.advance(OrderStatus::Shipped),
            OrderEvent::Cancelled(_) => self.advance(OrderStatus::Cancelled),
        }
    }

    fn place(&mut self, total: Money) {
        if *self == Order::Unplaced {
            *self = Order::Placed {
                status: OrderStatus::Placed,
                total,
            };
        }
    }

    fn advance(&mut self, to: OrderStatus) {
        if let Order::Placed { status, .. } = self {
            *status = to;
        }
    }
}
