//! The test cards, and what each does.

/// A card that the payment simulation knows.
#[derive(Clone, Copy, Debug)]
pub struct TestCard {
    /// Its number.
    pub number: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What happens to the payment.
    pub effect: &'static str,
}

/// The cards, the one that works first.
pub const TEST_CARDS: [TestCard; 3] = [
    TestCard {
        number: "4242424242424242",
        name: "4242 … 4242",
        effect: "is approved at once",
    },
    TestCard {
        number: "4000000000000119",
        name: "4000 … 0119",
        effect: "fails twice, then is approved: watch the retries",
    },
    TestCard {
        number: "4000000000000002",
        name: "4000 … 0002",
        effect: "is declined: stock is released and the order cancelled",
    },
];
