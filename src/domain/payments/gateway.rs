//! The test gateway: it stands in for a card processor and answers by the card's digits alone.

use crate::domain::MaskedCard;

/// What the gateway says to one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The amount is held.
    Approved,
    /// No answer this time.
    Unavailable,
    /// No, with the reason.
    Declined(&'static str),
}

/// Attempts that fail for the card that tests retries.
const FAILING_ATTEMPTS: u32 = 2;

/// The answer for a card at an attempt, from 1.
pub(super) fn answer(card: &MaskedCard, attempt: u32) -> Answer {
    if card.matches("4242", "") {
        Answer::Approved
    } else if card.matches("4000", "0002") {
        Answer::Declined("card_declined")
    } else if card.matches("4000", "0119") {
        if attempt <= FAILING_ATTEMPTS {
            Answer::Unavailable
        } else {
            Answer::Approved
        }
    } else {
        Answer::Declined("unknown_test_card")
    }
}
