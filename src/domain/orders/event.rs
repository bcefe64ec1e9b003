//! What can have happened to an order.

use serde::{Deserialize, Serialize};

use crate::contract::{Money, OrderId, OrderLine};
use crate::domain::MaskedCard;

/// An order was accepted; nothing is reserved or paid yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub customer: String,
    /// What was ordered, at the names and prices of that moment.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub total: Money,
    /// The card to charge, masked.
    pub card: MaskedCard,
}

/// All lines of an order are reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReserved {
    /// The order.
    pub order_id: OrderId,
}

/// The payment of an order is authorised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaid {
    /// The order.
    pub order_id: OrderId,
    /// What was paid: the order's total.
    pub amount: Money,
}

/// An order is ready to ship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderConfirmed {
    /// The order.
    pub order_id: OrderId,
}

/// An order is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderShipped {
    /// The order.
    pub order_id: OrderId,
}

/// An order ended without delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// Why: what the customer wrote, or `out_of_stock: <sku>`, `payment_declined`, `payment_failed`.
    pub reason: String,
}

/// Everything that can have happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    /// It was accepted.
    Placed(OrderPlaced),
    /// All its lines are reserved.
    Reserved(OrderReserved),
    /// Its payment is authorised.
    Paid(OrderPaid),
    /// It is ready to ship.
    Confirmed(OrderConfirmed),
    /// It is on its way.
    Shipped(OrderShipped),
    /// It ended without delivery.
    Cancelled(OrderCancelled),
}

impl OrderEvent {
    /// The order that it happened to.
    #[must_use]
    pub fn order_id(&self) -> OrderId {
        match self {
            OrderEvent::Placed(event) => event.order_id,
            OrderEvent::Reserved(event) => event.order_id,
            OrderEvent::Paid(event) => event.order_id,
            OrderEvent::Confirmed(event) => event.order_id,
            OrderEvent::Shipped(event) => event.order_id,
            OrderEvent::Cancelled(event) => event.order_id,
        }
    }
}
