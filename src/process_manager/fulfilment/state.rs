//! What the fulfilment of one order remembers.

use serde::{Deserialize, Serialize};

use crate::contract::{Money, OrderId, Sku};
use crate::domain::MaskedCard;

/// The fulfilment of one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fulfilment {
    /// The order.
    pub order_id: OrderId,
    /// What it costs.
    pub total: Money,
    /// The card to charge.
    pub card: MaskedCard,
    /// Its lines, and where each stands.
    pub lines: Vec<Line>,
    /// Where the payment stands.
    pub payment: PaymentStep,
    /// Whether the order itself says that it is reserved.
    pub order_reserved: bool,
    /// Whether we have asked for the order to be cancelled.
    pub cancelling: bool,
    /// How the order ended, if it has.
    pub end: Option<End>,
}

/// One line of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The product.
    pub sku: Sku,
    /// Pieces.
    pub quantity: u32,
    /// Where it stands.
    pub step: LineStep,
}

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStep {
    /// Reservation asked for, no answer yet.
    Asked,
    /// The pieces are ours.
    Reserved,
    /// There were not enough.
    Rejected,
    /// Given back or sent off: nothing more to do.
    Settled,
}

/// Where the payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStep {
    /// Not asked for yet.
    Waiting,
    /// Asked for, no answer yet.
    Asked,
    /// The amount is held for us.
    Authorised,
    /// The answer was no, or nothing is held any more.
    Settled,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Cancelled, by us or by the customer.
    Cancelled,
    /// Shipped.
    Shipped,
}

impl Fulfilment {
    /// Whether the process has nothing more to wait for.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let open_lines = self
            .lines
            .iter()
            .any(|line| matches!(line.step, LineStep::Asked | LineStep::Reserved));
        match self.end {
            None => false,
            Some(End::Shipped) => true,
            Some(End::Cancelled) => !open_lines && self.payment != PaymentStep::Asked,
        }
    }

    pub(super) fn all_reserved(&self) -> bool {
        self.lines
            .iter()
            .all(|line| line.step == LineStep::Reserved)
    }
}
