//! What can go wrong in this room: one enum for writers, one for everyone else.

use std::fmt;
use std::path::PathBuf;

use super::ExpectedVersion;
use crate::contract::{EventId, StreamName, Version};

/// Why an append was not made. Except for `OutcomeUnknown`, nothing of it is in the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The stream is not where the writer expected it.
    #[error("stream `{stream}` is at version {actual}, and {expected} was expected")]
    ExpectedVersionConflict {
        /// The stream.
        stream: StreamName,
        /// What the writer expected.
        expected: ExpectedVersion,
        /// Where the stream is.
        actual: Version,
    },
    /// An event id is in the log already: in another stream, with other content, or not beside the others of this append.
    #[error("event id {id} {detail}")]
    EventIdReused {
        /// The id.
        id: EventId,
        /// How it is in the log.
        detail: String,
    },
    /// The request breaks a rule; the text names it.
    #[error("{0}")]
    InvalidEvent(String),
    /// The queue is full. Try again in a moment.
    #[error("the log has more to write than it can take")]
    Overloaded,
    /// The database failed and nothing was committed.
    #[error("nothing was committed: {0}")]
    Storage(StorageFailure),
    /// The database failed in the commit itself, so that the events may or may not be there: look them up by id, or
    /// repeat the append with the same ids, which is harmless.
    #[error("it is not known whether this was committed, look it up by id: {0}")]
    OutcomeUnknown(StorageFailure),
    /// The log is closed, or closing.
    #[error("the log is closed")]
    Closed,
}

/// Why the log could not be opened or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The folder cannot be made or written.
    #[error("the data folder `{}` cannot be used: {detail}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        detail: String,
    },
    /// Another process has the folder open.
    #[error("the data folder `{}` is in use by {holder}", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
        /// Who has it ("process 4711").
        holder: String,
    },
    /// A newer Highwater has written the database.
    #[error(
        "the database `{database}` is at version {found}, and this program knows versions up to {known}: use a newer program"
    )]
    NewerVersion {
        /// Which database.
        database: String,
        /// The version of the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// What is stored cannot be built upon.
    #[error(
        "the log in `{database}` is damaged ({detail}). It was left as it is: `highwater verify` says what else is wrong, \
         `highwater restore` brings back a backup"
    )]
    Damaged {
        /// Which database.
        database: String,
        /// What is wrong.
        detail: String,
    },
    /// The database could not be brought to the present version.
    #[error("the database could not be brought to the present version: {0}")]
    Migration(String),
    /// The database failed.
    #[error("{0}")]
    Storage(StorageFailure),
    /// The log is closed.
    #[error("the log is closed")]
    Closed,
}

/// A failure of the database or of the disk below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageFailure {
    /// What kind of failure.
    pub cause: StorageCause,
    /// What the database said. For the operator, not for those who call from outside.
    pub detail: String,
}

impl StorageFailure {
    /// A failure with what the database said.
    #[must_use]
    pub fn new(cause: StorageCause, detail: impl fmt::Display) -> StorageFailure {
        StorageFailure {
            cause,
            detail: detail.to_string(),
        }
    }
}

impl fmt::Display for StorageFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.cause, self.detail)
    }
}

/// What kind of failure the database reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageCause {
    /// No space is left.
    #[error("the disk is full")]
    DiskFull,
    /// The file or the file system does not take writes.
    #[error("the database is read-only")]
    ReadOnly,
    /// The disk failed.
    #[error("the disk reported an error")]
    Io,
    /// The database cannot be opened or reached.
    #[error("the database cannot be reached")]
    Unreachable,
    /// Someone else holds a lock for too long.
    #[error("the database is busy")]
    Busy,
    /// What is stored is not what was written.
    #[error("the database is damaged")]
    Corrupt,
    /// Anything else.
    #[error("the database failed")]
    Other,
}
