//! What a payment remembers in order to decide.

use serde::{Deserialize, Serialize};

use super::PaymentEvent;
use crate::contract::Money;

/// A payment as its events made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Payment {
    /// The gateway has not said yes or no.
    Open {
        /// Attempts that failed.
        failed: u32,
    },
    /// The amount is held.
    Authorised {
        /// What is held.
        amount: Money,
    },
    /// The gateway said no.
    Declined,
    /// The amount was held and is no longer.
    Voided,
}

impl Default for Payment {
    fn default() -> Payment {
        Payment::Open { failed: 0 }
    }
}

impl Payment {
    pub(super) fn take_in(&mut self, event: &PaymentEvent) {
        *self = match event {
            PaymentEvent::Authorised(authorised) => Payment::Authorised {
                amount: authorised.amount,
            },
            PaymentEvent::AttemptFailed(failed) => Payment::Open {
                failed: failed.attempt,
            },
            PaymentEvent::Declined(_) => Payment::Declined,
            PaymentEvent::Voided(_) => Payment::Voided,
        };
    }
}
