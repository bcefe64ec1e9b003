//! Parameters that several calls take. What they may be is said and checked by their types.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::borrow::Cow;

use crate::contract::{Position, Timestamp};
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

/// As of when: a position of the log, or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// When this was the last position.
    Position(Position),
    /// When all that was recorded at this time or before was in the log, and no more.
    Time(Timestamp),
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<When, D::Error> {
        let text = String::deserialize(deserializer)?;
        let position = || text.parse().ok().filter(|position| *position > 0);
        let position = position().map(|position| When::Position(Position(position)));
        let time = || Timestamp::parse(&text).map(When::Time);
        position.or_else(time).ok_or_else(|| {
            let detail = format!(
                "`as_of` is `{text}`: a position from 1 or an RFC 3339 time wanted, a `+` in it written as `%2B`"
            );
            D::Error::custom(detail)
        })
    }
}

impl JsonSchema for When {
    fn schema_name() -> Cow<'static, str> {
        "When".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "format": "date-time" },
        ]})
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
    #[test]
    fn a_moment_is_a_position_or_a_time() {
        let moment = |text: &str| serde_json::from_value::<When>(text.into()).ok();
        assert_eq!(moment("12"), Some(When::Position(Position(12))));
        let time = "2026-10-01T09:30:00+02:00";
        assert_eq!(moment(time), Timestamp::parse(time).map(When::Time));
        for text in ["", "0", "-1", "1.5", "yesterday", "2026-10-01"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
