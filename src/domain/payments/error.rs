//! Why a payment says no.

use crate::domain::MAX_AMOUNT;

/// Every reason for which a command to a payment is refused. A declined card is not among them: that is an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    /// The amount is below zero or over the limit.
    #[error("amount.amount must be from 0 to {MAX_AMOUNT} minor units.")]
    InvalidAmount,
    /// The amount is held already.
    #[error("The payment is already authorised.")]
    AlreadyAuthorised,
    /// The gateway said no before.
    #[error("The payment is already declined.")]
    AlreadyDeclined,
    /// It was given back.
    #[error("The payment is already voided.")]
    AlreadyVoided,
    /// There is nothing to give back.
    #[error("The payment is not authorised, so there is nothing to void.")]
    NotAuthorised,
}

impl PaymentRefusal {
    /// The word that programs compare.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            PaymentRefusal::InvalidAmount => "invalid_amount",
            PaymentRefusal::AlreadyAuthorised => "already_authorised",
            PaymentRefusal::AlreadyDeclined => "already_declined",
            PaymentRefusal::AlreadyVoided => "already_voided",
            PaymentRefusal::NotAuthorised => "not_authorised",
        }
    }
}
