//! What an event says about an order, in a few words.

use crate::contract::{Money, OrderId, Sku};
use crate::domain::inventory::ProductEvent;
use crate::domain::orders::OrderEvent;
use crate::domain::payments::PaymentEvent;
use crate::schema::DomainEvent;

/// The order that an event names, from whichever stream it is.
pub(super) fn named_order(event: &DomainEvent) -> Option<OrderId> {
    match event {
        DomainEvent::Order(event) => Some(event.order_id()),
        DomainEvent::Product(event) => event.order_id(),
        DomainEvent::Payment(event) => Some(event.order_id()),
    }
}

/// The event in a few words; empty where its name says it all.
pub(super) fn summary(event: &DomainEvent) -> String {
    match event {
        DomainEvent::Order(event) => of_order(event),
        DomainEvent::Product(event) => of_product(event),
        DomainEvent::Payment(event) => of_payment(event),
    }
}

fn of_order(event: &OrderEvent) -> String {
    match event {
        OrderEvent::Placed(event) => {
            let lines = event.lines.len();
            let noun = if lines == 1 { "line" } else { "lines" };
            let card = event.card.to_string();
            format!("{lines} {noun}, card ending {}", last_four(&card))
        }
        OrderEvent::Paid(event) => money(event.amount),
        OrderEvent::Cancelled(event) => words(&event.reason),
        OrderEvent::Reserved(_) | OrderEvent::Confirmed(_) | OrderEvent::Shipped(_) => {
            String::new()
        }
    }
}

fn of_product(event: &ProductEvent) -> String {
    match event {
        ProductEvent::Registered(event) => event.name.clone(),
        ProductEvent::Received(event) => pieces(&event.sku, event.quantity),
        ProductEvent::Reserved(event) => pieces(&event.sku, event.quantity),
        ProductEvent::Released(event) => pieces(&event.sku, event.quantity),
        ProductEvent::Dispatched(event) => pieces(&event.sku, event.quantity),
        ProductEvent::ReservationRejected(event) => {
            let wanted = pieces(&event.sku, event.quantity);
            format!("{wanted}, {} available", event.available)
        }
    }
}

fn of_payment(event: &PaymentEvent) -> String {
    match event {
        PaymentEvent::Authorised(event) if event.attempt > 1 => {
            format!("{}, attempt {}", money(event.amount), event.attempt)
        }
        PaymentEvent::Authorised(event) => money(event.amount),
        PaymentEvent::AttemptFailed(event) => {
            format!("attempt {}, {}", event.attempt, words(&event.reason))
        }
        PaymentEvent::Declined(event) => words(&event.reason),
        PaymentEvent::Voided(event) => money(event.amount),
    }
}

fn pieces(sku: &Sku, quantity: u32) -> String {
    format!("{sku} ×{quantity}")
}

/// Reasons are codes (`payment_declined`), or what a person wrote.
fn words(reason: &str) -> String {
    reason.replace('_', " ")
}

fn last_four(card: &str) -> &str {
    let start = card.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    card.get(start..).unwrap_or(card)
}

fn money(money: Money) -> String {
    let code = money.currency.as_str();
    let unit = match code {
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "USD" => "$".to_owned(),
        _ => format!("{code} "),
    };
    let sign = if money.amount < 0 { "-" } else { "" };
    let amount = money.amount.unsigned_abs();
    match code {
        // These have no minor unit.
        "JPY" | "KRW" | "ISK" | "CLP" | "VND" => format!("{sign}{unit}{amount}"),
        _ => format!("{sign}{unit}{}.{:02}", amount / 100, amount % 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Currency;

    #[test]
    fn money_is_written_as_people_write_it() {
        let usd = Currency::parse("USD").expect("a currency");
        let yen = Currency::parse("JPY").expect("a currency");
        let franc = Currency::parse("CHF").expect("a currency");
        let of = |amount, currency| money(Money { amount, currency });
        assert_eq!(money(Money::eur(8_450)), "€84.50");
        assert_eq!(of(-5, usd), "-$0.05");
        assert_eq!(of(120, yen), "JPY 120");
        assert_eq!(of(i64::MIN, franc), "-CHF 92233720368547758.08");
    }

    #[test]
    fn a_card_is_known_by_its_end() {
        assert_eq!(last_four("4242********4242"), "4242");
        assert_eq!(last_four("42"), "42");
    }
}
