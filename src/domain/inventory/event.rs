//! What can have happened to a product.

use serde::{Deserialize, Serialize};

use crate::contract::{Money, OrderId, Sku};

/// A product is in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRegistered {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// Price of a piece.
    pub unit_price: Money,
}

/// A delivery came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockReceived {
    /// The product.
    pub sku: Sku,
    /// Pieces.
    pub quantity: u32,
}

/// Pieces are promised to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockReserved {
    /// The product.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// Pieces.
    pub quantity: u32,
}

/// There were not enough pieces for an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockReservationRejected {
    /// The product.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// Pieces that it wanted.
    pub quantity: u32,
    /// Pieces that there were.
    pub available: u64,
}

/// What was promised to an order is free again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockReleased {
    /// The product.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// Pieces.
    pub quantity: u32,
}

/// What was promised to an order has left the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockDispatched {
    /// The product.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// Pieces.
    pub quantity: u32,
}

/// Everything that can have happened to a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductEvent {
    /// It is in the catalogue.
    Registered(ProductRegistered),
    /// A delivery came in.
    Received(StockReceived),
    /// Pieces are promised to an order.
    Reserved(StockReserved),
    /// There were not enough for an order.
    ReservationRejected(StockReservationRejected),
    /// A promise was taken back.
    Released(StockReleased),
    /// A promise was kept: the pieces have left.
    Dispatched(StockDispatched),
}

impl ProductEvent {
    /// The product that it happened to.
    #[must_use]
    pub fn sku(&self) -> &Sku {
        match self {
            ProductEvent::Registered(event) => &event.sku,
            ProductEvent::Received(event) => &event.sku,
            ProductEvent::Reserved(event) => &event.sku,
            ProductEvent::ReservationRejected(event) => &event.sku,
            ProductEvent::Released(event) => &event.sku,
            ProductEvent::Dispatched(event) => &event.sku,
        }
    }

    /// The order that it concerns, where it concerns one.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        match self {
            ProductEvent::Registered(_) | ProductEvent::Received(_) => None,
            ProductEvent::Reserved(event) => Some(event.order_id),
            ProductEvent::ReservationRejected(event) => Some(event.order_id),
            ProductEvent::Released(event) => Some(event.order_id),
            ProductEvent::Dispatched(event) => Some(event.order_id),
        }
    }
}
