//! Which events a consumer wants.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::RecordedEvent;

/// The events that concern a consumer, by type and by category; both where both are named, all of them where none is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Only these types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<BTreeSet<String>>,
    /// Only streams of these categories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<BTreeSet<String>>,
}

impl Selection {
    /// Events of these types, from whichever stream.
    #[must_use]
    pub fn of_types(types: &[&str]) -> Selection {
        Selection {
            types: Some(types.iter().map(|&name| name.to_owned()).collect()),
            categories: None,
        }
    }

    /// Whether it is every event.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.types.is_none() && self.categories.is_none()
    }

    /// Whether it has an event.
    #[must_use]
    pub fn wants(&self, event: &RecordedEvent) -> bool {
        self.has(&event.event_type, event.stream.category())
    }

    /// Whether it has events of a type in streams of a category.
    #[must_use]
    pub fn has(&self, event_type: &str, category: &str) -> bool {
        let (types, categories) = (self.types.as_ref(), self.categories.as_ref());
        types.is_none_or(|types| types.contains(event_type))
            && categories.is_none_or(|categories| categories.contains(category))
    }
}
