//! An aggregate as it was: its state at a point of its stream, and what each event changed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EventId, Position, StreamName, Timestamp, Version};

/// The state of an aggregate at one version of its stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AggregateAt {
    /// Its stream.
    pub stream: StreamName,
    /// What kind of aggregate it is.
    pub category: String,
    /// The last event that is in the state.
    pub version: Version,
    /// That event's place in the log.
    pub position: Position,
    /// When that event was recorded.
    pub recorded_at: Timestamp,
    /// The stream's last version.
    pub head_version: Version,
    /// The position that was asked for, or that the version or time asked for has: the state is that of this moment.
    pub as_of: Position,
    /// The last committed position of the log.
    pub head: Position,
    /// The state.
    pub state: Value,
}

impl AggregateAt {
    /// Whether the stream has gone on since.
    #[must_use]
    pub fn is_past(&self) -> bool {
        self.version < self.head_version
    }
}

/// One event of an aggregate's stream, with what it changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The event.
    pub event_id: EventId,
    /// Its type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Its place in the stream.
    pub version: Version,
    /// Its place in the log.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What it changed in the state, in the order of the state's fields; nothing where it only says that something happened.
    pub changes: Vec<Change>,
}

/// One value of a state that an event changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Where in the state, such as `listing.name` or `lines[0].quantity`.
    pub path: String,
    /// What stood there; absent where nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub before: Option<Value>,
    /// What stands there; absent where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub after: Option<Value>,
}

/// A value that may be `null`, which is not the same as absent.
mod given {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    pub(super) fn serialize<S: Serializer>(
        value: &Option<Value>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }
}

/// An aggregate at one version, among the steps around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AggregateHistory {
    /// The state at the version.
    pub at: AggregateAt,
    /// The steps around it, oldest first, the one that led to it among them. Of a long stream not all.
    pub steps: Vec<Step>,
}

impl AggregateHistory {
    /// The step that led to the state.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.version == self.at.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_became_null_is_not_one_that_went() {
        let null = Change {
            path: "reason".to_owned(),
            before: None,
            after: Some(Value::Null),
        };
        let text = serde_json::to_string(&null).expect("JSON");
        assert_eq!(text, r#"{"path":"reason","after":null}"#);
        assert_eq!(serde_json::from_str::<Change>(&text).ok(), Some(null));
    }
}
