//! Places in the log and in a stream.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::Timestamp;

/// A place in the whole log: from 1, without gaps, in commit order; 0 is before the first event.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// Before the first event: the checkpoint of a consumer that has seen nothing.
    pub const START: Position = Position(0);

    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Position {
        Position(self.0 + 1)
    }

    /// How many events lie after `earlier`, up to and with this one; 0 where `earlier` is ahead.
    #[must_use]
    pub fn events_after(self, earlier: Position) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// As SQL stores it.
    #[must_use]
    pub fn to_sql(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// From what SQL stored; a negative number, which we never write, reads as the start.
    #[must_use]
    pub fn from_sql(value: i64) -> Position {
        Position(u64::try_from(value).unwrap_or(0))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place inside one stream, from 1; 0 is a stream without events.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    /// The version of a stream that has no events.
    pub const NONE: Version = Version(0);

    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Version {
        Version(self.0 + 1)
    }

    /// As SQL stores it.
    #[must_use]
    pub fn to_sql(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// From what SQL stored.
    #[must_use]
    pub fn from_sql(value: i64) -> Version {
        Version(u64::try_from(value).unwrap_or(0))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The last committed position, the high-water mark, and when it was recorded (`None` in an empty log).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Head {
    /// The last committed position.
    pub position: Position,
    /// When that event was recorded.
    pub recorded_at: Option<Timestamp>,
}
