//! Why a command was not carried out.

use super::ParseError;
use crate::contract::StreamName;
use crate::domain::Refusal;
use crate::event_log::{AppendError, LogError};
use crate::schema::SchemaError;

/// Why a command was not carried out. Nothing of it is in the log, unless the append's own error says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It is no command.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The domain said no.
    #[error("{0}")]
    Refused(Refusal),
    /// Others changed the stream each time before we could append.
    #[error("`{stream}` was changed by others {attempts} times in a row; try again")]
    Conflict {
        /// The stream.
        stream: StreamName,
        /// How often it was tried.
        attempts: u32,
    },
    /// The log did not take the events.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] LogError),
    /// An event of the stream cannot be read, or one of ours not be written.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The state of an aggregate cannot be written as JSON, which none of ours should be.
    #[error("the state cannot be written as JSON: {0}")]
    State(#[source] serde_json::Error),
}

impl CommandError {
    /// Whether it concerns this command and its stream only, so that others may well be carried out. What is left is for the
    /// surroundings to mend: a log that cannot be written or read, or has too much to do.
    #[must_use]
    pub fn is_of_one_stream(&self) -> bool {
        match self {
            CommandError::Parse(_)
            | CommandError::Refused(_)
            | CommandError::Conflict { .. }
            | CommandError::Schema(_)
            | CommandError::State(_) => true,
            CommandError::Append(error) => match error {
                AppendError::ExpectedVersionConflict { .. }
                | AppendError::EventIdReused { .. }
                | AppendError::InvalidEvent(_) => true,
                AppendError::Overloaded
                | AppendError::Storage(_)
                | AppendError::OutcomeUnknown(_)
                | AppendError::Closed => false,
            },
            CommandError::Read(_) => false,
        }
    }
}
