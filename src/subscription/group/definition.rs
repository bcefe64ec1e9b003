//! What a group is: how it shares events, which ones, and within which bounds.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::engine::Rules;
use crate::contract::{GroupMode, Position, Selection};
use crate::schema::GroupDefined;

/// The bounds where a definition does not say.
const ACK_TIMEOUT_MS: u64 = 30_000;
const MAX_IN_FLIGHT: u32 = 1_000;
const MAX_ATTEMPTS: u32 = 5;

/// What is taken.
const ACK_TIMEOUTS_MS: std::ops::RangeInclusive<u64> = 10..=86_400_000;
const IN_FLIGHT: std::ops::RangeInclusive<u32> = 1..=100_000;
const ATTEMPTS: std::ops::RangeInclusive<u32> = 1..=1_000;
/// The longest name, in characters: its audit stream has to have one too.
const LONGEST_NAME: usize = 100;
/// Types or categories that a filter may name.
const NAMED: usize = 100;

/// A group as it was defined last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: Arc<str>,
    /// How events are shared among the members.
    pub mode: GroupMode,
    /// Where it began: this position was the last that it does not get.
    pub from: Position,
    /// Which events it gets.
    pub filter: Arc<Selection>,
    /// A delivery that is not answered for so long is taken back, in milliseconds.
    pub ack_timeout_ms: u64,
    /// Deliveries that may be unanswered at the same time.
    pub max_in_flight: u32,
    /// An event that was sent so often and never handled is parked.
    pub max_attempts: u32,
}

/// Where a group is to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// With the first event of the log.
    Start,
    /// With the next event that is appended.
    End,
    /// After a position.
    After(Position),
}

/// A group as an operator asks for it; what is left out is as usual.
#[derive(Clone, Debug)]
pub struct Draft {
    /// How events are to be shared.
    pub mode: GroupMode,
    /// Where a new group is to begin; at the end where it is left out. A group that is there stays where it is.
    pub from: Option<From>,
    /// Which events it is to get.
    pub filter: Selection,
    /// See [`Definition`].
    pub ack_timeout_ms: Option<u64>,
    /// See [`Definition`].
    pub max_in_flight: Option<u32>,
    /// See [`Definition`].
    pub max_attempts: Option<u32>,
    /// Why, for the audit stream.
    pub reason: Option<String>,
}

/// What of a draft cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The name is empty, too long, or has other characters.
    #[error(
        "`{0}` cannot be the name of a consumer: 1 to {LONGEST_NAME} ASCII letters, digits, `.`, `_` or `-`"
    )]
    Name(String),
    /// A number is out of its bounds.
    #[error("`{field}` is {given}, and must be from {least} to {most}")]
    Bounds {
        /// Which.
        field: &'static str,
        /// What was given.
        given: u64,
        /// The least that is taken.
        least: u64,
        /// The most that is taken.
        most: u64,
    },
    /// The group is to begin behind the end of the log.
    #[error("`from` is {from}, and the log ends at {head}")]
    FromAhead {
        /// Where it was to begin.
        from: Position,
        /// Where the log ends.
        head: Position,
    },
    /// A filter that names too many, or nothing.
    #[error("`filter.{0}` may name up to {NAMED}, none of them empty")]
    Filter(&'static str),
}

impl Draft {
    /// The definition of a group of this name, in a log that ends at `head`.
    ///
    /// # Errors
    /// When something of it cannot be taken.
    pub fn define(self, name: &str, by: &str, head: Position) -> Result<GroupDefined, DraftError> {
        check_name(name)?;
        let filter = Selection {
            types: named("types", self.filter.types)?,
            categories: named("categories", self.filter.categories)?,
        };
        let from = match self.from {
            // Its own definition is written after the end of the log as it is now, and is not for it.
            None | Some(From::End) => None,
            Some(From::Start) => Some(Position::START),
            Some(From::After(from)) if from > head => {
                return Err(DraftError::FromAhead { from, head });
            }
            Some(From::After(from)) => Some(from),
        };
        let ack_timeout_ms = self.ack_timeout_ms.unwrap_or(ACK_TIMEOUT_MS);
        let max_in_flight = self.max_in_flight.unwrap_or(MAX_IN_FLIGHT);
        let max_attempts = self.max_attempts.unwrap_or(MAX_ATTEMPTS);
        check_bounds("ack_timeout_ms", ack_timeout_ms, ACK_TIMEOUTS_MS)?;
        check_bounds("max_in_flight", max_in_flight, IN_FLIGHT)?;
        check_bounds("max_attempts", max_attempts, ATTEMPTS)?;
        Ok(GroupDefined {
            consumer: name.to_owned(),
            by: by.to_owned(),
            reason: self.reason,
            mode: self.mode,
            from,
            filter,
            ack_timeout_ms,
            max_in_flight,
            max_attempts,
        })
    }
}

impl Definition {
    /// As an audit event says it that has this place in the log.
    #[must_use]
    pub fn of(event: &GroupDefined, at: Position) -> Definition {
        Definition {
            name: event.consumer.as_str().into(),
            mode: event.mode,
            from: event.from.unwrap_or(at),
            filter: Arc::new(event.filter.clone()),
            ack_timeout_ms: event.ack_timeout_ms,
            max_in_flight: event.max_in_flight,
            max_attempts: event.max_attempts,
        }
    }

    pub(super) fn rules(&self) -> Rules {
        Rules {
            ack_timeout: Duration::from_millis(self.ack_timeout_ms),
            max_in_flight: self.max_in_flight as usize,
            max_attempts: self.max_attempts,
        }
    }
}

/// Whether a text can be the name of a consumer or of a member.
pub(super) fn check_name(name: &str) -> Result<(), DraftError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(DraftError::Name(name.to_owned()))
}

/// What a filter names; an empty list is none.
fn named(
    field: &'static str,
    names: Option<BTreeSet<String>>,
) -> Result<Option<BTreeSet<String>>, DraftError> {
    let names = names.filter(|names| !names.is_empty());
    let too_much = |names: &BTreeSet<String>| names.len() > NAMED || names.contains("");
    match names {
        Some(names) if too_much(&names) => Err(DraftError::Filter(field)),
        names => Ok(names),
    }
}

fn check_bounds<T: Copy + PartialOrd + Into<u64>>(
    field: &'static str,
    given: T,
    taken: std::ops::RangeInclusive<T>,
) -> Result<(), DraftError> {
    if taken.contains(&given) {
        return Ok(());
    }
    Err(DraftError::Bounds {
        field,
        given: given.into(),
        least: (*taken.start()).into(),
        most: (*taken.end()).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            mode: GroupMode::Queue,
            from: None,
            filter: Selection::default(),
            ack_timeout_ms: None,
            max_in_flight: None,
            max_attempts: None,
            reason: None,
        }
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let defined = draft().define("mailer", "ada", Position(7)).unwrap();
        let definition = Definition::of(&defined, Position(8));
        assert_eq!(definition.from, Position(8), "its own definition");
        assert_eq!(definition.ack_timeout_ms, 30_000);
        assert_eq!(definition.max_in_flight, 1_000);
        assert_eq!(definition.max_attempts, 5);
    }

    #[test]
    fn a_group_begins_within_the_log() {
        let from = |from| {
            let draft = Draft {
                from: Some(from),
                ..draft()
            };
            draft
                .define("mailer", "ada", Position(7))
                .map(|one| one.from)
        };
        assert_eq!(from(From::Start), Ok(Some(Position(0))));
        assert_eq!(from(From::End), Ok(None));
        assert_eq!(from(From::After(Position(7))), Ok(Some(Position(7))));
        assert!(from(From::After(Position(8))).is_err());
    }

    #[test]
    fn bounds_and_names_are_checked() {
        for name in ["", "a b", "ä", "a/b", &"x".repeat(101)] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(check_name("mailer-2.eu_west").is_ok());
        let wrong = Draft {
            max_attempts: Some(0),
            ..draft()
        };
        let error = wrong.define("mailer", "ada", Position(7)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`max_attempts` is 0, and must be from 1 to 1000"
        );
    }
}
