//! Money.

use leptos::prelude::*;

use super::number::thousands;
use crate::contract::Money;

/// An amount as a person reads it: `€1,084.50`; other currencies by their code.
#[must_use]
pub fn money(money: Money) -> String {
    let sign = if money.amount < 0 { "−" } else { "" };
    let minor = money.amount.unsigned_abs();
    let amount = format!("{}.{:02}", thousands(minor / 100), minor % 100);
    match money.currency.as_str() {
        "EUR" => format!("{sign}€{amount}"),
        code => format!("{sign}{amount} {code}"),
    }
}

/// An amount, right-aligned by its cell.
#[component]
pub fn MoneyText(
    /// The amount.
    #[prop(into)]
    value: Signal<Money>,
) -> impl IntoView {
    view! { <span class="num">{move || money(value.get())}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Currency;

    #[test]
    fn amounts_have_two_decimals_and_a_sign() {
        assert_eq!(money(Money::eur(8_450)), "€84.50");
        assert_eq!(money(Money::eur(108_405)), "€1,084.05");
        assert_eq!(money(Money::eur(-5)), "−€0.05");
    }

    #[test]
    fn other_currencies_stand_by_their_code() {
        let currency = Currency::parse("USD").expect("a code");
        let amount = Money {
            amount: 1_200,
            currency,
        };
        assert_eq!(money(amount), "12.00 USD");
    }
}
