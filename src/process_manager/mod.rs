//! Processes that carry work across aggregates: orchestration.
//!
//! A process is a consumer that keeps state and sends commands. State, checkpoint and the commands to send are written in
//! one transaction; then the commands are sent. The id of a command is derived from the event that caused it, so a crash
//! between "sent" and "noted as sent" repeats harmlessly: the second time answers as the first did.

pub mod fulfilment;
mod identity;
mod outgoing;

use crate::subscription::ConsumerError;

/// Why a process could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// Its folder or file cannot be used.
    #[error("the process's file `{path}` cannot be used: {detail}")]
    Place {
        /// The file.
        path: String,
        /// Why.
        detail: String,
    },
    /// Its database failed.
    #[error("the process's database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Another owner has the place now.
    #[error("another process has taken over")]
    TakenOver,
    /// What was stored cannot be read back, or something of ours not be written.
    #[error("the process's state cannot be read or written: {0}")]
    State(String),
}

impl From<serde_json::Error> for ProcessError {
    fn from(error: serde_json::Error) -> ProcessError {
        ProcessError::State(error.to_string())
    }
}

impl From<ProcessError> for ConsumerError {
    fn from(error: ProcessError) -> ConsumerError {
        ConsumerError::surroundings(error)
    }
}
