//! Ids and names, each a type of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone,
            Copy,
            Debug,
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
        pub struct $name(pub Uuid);

        impl $name {
            /// A new, time-ordered id (UUID v7): neighbours in time are neighbours in an index.
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// The id of one event; an append is idempotent by it.
    EventId
);
uuid_id!(
    /// The id of one command, chosen by its sender; a command is idempotent by it.
    CommandId
);
uuid_id!(
    /// The id of one order.
    OrderId
);
uuid_id!(
    /// The id of one operation: that of the audit event that started it.
    OperationId
);

/// What is wrong with a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// The name has no characters.
    #[error("is empty")]
    Empty,
    /// The name is longer than its kind may be.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A character that the kind of name does not allow.
    #[error("contains {0:?}, which is not allowed")]
    Character(char),
}

/// A stock keeping unit: 1 to 64 ASCII letters, digits, `.`, `_` or `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Sku(#[schemars(regex(pattern = "^[A-Za-z0-9._-]{1,64}$"))] String);

impl Sku {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// When the name is empty, too long, or has a character outside the allowed ones.
    pub fn try_new(name: impl Into<String>) -> Result<Sku, InvalidName> {
        let name = name.into();
        check_name(&name, 64, |c| {
            c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
        })?;
        Ok(Sku(name))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Sku {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Sku::try_new(name).map_err(|problem| D::Error::custom(format!("the sku {problem}")))
    }
}

/// The name of a stream: `<category>-<id>`, 1 to 200 characters, none of them white space or control.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct StreamName(#[schemars(length(min = 1, max = 200), regex(pattern = r"^\S+$"))] String);

impl StreamName {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// When the name is empty, too long, or has white space or control characters.
    pub fn try_new(name: impl Into<String>) -> Result<StreamName, InvalidName> {
        let name = name.into();
        check_name(&name, 200, |c| !c.is_whitespace() && !c.is_control())?;
        Ok(StreamName(name))
    }

    /// The stream of one aggregate. For categories and ids of our own types, whose texts are always allowed.
    #[must_use]
    pub fn of(category: &str, id: impl fmt::Display) -> StreamName {
        StreamName(format!("{category}-{id}"))
    }

    /// The part before the first dash: what kind of aggregate the stream belongs to.
    #[must_use]
    pub fn category(&self) -> &str {
        self.0.split_once('-').map_or(&*self.0, |(kind, _)| kind)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for StreamName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        StreamName::try_new(name)
            .map_err(|problem| D::Error::custom(format!("the stream name {problem}")))
    }
}

fn check_name(
    name: &str,
    longest: usize,
    allowed: impl Fn(char) -> bool,
) -> Result<(), InvalidName> {
    if name.is_empty() {
        return Err(InvalidName::Empty);
    }
    if name.chars().count() > longest {
        return Err(InvalidName::TooLong(longest));
    }
    match name.chars().find(|c| !allowed(*c)) {
        Some(c) => Err(InvalidName::Character(c)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_category_ends_at_the_first_dash() {
        assert_eq!(StreamName::of("order", "a-b").category(), "order");
        let bare = StreamName::try_new("audit").expect("a name");
        assert_eq!(bare.category(), "audit");
    }

    #[test]
    fn bad_names_say_what_is_wrong() {
        assert_eq!(Sku::try_new(""), Err(InvalidName::Empty));
        assert_eq!(Sku::try_new("a b"), Err(InvalidName::Character(' ')));
        assert_eq!(
            StreamName::try_new("x".repeat(201)),
            Err(InvalidName::TooLong(200))
        );
    }
}
