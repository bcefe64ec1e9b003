//! Positions, as links into the log.

use leptos::prelude::*;

use super::number::thousands;
use crate::contract::{OrderId, Position};

/// `#12,345`.
#[must_use]
pub fn position_text(position: Position) -> String {
    format!("#{}", thousands(position.0))
}

/// The page of the log with a position in sight.
#[must_use]
pub fn position_href(position: Position) -> String {
    format!("/events?at={position}")
}

/// A position that leads to its place in the log.
#[component]
pub fn PositionLink(
    /// The position.
    #[prop(into)]
    position: Signal<Position>,
) -> impl IntoView {
    view! {
        <a class="position" href=move || position_href(position.get())>
            {move || position_text(position.get())}
        </a>
    }
    .into_any()
}

/// An order's id as people say it: the last two groups of four, `7F3A-21C9`. Ids are time-ordered, so that the first
/// digits of neighbours are the same.
#[must_use]
pub fn order_code(id: OrderId) -> String {
    let bits = id.0.as_u128() as u32;
    format!("{:04X}-{:04X}", bits >> 16, bits & 0xFFFF)
}

/// The page of an order.
#[must_use]
pub fn order_href(id: OrderId) -> String {
    format!("/shop/orders/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_called_by_the_end_of_its_id() {
        let id = "01939f1c-0000-7000-8000-0000abcd12ef";
        let id: OrderId = id.parse().expect("an id");
        assert_eq!(order_code(id), "ABCD-12EF");
    }
}
