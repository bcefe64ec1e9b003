//! An order whose input is known to be right, before anything was looked up.

use std::collections::HashSet;

use super::{OrderRefusal, PlaceOrder, RequestedLine};
use crate::domain::limits::check_quantity;
use crate::domain::{Label, MaskedCard, NAME_LENGTH};

/// Lines of an order, at most.
pub const MAX_LINES: usize = 50;

/// The checked input of a [`PlaceOrder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderDraft {
    customer: Label,
    lines: Vec<RequestedLine>,
    card: MaskedCard,
}

impl OrderDraft {
    /// Checks everything that can be checked without looking anything up, so that pages can do it while one types.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn try_new(order: &PlaceOrder) -> Result<OrderDraft, OrderRefusal> {
        let customer =
            Label::try_new(&order.customer, NAME_LENGTH).map_err(OrderRefusal::InvalidCustomer)?;
        check_lines(&order.lines)?;
        Ok(OrderDraft {
            customer,
            lines: order.lines.clone(),
            card: order.card.masked()?,
        })
    }

    /// Who orders.
    #[must_use]
    pub fn customer(&self) -> String {
        self.customer.to_string()
    }

    /// What is ordered: 1 to [`MAX_LINES`] lines, each product once.
    #[must_use]
    pub fn lines(&self) -> &[RequestedLine] {
        &self.lines
    }

    /// The card to charge.
    #[must_use]
    pub fn card(&self) -> &MaskedCard {
        &self.card
    }
}

fn check_lines(lines: &[RequestedLine]) -> Result<(), OrderRefusal> {
    if lines.is_empty() {
        return Err(OrderRefusal::EmptyOrder);
    }
    if lines.len() > MAX_LINES {
        return Err(OrderRefusal::TooManyLines(lines.len()));
    }
    let mut seen = HashSet::new();
    for RequestedLine { sku, quantity } in lines {
        if !seen.insert(sku) {
            return Err(OrderRefusal::DuplicateSku(sku.clone()));
        }
        check_quantity(*quantity).map_err(|problem| OrderRefusal::Quantity {
            sku: sku.clone(),
            problem,
        })?;
    }
    Ok(())
}
