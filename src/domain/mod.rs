//! The write model: orders, inventory and payments, as pure functions.
//!
//! `decide` takes a state and a command and answers with events or a refusal; `evolve` takes a state and an event.
//! There is no I/O, no clock and no randomness here, so that every decision can be tested with given, when, then.
//! Each room has the same furniture: `command`, `event`, `state`, `decide`, `error`.

mod aggregate;
mod card;
mod limits;
mod refusal;

/// Products and their stock.
pub mod inventory;
/// Orders.
pub mod orders;
/// Payments, with the test gateway that stands in for a card processor.
pub mod payments;

#[cfg(test)]
mod testing;

pub use aggregate::Aggregate;
pub use card::{CardText, InvalidCard, MaskedCard};
pub use limits::{InvalidQuantity, Label, MAX_AMOUNT, MAX_QUANTITY, NAME_LENGTH, REASON_LENGTH};
pub use refusal::Refusal;
