//! What a product can be asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::{Money, OrderId, Sku};

/// Puts a product into the catalogue, without stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterProduct {
    /// The product.
    pub sku: Sku,
    /// Its name: 1 to 120 characters.
    pub name: String,
    /// Price of a piece, in minor units.
    pub unit_price: Money,
}

/// Takes a delivery into the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveStock {
    /// The product.
    pub sku: Sku,
    /// Pieces: 1 to 1,000,000.
    pub quantity: u32,
}

/// Promises pieces to an order, if there are enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReserveStock {
    /// The product.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// Pieces: 1 to 1,000,000.
    pub quantity: u32,
}

/// Takes back what was promised to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseStock {
    /// The product.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// Pieces: as many as are reserved for the order.
    pub quantity: u32,
}

/// Lets the promised pieces leave the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchStock {
    /// The product.
    pub sku: Sku,
    /// The order.
    pub order_id: OrderId,
    /// Pieces: as many as are reserved for the order.
    pub quantity: u32,
}

/// Everything that a product can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductCommand {
    /// Register it.
    Register(RegisterProduct),
    /// Receive a delivery.
    Receive(ReceiveStock),
    /// Reserve for an order.
    Reserve(ReserveStock),
    /// Release what an order has reserved.
    Release(ReleaseStock),
    /// Dispatch what an order has reserved.
    Dispatch(DispatchStock),
}

impl From<RegisterProduct> for ProductCommand {
    fn from(command: RegisterProduct) -> ProductCommand {
        ProductCommand::Register(command)
    }
}

impl From<ReceiveStock> for ProductCommand {
    fn from(command: ReceiveStock) -> ProductCommand {
        ProductCommand::Receive(command)
    }
}

impl From<ReserveStock> for ProductCommand {
    fn from(command: ReserveStock) -> ProductCommand {
        ProductCommand::Reserve(command)
    }
}

impl From<ReleaseStock> for ProductCommand {
    fn from(command: ReleaseStock) -> ProductCommand {
        ProductCommand::Release(command)
    }
}

impl From<DispatchStock> for ProductCommand {
    fn from(command: DispatchStock) -> ProductCommand {
        ProductCommand::Dispatch(command)
    }
}
