use std::path::PathBuf;

use crate::contract::Position;
use crate::event_log::LogError;
use crate::schema::SchemaError;
use crate::subscription::ConsumerError;

/// `SQLITE_CONSTRAINT` and `SQLITE_MISMATCH`.
const REFUSALS: [u32; 2] = [19, 20];
/// The part of SQLite's extended codes that tells the kind.
const PRIMARY: u32 = 0xff;

/// Why a read model could not be built or asked.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// The folder of the read models cannot be made.
    #[error("the folder {} cannot be made: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A file beside the read models cannot be read, written or removed.
    #[error("the file {} cannot be used: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// The system does not give what work in the background needs.
    #[error("nothing can be done in the background: {source}")]
    Background {
        /// What it said.
        source: std::io::Error,
    },
    /// There is not enough room for a copy beside the read models.
    #[error(
        "there is no room for a copy of {}: it takes up to {bytes} bytes, as many are to be left for others, and {free} are free",
        path.display()
    )]
    NoRoom {
        /// What was to be copied.
        path: PathBuf,
        /// How much it takes.
        bytes: u64,
        /// How much there is.
        free: u64,
    },
    /// A copy is not what it should be.
    #[error("the copy {} cannot be used: {why}", path.display())]
    UnsoundCopy {
        /// The copy.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// What was found could not be written to the audit stream.
    #[error("the audit stream cannot be written: {0}")]
    Audit(String),
    /// The file of a read model cannot be opened or prepared.
    #[error("the read model's file {} cannot be opened: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The database failed while the read model was in use.
    #[error("the read model's database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Someone else moved the checkpoint; nothing was written.
    #[error(
        "the checkpoint of `{name}` was expected at {expected} and stands at {found}: \
         someone else writes this read model"
    )]
    CheckpointMoved {
        /// The projection.
        name: &'static str,
        /// Where we had left it.
        expected: Position,
        /// Where it is.
        found: Position,
    },
    /// Another owner has opened the place to write; nothing was written.
    #[error("another process has taken over the read model `{name}`")]
    TakenOver {
        /// The projection.
        name: &'static str,
    },
    /// An event, or the position to finish at, lies outside of what comes next; nothing was written.
    #[error("`{name}` stands at {checkpoint} and was given position {given} to finish at {upto}")]
    OutOfOrder {
        /// The projection.
        name: &'static str,
        /// Its checkpoint.
        checkpoint: Position,
        /// The position that does not fit.
        given: Position,
        /// Where the batch was to end.
        upto: Position,
    },
    /// A stored event does not fit its schema; nothing was written.
    #[error("{source}")]
    Undecodable {
        /// The event.
        position: Position,
        /// What the schema said; it names the position.
        source: SchemaError,
    },
    /// The database refuses the rows that an event leads to, and always will; nothing was written.
    #[error("the event at position {position} leads to rows that cannot be written: {source}")]
    Unwritable {
        /// The event.
        position: Position,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A projection wants a type that the catalogue does not know; nothing was written.
    #[error(
        "the event at position {position} is a `{event_type}`, which the catalogue does not know"
    )]
    UnknownType {
        /// The event.
        position: Position,
        /// Its type.
        event_type: String,
    },
    /// A cursor that no answer of ours gave, or that belongs to another question.
    #[error("the cursor `{0}` does not belong to this list")]
    BadCursor(String),
    /// The read model has not come to the position that it was asked to show itself at.
    #[error("the read model is at #{as_of}, not yet at #{wanted}")]
    NotThere {
        /// Where it is.
        as_of: Position,
        /// The position that was asked for.
        wanted: Position,
    },
    /// A stored row has a value that we never write.
    #[error("a stored {0} cannot be read: rebuild the read model")]
    Corrupt(&'static str),
    /// The log could not be read, for a fresh fold of it.
    #[error("the log cannot be read: {0}")]
    Log(#[from] LogError),
    /// Rows could not be put into words for the database.
    #[error("rows cannot be written: {0}")]
    Encode(#[from] serde_json::Error),
}

impl ProjectionError {
    /// The audit stream could not be written.
    pub(super) fn audit(error: impl std::fmt::Display) -> ProjectionError {
        ProjectionError::Audit(error.to_string())
    }

    /// The event to blame, where it is one event and not the database.
    pub(super) fn poison(&self) -> Option<Position> {
        match self {
            ProjectionError::Undecodable { position, .. }
            | ProjectionError::UnknownType { position, .. }
            | ProjectionError::Unwritable { position, .. } => Some(*position),
            _ => None,
        }
    }

    /// Whether the database refuses the rows themselves. A full disk, a lock or a damaged file are other errors, and those of
    /// the surroundings.
    pub(super) fn refuses_rows(&self) -> bool {
        let ProjectionError::Database(sqlx::Error::Database(error)) = self else {
            return false;
        };
        let code = error.code().and_then(|code| code.parse::<u32>().ok());
        code.is_some_and(|code| REFUSALS.contains(&(code & PRIMARY)))
    }

    /// The same, as the fault of an event where it is one.
    pub(super) fn blaming(self, position: Position) -> ProjectionError {
        let refuses_rows = self.refuses_rows();
        match self {
            ProjectionError::Database(source) if refuses_rows => {
                ProjectionError::Unwritable { position, source }
            }
            other => other,
        }
    }
}

impl From<ProjectionError> for ConsumerError {
    fn from(error: ProjectionError) -> ConsumerError {
        ConsumerError {
            message: error.to_string(),
            position: error.poison(),
        }
    }
}
