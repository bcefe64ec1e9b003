//! Points in time, in microseconds.

use chrono::{DateTime, SecondsFormat};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;
use std::fmt;

/// A point in time: microseconds since the Unix epoch; RFC 3339 in UTC with microseconds on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the Unix epoch, as JavaScript counts time.
    #[must_use]
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// From RFC 3339 text in any zone; `None` when the text is not a time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Timestamp> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Timestamp(time.timestamp_micros()))
    }

    /// Milliseconds from `earlier` to this point; negative when `earlier` is later.
    #[must_use]
    pub fn millis_since(self, earlier: Timestamp) -> f64 {
        (self.0 - earlier.0) as f64 / 1_000.0
    }

    /// So many minutes later.
    #[must_use]
    pub fn after_minutes(self, minutes: u32) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::from(minutes) * 60_000_000))
    }

    /// The start of the hour that this point lies in, in UTC.
    #[must_use]
    pub fn start_of_hour(self) -> Timestamp {
        self.floor_to(3_600_000_000)
    }

    /// The start of the day that this point lies in, in UTC.
    #[must_use]
    pub fn start_of_day(self) -> Timestamp {
        self.floor_to(86_400_000_000)
    }

    fn floor_to(self, micros: i64) -> Timestamp {
        Timestamp(self.0.div_euclid(micros) * micros)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp_micros(self.0) {
            Some(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true)),
            None => write!(f, "{} µs", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Timestamp::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("`{text}` is not an RFC 3339 time")))
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "A point in time, RFC 3339. Any zone is taken; answers are in UTC with microseconds.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_its_text() {
        let time = Timestamp::from_micros(1_795_640_400_123_456);
        assert_eq!(Timestamp::parse(&time.to_string()), Some(time));
        assert!(time.to_string().ends_with(".123456Z"));
    }

    #[test]
    fn hours_and_days_floor_before_the_epoch_too() {
        assert_eq!(
            Timestamp::from_micros(-1).start_of_hour().as_micros(),
            -3_600_000_000
        );
        assert_eq!(
            Timestamp::from_micros(-1).start_of_day().as_micros(),
            -86_400_000_000
        );
    }
}
