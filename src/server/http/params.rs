//! Parameters that several calls take. What they may be is said and checked by their types.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::event_log::PAGE_LIMIT;

/// Rows of a page, from 1 to as many as a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(super) struct PageSize(#[schemars(range(min = 1, max = PAGE_LIMIT))] u32);

impl PageSize {
    /// The number.
    pub fn rows(self) -> u32 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> PageSize {
        PageSize(100)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows = u32::deserialize(deserializer)?;
        if (1..=PAGE_LIMIT).contains(&rows) {
            return Ok(PageSize(rows));
        }
        Err(D::Error::custom(format!(
            "{rows} is not the size of a page, which is from 1 to {PAGE_LIMIT}"
        )))
    }
}

/// A word to look for. An empty one would find nothing, which is never what was meant.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(inline)]
pub(super) struct Word(#[schemars(length(min = 1))] String);

impl Word {
    /// The text.
    pub fn text(word: Option<Word>) -> Option<String> {
        word.map(|Word(text)| text)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Err(D::Error::custom(
                "is empty: leave the parameter out for all",
            ));
        }
        Ok(Word(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_bounds() {
        let size = |rows: u32| serde_json::from_value::<PageSize>(rows.into()).ok();
        assert_eq!(size(0), None);
        assert_eq!(size(1), Some(PageSize(1)));
        assert_eq!(size(PAGE_LIMIT), Some(PageSize(PAGE_LIMIT)));
        assert_eq!(size(PAGE_LIMIT + 1), None);
    }

    #[test]
    fn a_word_has_letters() {
        assert!(serde_json::from_value::<Word>("".into()).is_err());
        assert!(serde_json::from_value::<Word>("order".into()).is_ok());
    }
}
