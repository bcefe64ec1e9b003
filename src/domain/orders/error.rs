//! Why an order says no.

use super::MAX_LINES;
use crate::contract::{Currency, InvalidName, OrderId, Sku};
use crate::domain::{InvalidCard, InvalidQuantity, MAX_AMOUNT, MAX_QUANTITY};

/// Every reason for which a command to an order is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefusal {
    /// The id is taken.
    #[error("Order {0} is already placed.")]
    AlreadyPlaced(OrderId),
    /// Nobody placed it.
    #[error("There is no order {0}.")]
    UnknownOrder(OrderId),
    /// The customer's name cannot be taken.
    #[error("customer {0}.")]
    InvalidCustomer(InvalidName),
    /// Nothing is ordered.
    #[error("lines is empty: an order has at least one line.")]
    EmptyOrder,
    /// Too much is ordered at once.
    #[error("lines has {0} entries: an order has at most {MAX_LINES} lines.")]
    TooManyLines(usize),
    /// A product stands on several lines.
    #[error("lines names {0} more than once: put its pieces on one line.")]
    DuplicateSku(Sku),
    /// A line has a quantity that cannot be taken.
    #[error("{}", quantity_sentence(.sku, *.problem))]
    Quantity {
        /// The product.
        sku: Sku,
        /// What is wrong with the quantity.
        problem: InvalidQuantity,
    },
    /// The card cannot be taken.
    #[error("{0}.")]
    InvalidCard(#[from] InvalidCard),
    /// A product is not registered.
    #[error("There is no product {0}.")]
    UnknownProduct(Sku),
    /// The prices are in several currencies.
    #[error("The products are priced in {0} and {1}: an order has one currency.")]
    MixedCurrencies(Currency, Currency),
    /// The total is over the limit.
    #[error("The total is too large: an order is worth at most {MAX_AMOUNT} minor units.")]
    TotalTooLarge,
    /// The reason cannot be taken.
    #[error("reason {0}.")]
    InvalidReason(InvalidName),
    /// It is reserved, or further.
    #[error("The order is already reserved.")]
    AlreadyReserved,
    /// It must be reserved first.
    #[error("The order is not reserved yet.")]
    NotReserved,
    /// It is paid, or further.
    #[error("The order is already paid.")]
    AlreadyPaid,
    /// It must be paid first.
    #[error("The order is not paid yet.")]
    NotPaid,
    /// It is confirmed.
    #[error("The order is already confirmed.")]
    AlreadyConfirmed,
    /// It must be confirmed first.
    #[error("The order is not confirmed yet, so it cannot be shipped.")]
    NotConfirmed,
    /// It is on its way.
    #[error("The order is already shipped.")]
    AlreadyShipped,
    /// It was cancelled.
    #[error("The order is already cancelled.")]
    AlreadyCancelled,
}

impl OrderRefusal {
    /// The word that programs compare.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            OrderRefusal::AlreadyPlaced(_) => "already_placed",
            OrderRefusal::UnknownOrder(_) => "unknown_order",
            OrderRefusal::InvalidCustomer(_) => "invalid_customer",
            OrderRefusal::EmptyOrder => "empty_order",
            OrderRefusal::TooManyLines(_) => "too_many_lines",
            OrderRefusal::DuplicateSku(_) => "duplicate_sku",
            OrderRefusal::Quantity { problem, .. } => problem.word(),
            OrderRefusal::InvalidCard(_) => "invalid_card",
            OrderRefusal::UnknownProduct(_) => "unknown_product",
            OrderRefusal::MixedCurrencies(..) => "mixed_currencies",
            OrderRefusal::TotalTooLarge => "total_too_large",
            OrderRefusal::InvalidReason(_) => "invalid_reason",
            OrderRefusal::AlreadyReserved => "already_reserved",
            OrderRefusal::NotReserved => "not_reserved",
            OrderRefusal::AlreadyPaid => "already_paid",
            OrderRefusal::NotPaid => "not_paid",
            OrderRefusal::AlreadyConfirmed => "already_confirmed",
            OrderRefusal::NotConfirmed => "not_confirmed",
            OrderRefusal::AlreadyShipped => "already_shipped",
            OrderRefusal::AlreadyCancelled => "already_cancelled",
        }
    }
}

fn quantity_sentence(sku: &Sku, problem: InvalidQuantity) -> String {
    match problem {
        InvalidQuantity::Zero => format!("quantity of {sku} is 0: order at least one piece."),
        InvalidQuantity::TooLarge => {
            format!("quantity of {sku} is over {MAX_QUANTITY}.")
        }
    }
}
