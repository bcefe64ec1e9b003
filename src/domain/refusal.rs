//! A refusal of whichever aggregate.

use super::inventory::ProductRefusal;
use super::orders::OrderRefusal;
use super::payments::PaymentRefusal;

/// The domain's no: a word for programs and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// An order said no.
    #[error(transparent)]
    Order(#[from] OrderRefusal),
    /// A product said no.
    #[error(transparent)]
    Product(#[from] ProductRefusal),
    /// A payment said no.
    #[error(transparent)]
    Payment(#[from] PaymentRefusal),
}

impl Refusal {
    /// The word that programs compare, such as `already_shipped`. The sentence is its `Display`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Refusal::Order(refusal) => refusal.word(),
            Refusal::Product(refusal) => refusal.word(),
            Refusal::Payment(refusal) => refusal.word(),
        }
    }
}
