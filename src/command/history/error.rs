//! Why an aggregate cannot be shown as it was.

use crate::command::CommandError;
use crate::contract::{Position, StreamName, Timestamp, Version};
use crate::event_log::LogError;
use crate::schema::SchemaError;

/// Why an aggregate cannot be shown as it was.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The stream is of no aggregate of ours, so that nobody knows what its events make.
    #[error("`{stream}` has no state: only streams of {} do", names(.categories))]
    NoAggregate {
        /// The stream.
        stream: StreamName,
        /// The categories that are aggregates.
        categories: &'static [&'static str],
    },
    /// No event was ever appended to the stream.
    #[error("no event was ever appended to `{0}`")]
    NoStream(StreamName),
    /// The stream came later.
    #[error("`{stream}` did not exist yet as of #{as_of}")]
    NotYet {
        /// The stream.
        stream: StreamName,
        /// The moment that was asked for.
        as_of: Position,
    },
    /// The stream is not that long.
    #[error("`{stream}` has no version {version} yet: it is at {head_version}")]
    VersionAhead {
        /// The stream.
        stream: StreamName,
        /// The version that was asked for.
        version: Version,
        /// The stream's last one.
        head_version: Version,
    },
    /// The log is not that long.
    #[error("the log has no position {position} yet: its head is #{head}")]
    PositionAhead {
        /// The position that was asked for.
        position: Position,
        /// The last one.
        head: Position,
    },
    /// That time has not come: what is true now may not be true then.
    #[error("{0} has not come yet by the server's clock")]
    TimeAhead(Timestamp),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] LogError),
    /// An event of the stream cannot be read, or the state cannot be written.
    #[error(transparent)]
    Fold(#[from] CommandError),
}

impl From<SchemaError> for HistoryError {
    fn from(error: SchemaError) -> HistoryError {
        HistoryError::Fold(error.into())
    }
}

/// "`order`, `product`".
fn names(categories: &[&str]) -> String {
    let quoted: Vec<String> = categories.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
