//! Logs that nobody thought of.

use proptest::prelude::*;
use serde_json::json;

use super::story::{Story, euros, order};

/// One thing that happens; anything to anything, in any order, for other programs may append too.
#[derive(Clone, Debug)]
pub enum Step {
    Placed(u128, u32),
    Moved(u128, &'static str),
    Stock(usize, &'static str, u128, u32),
    Payment(u128),
    Time,
    Unknown,
}

pub const SKUS: [&str; 3] = ["kettle", "mug", "tea"];

const MOVES: &[&str] = &[
    "OrderReserved",
    "OrderPaid",
    "OrderConfirmed",
    "OrderShipped",
    "OrderCancelled",
];

const CHANGES: &[&str] = &[
    "ProductRegistered",
    "StockReceived",
    "StockReserved",
    "StockReservationRejected",
    "StockReleased",
    "StockDispatched",
];

pub fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..6u128, 1..9u32).prop_map(|(order, pieces)| Step::Placed(order, pieces)),
        6 => (0..6u128, prop::sample::select(MOVES)).prop_map(|(order, kind)| Step::Moved(order, kind)),
        4 => (0..SKUS.len(), prop::sample::select(CHANGES), 0..6u128, 1..9u32)
            .prop_map(|(sku, kind, order, pieces)| Step::Stock(sku, kind, order, pieces)),
        1 => (0..6u128).prop_map(Step::Payment),
        1 => Just(Step::Time),
        1 => Just(Step::Unknown),
    ]
}

pub fn tell(steps: &[Step]) -> Story {
    let mut story = Story::new();
    for step in steps {
        match *step {
            Step::Placed(order, pieces) => {
                story.placed(order, "Ada", &[("kettle", pieces, 4_000), ("mug", 1, 250)]);
            }
            Step::Moved(order, kind) => {
                let data = json!({ "amount": euros(100), "reason": "out_of_stock: mug" });
                story.of_order(order, kind, data);
            }
            Step::Stock(sku, "ProductRegistered", _, _) => {
                story.registered(SKUS[sku], "A thing", 100);
            }
            Step::Stock(sku, kind, number, quantity) => {
                let order_id = order(number);
                let data = json!({ "order_id": order_id, "quantity": quantity, "available": 2 });
                story.of_product(SKUS[sku], kind, data);
            }
            Step::Payment(order) => {
                let data = json!({ "amount": euros(100), "attempt": 1 });
                story.of_payment(order, "PaymentAuthorised", data);
            }
            Step::Time => story.minutes_pass(90),
            Step::Unknown => {
                story.of_product("tea", "TeaBrewed", json!({}));
            }
        }
    }
    story
}
