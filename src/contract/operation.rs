//! What operators set going and can watch until it is done.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::{OperationId, Position, StoredCopy, Timestamp};

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// Sets a consumer to another place in the log.
    Reset,
    /// Builds a read model anew beside the one that answers, and lets it answer.
    Rebuild,
}

/// How far an operation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Under way.
    Running,
    /// Finished.
    Done,
    /// Given up by an operator.
    Cancelled,
    /// Overtaken by another operation on the same consumer.
    Superseded,
    /// It could not be done.
    Failed,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// What it does.
    pub kind: OperationKind,
    /// The consumer.
    pub consumer: String,
    /// How far it has come.
    pub state: OperationState,
    /// Events handled.
    pub done: u64,
    /// Events to handle.
    pub total: u64,
    /// Milliseconds until it is done at the present rate; `None` while that is not known, and when it has ended.
    pub eta_ms: Option<u64>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who started it.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// The consumer's checkpoint when it was planned.
    pub from: Position,
    /// Where the consumer was set to.
    pub to: Position,
    /// Of a rebuild: the position that its stored copy was as of, where it began at one.
    #[serde(default)]
    pub copy: Option<Position>,
    /// Of a rebuild: how the new build compares with the one that answered, once that is known.
    pub compared: Option<Compared>,
    /// Why it ended, where it was broken off or could not be done; of one that was done, in what it was not done as asked.
    pub end_reason: Option<String>,
}

/// How a read model that was built anew compares with the one that answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Compared {
    /// The position as of which both were compared.
    pub as_of: Position,
    /// Rows of the one that answered.
    pub rows: u64,
    /// What differed, a sentence each; the first ones only where there is much.
    pub differences: Vec<String>,
}

/// Where a rebuild begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RebuildFrom {
    /// At the stored copy of the read model.
    Copy,
    /// At the log's start.
    Start,
}

/// What a rebuild would do, before anything is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RebuildPlan {
    /// The consumer.
    pub consumer: String,
    /// Where it would begin.
    pub from: RebuildFrom,
    /// The stored copy that it could begin at; `None` where there is none that fits.
    pub copy: Option<StoredCopy>,
    /// Events to fold.
    pub events: u64,
    /// Milliseconds that would take at the rate it last worked at; `None` where it has not worked yet.
    pub estimate_ms: Option<u64>,
    /// What an operator should know before saying yes, a sentence each.
    pub notes: Vec<String>,
}

impl Operation {
    /// How much of it is done, of 100.
    #[must_use]
    pub fn percent(&self) -> u64 {
        match self.total {
            0 => 100,
            total => (u128::from(self.done.min(total)) * 100 / u128::from(total)) as u64,
        }
    }
}

/// What a reset would do, before anything is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResetPlan {
    /// The consumer.
    pub consumer: String,
    /// Its checkpoint now.
    pub from: Position,
    /// Where it would be set to.
    pub to: Position,
    /// Events it would handle again, or, going forward, pass over.
    pub events: u64,
    /// Milliseconds that would take at the rate it last worked at; `None` where it has not worked yet.
    pub estimate_ms: Option<u64>,
    /// Events that it would take in without their side effects.
    pub side_effects_held_back: u64,
    /// What an operator should know before saying yes, a sentence each.
    pub notes: Vec<String>,
}

/// Where a consumer is to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetTo {
    /// Before the first event.
    Start,
    /// The end of the log as it is now.
    End,
    /// This position: the next event is the one after it.
    Position(Position),
    /// The last event before this time.
    Time(Timestamp),
}

impl fmt::Display for ResetTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResetTo::Start => f.write_str("start"),
            ResetTo::End => f.write_str("end"),
            ResetTo::Position(position) => position.fmt(f),
            ResetTo::Time(time) => time.fmt(f),
        }
    }
}

/// The text is none of those that name a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be `start`, `end`, a position or a time (RFC 3339)")]
pub struct NoSuchPlace;

/// As a form or an address carries it, where everything is text.
impl FromStr for ResetTo {
    type Err = NoSuchPlace;

    fn from_str(text: &str) -> Result<ResetTo, NoSuchPlace> {
        match text.parse::<u64>() {
            Ok(number) => Ok(ResetTo::Position(Position(number))),
            Err(_) => ResetTo::of_word(text).ok_or(NoSuchPlace),
        }
    }
}

impl ResetTo {
    fn of_word(text: &str) -> Option<ResetTo> {
        match text {
            "start" => Some(ResetTo::Start),
            "end" => Some(ResetTo::End),
            text => Timestamp::parse(text).map(ResetTo::Time),
        }
    }
}

impl Serialize for ResetTo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ResetTo::Position(position) => position.serialize(serializer),
            other => serializer.collect_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for ResetTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Given<'a> {
            Number(u64),
            #[serde(borrow)]
            Text(Cow<'a, str>),
        }
        let wrong = || D::Error::custom(NoSuchPlace);
        match Given::deserialize(deserializer).map_err(|_| wrong())? {
            Given::Number(number) => Ok(ResetTo::Position(Position(number))),
            Given::Text(text) => ResetTo::of_word(&text).ok_or_else(wrong),
        }
    }
}

impl JsonSchema for ResetTo {
    fn schema_name() -> Cow<'static, str> {
        "ResetTo".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "`start`, `end`, a position, or a time.",
            "anyOf": [
                { "type": "string", "enum": ["start", "end"] },
                { "type": "integer", "minimum": 0 },
                { "type": "string", "format": "date-time" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_word_a_number_or_a_time() {
        let read = |json: &str| serde_json::from_str::<ResetTo>(json).ok();
        assert_eq!(read(r#""start""#), Some(ResetTo::Start));
        assert_eq!(read(r#""end""#), Some(ResetTo::End));
        assert_eq!(read("17"), Some(ResetTo::Position(Position(17))));
        let time = Timestamp::parse("2026-10-01T09:30:00.123456Z").expect("a time");
        assert_eq!(
            read(r#""2026-10-01T09:30:00.123456Z""#),
            Some(ResetTo::Time(time))
        );
        for wrong in ["-1", "1.5", "null", r#""begin""#, "[]", r#""17""#] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for target in [
            ResetTo::Start,
            ResetTo::End,
            ResetTo::Position(Position(7)),
            ResetTo::Time(Timestamp::from_micros(1_790_000_000_000_001)),
        ] {
            let json = serde_json::to_string(&target).expect("json");
            assert_eq!(serde_json::from_str::<ResetTo>(&json).expect(&json), target);
            assert_eq!(target.to_string().parse(), Ok(target));
        }
        assert_eq!("begin".parse::<ResetTo>(), Err(NoSuchPlace));
    }
}
