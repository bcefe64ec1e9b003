//! What can be wrong with an event's payload.

use crate::contract::Position;

/// Why a payload could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The type is ours, but not in this version.
    #[error(
        "{event_type} version {schema_version} is not known here; the known version is {known}"
    )]
    UnknownVersion {
        /// The event's type.
        event_type: String,
        /// The version that it says.
        schema_version: u32,
        /// The version that we know.
        known: u32,
    },
    /// The payload does not fit the type.
    #[error("{event_type} version {schema_version}: {problem}")]
    Payload {
        /// The event's type.
        event_type: String,
        /// Its version.
        schema_version: u32,
        /// What is wrong, with the path of the field.
        problem: String,
    },
    /// The payload of an event in the log cannot be read.
    #[error("event at position {position}: {problem}")]
    Recorded {
        /// Where it stands.
        position: Position,
        /// What is wrong with it.
        problem: Box<SchemaError>,
    },
    /// An event of ours cannot be written as JSON.
    #[error("{event_type} cannot be written as JSON: {problem}")]
    Encode {
        /// The event's type.
        event_type: &'static str,
        /// What the encoder said.
        problem: String,
    },
}

impl SchemaError {
    /// Where the event stands, when it is in the log.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            SchemaError::Recorded { position, .. } => Some(*position),
            _ => None,
        }
    }
}
