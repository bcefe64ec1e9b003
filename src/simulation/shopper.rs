//! What simulated customers order, and what becomes of it.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::{Value, json};

use super::catalogue::PRODUCTS;
use crate::contract::OrderId;

const FIRST_NAMES: [&str; 16] = [
    "Nadia", "Jun", "Ola", "Amara", "Mateo", "Ines", "Tariq", "Freya", "Bruno", "Leila", "Sven",
    "Mei", "Kofi", "Zoé", "Ivan", "Noor",
];
const LAST_NAMES: [&str; 16] = [
    "Okafor", "Mori", "Lund", "Diallo", "Silva", "Marek", "Haddad", "Berg", "Costa", "Rahimi",
    "Novak", "Chen", "Mensah", "Petit", "Horvat", "Aziz",
];

/// What the customer does after ordering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The order goes its way and waits in the house.
    Waits,
    /// It is shipped when it is confirmed.
    Ships,
    /// The customer thinks better of it.
    Cancels,
}

/// One order to place.
pub(super) struct Wish {
    pub order_id: OrderId,
    /// The body of `PlaceOrder`.
    pub body: Value,
    pub fate: Fate,
}

/// A new order, as random customers would place it.
pub(super) fn wish(rng: &mut impl Rng) -> Wish {
    let order_id = OrderId::generate();
    let pick =
        |names: &[&'static str; 16], rng: &mut _| names.choose(rng).copied().unwrap_or("Someone");
    let customer = format!("{} {}", pick(&FIRST_NAMES, rng), pick(&LAST_NAMES, rng));
    let kinds = [1, 1, 1, 2, 2, 3].choose(rng).copied().unwrap_or(1);
    let lines: Vec<Value> = PRODUCTS
        .sample(rng, kinds)
        .map(|product| json!({ "sku": product.sku, "quantity": rand::rng().random_range(1..=3) }))
        .collect();
    let body =
        json!({ "order_id": order_id, "customer": customer, "lines": lines, "card": card(rng) });
    Wish {
        order_id,
        body,
        fate: fate(rng),
    }
}

/// Most cards work; some are declined, and some only work at the third try.
fn card(rng: &mut impl Rng) -> &'static str {
    match rng.random_range(0..100) {
        0..4 => "4000000000000002",
        4..8 => "4000000000000119",
        _ => "4242424242424242",
    }
}

fn fate(rng: &mut impl Rng) -> Fate {
    match rng.random_range(0..100) {
        0..3 => Fate::Cancels,
        3..63 => Fate::Ships,
        _ => Fate::Waits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn every_wish_is_a_command_that_the_server_understands() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(7);
        for _ in 0..500 {
            let wish = wish(&mut rng);
            let parsed =
                crate::command::Command::parse("PlaceOrder", wish.body.to_string().as_bytes());
            assert!(parsed.is_ok(), "{}: {parsed:?}", wish.body);
        }
    }
}
