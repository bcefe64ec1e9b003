//! Cards: as a person types them, and masked, which is all that is ever stored.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::fmt;

/// A text that is not a card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("card must have 4 to 19 digits; spaces and dashes may stand between them")]
pub struct InvalidCard;

/// A card number as it was typed. It is not logged, not even by mistake: `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CardText(String);

impl CardText {
    /// Takes what was typed, right or wrong.
    #[must_use]
    pub fn new(text: impl Into<String>) -> CardText {
        CardText(text.into())
    }

    /// The card without its middle.
    ///
    /// # Errors
    /// When it does not have 4 to 19 digits, or has something between them other than spaces and dashes.
    pub fn masked(&self) -> Result<MaskedCard, InvalidCard> {
        let digits: String = self.0.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let is_card =
            (4..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        is_card.then(|| MaskedCard::of(&digits)).ok_or(InvalidCard)
    }
}

impl fmt::Debug for CardText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardText(hidden)")
    }
}

/// A card with stars for all but the first four and, beyond eight digits, the last four: `4242********4242`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct MaskedCard(String);

impl MaskedCard {
    /// Masks a number that is known to have at least four ASCII digits.
    fn of(digits: &str) -> MaskedCard {
        let shown_at_end = if digits.len() > 8 { 4 } else { 0 };
        let end = digits.len() - shown_at_end;
        let mask = |(at, digit)| if at < 4 || at >= end { digit } else { '*' };
        MaskedCard(digits.chars().enumerate().map(mask).collect())
    }

    /// Takes a text that is masked already.
    ///
    /// # Errors
    /// When it is not a masked card.
    pub fn try_new(text: impl Into<String>) -> Result<MaskedCard, InvalidCard> {
        let text = text.into();
        let (first, rest) = text.split_at_checked(4).ok_or(InvalidCard)?;
        let last = rest.trim_start_matches('*');
        let is_masked = text.len() <= 19
            && matches!((rest.len(), last.len()), (0..=4, 0) | (5..=15, 4))
            && first
                .bytes()
                .chain(last.bytes())
                .all(|b| b.is_ascii_digit());
        is_masked.then_some(MaskedCard(text)).ok_or(InvalidCard)
    }

    /// Whether it begins and ends with these digits.
    #[must_use]
    pub fn matches(&self, first: &str, last: &str) -> bool {
        self.0.starts_with(first) && self.0.ends_with(last)
    }
}

impl fmt::Display for MaskedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MaskedCard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        MaskedCard::try_new(text)
            .map_err(|_| D::Error::custom("not a masked card, such as `4242********4242`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Option<String> {
        let card = CardText::new(text).masked().ok()?;
        Some(card.to_string())
    }

    #[test]
    fn only_the_ends_of_a_card_are_kept() {
        assert_eq!(
            masked("4242 4242-4242 4242").as_deref(),
            Some("4242********4242")
        );
        assert_eq!(masked("4242").as_deref(), Some("4242"));
        assert_eq!(masked("42424242").as_deref(), Some("4242****"));
        assert_eq!(masked("400000119").as_deref(), Some("4000*0119"));
        assert_eq!(
            masked("1234567890123456789").as_deref(),
            Some("1234***********6789")
        );
    }

    #[test]
    fn what_is_not_a_card_is_refused() {
        for text in ["", "424", "12345678901234567890", "4242x4242", "４２４２"] {
            assert_eq!(masked(text), None, "{text}");
        }
    }

    #[test]
    fn every_masked_card_reads_back_and_a_full_number_does_not() {
        for digits in 4..=19 {
            let card = CardText::new("7".repeat(digits)).masked().expect("a card");
            assert_eq!(MaskedCard::try_new(card.to_string()), Ok(card));
        }
        for text in [
            "4242424242424242",
            "42",
            "4242****42",
            "****4242",
            "äö42",
            "4242*é4242",
        ] {
            assert_eq!(MaskedCard::try_new(text), Err(InvalidCard), "{text}");
        }
    }

    #[test]
    fn debug_hides_the_number() {
        let shown = format!("{:?}", CardText::new("4242424242424242"));
        assert!(!shown.contains("4242"), "{shown}");
    }
}
