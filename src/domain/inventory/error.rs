//! Why a product says no.

use crate::contract::{InvalidName, Sku};
use crate::domain::{InvalidQuantity, MAX_AMOUNT, MAX_QUANTITY};

/// Every reason for which a command to a product is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProductRefusal {
    /// The sku is taken.
    #[error("Product {0} is already registered.")]
    AlreadyRegistered(Sku),
    /// It is not in the catalogue.
    #[error("There is no product {0}.")]
    UnknownProduct(Sku),
    /// The name cannot be taken.
    #[error("name {0}.")]
    InvalidName(InvalidName),
    /// The price is below zero or over the limit.
    #[error("unit_price.amount must be from 0 to {MAX_AMOUNT} minor units.")]
    InvalidPrice,
    /// The quantity cannot be taken.
    #[error("{}", quantity_sentence(*.0))]
    Quantity(InvalidQuantity),
    /// The order has a reservation.
    #[error("Stock of {0} is already reserved for this order.")]
    AlreadyReserved(Sku),
    /// The order has no reservation.
    #[error("No stock of {0} is reserved for this order.")]
    NotReserved(Sku),
    /// The order has reserved another quantity: reservations are released and dispatched whole.
    #[error("quantity is {asked}, but {reserved} of {sku} are reserved for this order.")]
    OtherQuantityReserved {
        /// The product.
        sku: Sku,
        /// Pieces in the command.
        asked: u32,
        /// Pieces reserved.
        reserved: u32,
    },
}

impl ProductRefusal {
    /// The word that programs compare.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            ProductRefusal::AlreadyRegistered(_) => "already_registered",
            ProductRefusal::UnknownProduct(_) => "unknown_product",
            ProductRefusal::InvalidName(_) => "invalid_name",
            ProductRefusal::InvalidPrice => "invalid_price",
            ProductRefusal::Quantity(problem) => problem.word(),
            ProductRefusal::AlreadyReserved(_) => "already_reserved",
            ProductRefusal::NotReserved(_) => "not_reserved",
            ProductRefusal::OtherQuantityReserved { .. } => "other_quantity_reserved",
        }
    }
}

fn quantity_sentence(problem: InvalidQuantity) -> String {
    match problem {
        InvalidQuantity::Zero => "quantity is 0: it must be at least 1.".to_owned(),
        InvalidQuantity::TooLarge => format!("quantity is over {MAX_QUANTITY}."),
    }
}
