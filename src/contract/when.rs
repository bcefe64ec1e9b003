//! As of when something is asked for.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::{Position, Timestamp};

/// As of when: a position of the log, or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When this was the last position.
    Position(Position),
    /// When all that was recorded at this time or before was in the log, and no more.
    Time(Timestamp),
}

/// The text is neither a position nor a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`as_of` is `{0}`: a position from 1 or an RFC 3339 time wanted, a `+` in it written as `%2B`"
)]
pub struct NoMoment(String);

/// As an address or a form carries it, where everything is text.
impl FromStr for When {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<When, NoMoment> {
        let position = || text.parse().ok().filter(|position| *position > 0);
        let position = position().map(|position| When::Position(Position(position)));
        let time = || Timestamp::parse(text).map(When::Time);
        position
            .or_else(time)
            .ok_or_else(|| NoMoment(text.to_owned()))
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Position(position) => position.fmt(f),
            When::Time(time) => time.fmt(f),
        }
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<When, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
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
    fn a_moment_is_a_position_or_a_time() {
        let moment = |text: &str| serde_json::from_value::<When>(text.into()).ok();
        assert_eq!(moment("12"), Some(When::Position(Position(12))));
        let time = "2026-10-01T09:30:00+02:00";
        assert_eq!(moment(time), Timestamp::parse(time).map(When::Time));
        for text in ["", "0", "-1", "1.5", "yesterday", "2026-10-01"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["12", "2026-10-01T07:30:00.000000Z"] {
            let when: When = text.parse().expect(text);
            assert_eq!(when.to_string(), text);
        }
        let wrong = "yesterday".parse::<When>().expect_err("no moment");
        assert!(wrong.to_string().contains("`yesterday`"), "{wrong}");
    }
}
