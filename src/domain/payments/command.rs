//! What a payment can be asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::{Money, OrderId};
use crate::domain::MaskedCard;

/// Asks the gateway for the order's total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorisePayment {
    /// The order.
    pub order_id: OrderId,
    /// What to charge, in minor units.
    pub amount: Money,
    /// The card, masked: the test gateway needs no more.
    pub card: MaskedCard,
}

/// Gives an authorised amount back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidPayment {
    /// The order.
    pub order_id: OrderId,
}

/// Everything that a payment can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentCommand {
    /// Authorise it.
    Authorise(AuthorisePayment),
    /// Void it.
    Void(VoidPayment),
}

impl From<AuthorisePayment> for PaymentCommand {
    fn from(command: AuthorisePayment) -> PaymentCommand {
        PaymentCommand::Authorise(command)
    }
}

impl From<VoidPayment> for PaymentCommand {
    fn from(command: VoidPayment) -> PaymentCommand {
        PaymentCommand::Void(command)
    }
}
