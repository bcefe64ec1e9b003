//! What an order can be asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PriceList;
use crate::contract::{OrderId, Sku};
use crate::domain::CardText;

/// Orders products; the answer comes from stock and payment later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// The order's id, chosen by whoever orders.
    pub order_id: OrderId,
    /// Who orders: 1 to 120 characters.
    pub customer: String,
    /// What is ordered: 1 to 50 lines, each product once.
    pub lines: Vec<RequestedLine>,
    /// The card to charge: 4 to 19 digits.
    pub card: CardText,
}

/// One product of an order that is being placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestedLine {
    /// The product.
    pub sku: Sku,
    /// Pieces: 1 to 1,000,000.
    pub quantity: u32,
}

/// Ends an order that is not shipped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// The order.
    pub order_id: OrderId,
    /// Why: 1 to 200 characters.
    pub reason: String,
}

/// Hands a confirmed order to the carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipOrder {
    /// The order.
    pub order_id: OrderId,
}

/// Records that all lines are reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkOrderReserved {
    /// The order.
    pub order_id: OrderId,
}

/// Records that the payment is authorised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkOrderPaid {
    /// The order.
    pub order_id: OrderId,
}

/// Makes a paid order ready to ship.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmOrder {
    /// The order.
    pub order_id: OrderId,
}

/// Everything that an order can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderCommand {
    /// Place it, at these names and prices.
    Place(PlaceOrder, PriceList),
    /// Cancel it.
    Cancel(CancelOrder),
    /// Ship it.
    Ship(ShipOrder),
    /// Its stock is reserved.
    MarkReserved(MarkOrderReserved),
    /// Its payment is authorised.
    MarkPaid(MarkOrderPaid),
    /// Confirm it.
    Confirm(ConfirmOrder),
}

impl From<CancelOrder> for OrderCommand {
    fn from(command: CancelOrder) -> OrderCommand {
        OrderCommand::Cancel(command)
    }
}

impl From<ShipOrder> for OrderCommand {
    fn from(command: ShipOrder) -> OrderCommand {
        OrderCommand::Ship(command)
    }
}

impl From<MarkOrderReserved> for OrderCommand {
    fn from(command: MarkOrderReserved) -> OrderCommand {
        OrderCommand::MarkReserved(command)
    }
}

impl From<MarkOrderPaid> for OrderCommand {
    fn from(command: MarkOrderPaid) -> OrderCommand {
        OrderCommand::MarkPaid(command)
    }
}

impl From<ConfirmOrder> for OrderCommand {
    fn from(command: ConfirmOrder) -> OrderCommand {
        OrderCommand::Confirm(command)
    }
}
