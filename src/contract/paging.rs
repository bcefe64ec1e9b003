//! The envelope of every answer from a read model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Position;

/// Which position an answer is as of, and where the log stood when it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Freshness {
    /// Everything up to here is in the answer.
    pub as_of: Position,
    /// The last committed position.
    pub head: Position,
    /// How many events lie between them.
    pub lag_events: u64,
}

impl Freshness {
    /// What a read model at `as_of` answers while the log is at `head`.
    #[must_use]
    pub fn new(as_of: Position, head: Position) -> Freshness {
        // The head is read before the read model, which may meanwhile have passed it.
        let head = head.max(as_of);
        Freshness {
            as_of,
            head,
            lag_events: head.events_after(as_of),
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub struct Listing<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<String>,
    /// How fresh the rows are.
    #[serde(flatten)]
    pub freshness: Freshness,
}

/// One thing, with how fresh it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}AsOf")]
pub struct AsOf<T> {
    /// The thing; its fields stand beside `as_of`.
    #[serde(flatten)]
    pub item: T,
    /// How fresh it is.
    #[serde(flatten)]
    pub freshness: Freshness,
}
