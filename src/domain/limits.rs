//! How long, how many, how much: the bounds of what people may send.

use std::fmt;

use crate::contract::{InvalidName, Money};

/// Pieces that one line or one delivery may have, at most.
pub const MAX_QUANTITY: u32 = 1_000_000;

/// The highest price and the highest total, in minor units. Far below what an `i64` holds, so that millions of orders
/// can be added up without overflow.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000;

/// Characters of a customer's or product's name, at most.
pub const NAME_LENGTH: usize = 120;

/// Characters of a reason, at most.
pub const REASON_LENGTH: usize = 200;

/// One line of text for people: not blank, without control characters, without white space around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// Checks and takes a text of at most `longest` characters.
    ///
    /// # Errors
    /// When the text is blank, too long, or has control characters.
    pub fn try_new(text: &str, longest: usize) -> Result<Label, InvalidName> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidName::Empty);
        }
        if text.chars().count() > longest {
            return Err(InvalidName::TooLong(longest));
        }
        match text.chars().find(|c| c.is_control()) {
            Some(control) => Err(InvalidName::Character(control)),
            None => Ok(Label(text.to_owned())),
        }
    }
}

impl From<Label> for String {
    fn from(label: Label) -> String {
        label.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number of pieces that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidQuantity {
    /// Nothing is asked for.
    Zero,
    /// More than [`MAX_QUANTITY`].
    TooLarge,
}

impl InvalidQuantity {
    /// The word that programs compare.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            InvalidQuantity::Zero => "quantity_zero",
            InvalidQuantity::TooLarge => "quantity_too_large",
        }
    }
}

/// Whether a number of pieces can be ordered, received or reserved.
pub(super) fn check_quantity(quantity: u32) -> Result<(), InvalidQuantity> {
    match quantity {
        0 => Err(InvalidQuantity::Zero),
        1..=MAX_QUANTITY => Ok(()),
        _ => Err(InvalidQuantity::TooLarge),
    }
}

/// Whether an amount is from 0 to [`MAX_AMOUNT`].
pub(super) fn is_amount(money: Money) -> bool {
    (0..=MAX_AMOUNT).contains(&money.amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_trimmed_and_bounded() {
        let label = Label::try_new("  Ada  ", 3).expect("three characters");
        assert_eq!(label.to_string(), "Ada");
        assert_eq!(Label::try_new(" \t ", 3), Err(InvalidName::Empty));
        assert_eq!(Label::try_new("äöüß", 3), Err(InvalidName::TooLong(3)));
        assert_eq!(Label::try_new("a\nb", 3), Err(InvalidName::Character('\n')));
    }

    #[test]
    fn quantities_run_from_one_to_a_million() {
        assert_eq!(check_quantity(0), Err(InvalidQuantity::Zero));
        assert_eq!(check_quantity(1), Ok(()));
        assert_eq!(check_quantity(1_000_000), Ok(()));
        assert_eq!(check_quantity(1_000_001), Err(InvalidQuantity::TooLarge));
    }
}
