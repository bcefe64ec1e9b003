//! What can have happened to a payment.

use serde::{Deserialize, Serialize};

use crate::contract::{Money, OrderId};

/// The gateway holds the amount for us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAuthorised {
    /// The order.
    pub order_id: OrderId,
    /// What is held.
    pub amount: Money,
    /// Which attempt it was, from 1.
    pub attempt: u32,
}

/// The gateway could not say yes or no; asking again may help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAttemptFailed {
    /// The order.
    pub order_id: OrderId,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// Why: `card_processor_unavailable`.
    pub reason: String,
}

/// The gateway said no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentDeclined {
    /// The order.
    pub order_id: OrderId,
    /// Why: `card_declined`, or `unknown_test_card`.
    pub reason: String,
}

/// The amount is no longer held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentVoided {
    /// The order.
    pub order_id: OrderId,
    /// What was held.
    pub amount: Money,
}

/// Everything that can have happened to a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentEvent {
    /// The amount is held.
    Authorised(PaymentAuthorised),
    /// The gateway gave no answer.
    AttemptFailed(PaymentAttemptFailed),
    /// The gateway said no.
    Declined(PaymentDeclined),
    /// The amount is no longer held.
    Voided(PaymentVoided),
}

impl PaymentEvent {
    /// The order that is paid for.
    #[must_use]
    pub fn order_id(&self) -> OrderId {
        match self {
            PaymentEvent::Authorised(event) => event.order_id,
            PaymentEvent::AttemptFailed(event) => event.order_id,
            PaymentEvent::Declined(event) => event.order_id,
            PaymentEvent::Voided(event) => event.order_id,
        }
    }
}
