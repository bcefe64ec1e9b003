//! Where groups keep their place: behind a trait, so that each database has a version of its own.
//!
//! What is written here need not be synced commit by commit: after a crash a group comes back at an earlier state of its own,
//! whole as it was, and what lies after that is delivered again.

mod postgres;
mod rows;
mod sqlite;

use async_trait::async_trait;
use std::sync::Arc;

use super::engine::{Changes, Place, Progress};
use crate::contract::{EventId, ParkedRow, Position, StreamName, Timestamp, Version};
use crate::subscription::Checkpoint;
use crate::subscription::parking::WhichParked;

pub use postgres::PostgresGroups;
pub use sqlite::SqliteGroups;

/// The place of all groups of a log.
#[async_trait]
pub trait GroupStore: Send + Sync + 'static {
    /// Takes a group up, from a position where nothing is stored of it. Whoever had it before can write no more.
    ///
    /// # Errors
    /// When the store fails.
    async fn claim(&self, group: &str, from: Position) -> Result<Claim, StoreError>;

    /// What a reset has kept of a group, by the reset's place in the log; `None` where it was not carried out or has been
    /// followed by another.
    ///
    /// # Errors
    /// When the store fails.
    async fn kept(&self, group: &str, reset: Position) -> Result<Option<AsFound>, StoreError>;

    /// Where a group stands, whoever has it; at the beginning where nothing is stored of it.
    ///
    /// # Errors
    /// When the store fails.
    async fn stands_at(&self, group: &str) -> Result<Checkpoint, StoreError>;

    /// Writes what has changed in some groups, all or nothing, and says which of them now belong to somebody else: of those
    /// nothing was written.
    ///
    /// # Errors
    /// When the store fails; nothing was written then.
    async fn save(&self, saves: &[Save]) -> Result<Vec<Arc<str>>, StoreError>;

    /// Parked events, in the order in which they were parked.
    ///
    /// # Errors
    /// When the store fails.
    async fn parked(
        &self,
        group: &str,
        which: &WhichParked,
        limit: u32,
    ) -> Result<Vec<ParkedEvent>, StoreError>;

    /// How many events are parked.
    ///
    /// # Errors
    /// When the store fails.
    async fn parked_count(&self, group: &str, which: &WhichParked) -> Result<u64, StoreError>;

    /// The highest number of an event that is parked.
    ///
    /// # Errors
    /// When the store fails.
    async fn last_parked(&self, group: &str) -> Result<u64, StoreError>;

    /// Forgets a group, whoever has it.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget(&self, group: &str) -> Result<(), StoreError>;

    /// Leaves the store in order.
    async fn close(&self);
}

/// The store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be made or opened.
    #[error("the groups' file {file} cannot be used: {detail}")]
    Unusable {
        /// The file.
        file: String,
        /// Why.
        detail: String,
    },
    /// The database failed.
    #[error("the groups' database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Something is stored that we never write.
    #[error("what is stored of the group `{group}` cannot be read: {detail}")]
    Corrupt {
        /// The group.
        group: String,
        /// What is wrong.
        detail: String,
    },
}

/// A group that was taken up.
#[derive(Debug)]
pub struct Claim {
    /// Goes along with every write; a higher one makes it worthless.
    pub(super) token: i64,
    /// The place in the log of the last operator's act that was carried out.
    pub(super) carried_out: Position,
    pub(super) progress: Progress,
}

/// A group as a reset found it.
#[derive(Debug)]
pub struct AsFound(pub(super) Progress);

/// What has changed in one group.
#[derive(Debug)]
pub struct Save {
    pub(super) group: Arc<str>,
    pub(super) token: i64,
    pub(super) carried_out: Position,
    pub(super) changes: Changes,
    pub(super) at: Timestamp,
}

/// A parked event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedEvent {
    /// Its number among the parked events of the group.
    pub id: u64,
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: EventId,
    /// Its stream.
    pub stream: StreamName,
    /// Its place in the stream.
    pub version: Version,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong.
    pub error: String,
    /// When it was set aside.
    pub parked_at: Timestamp,
}

impl ParkedEvent {
    /// What the engine goes by.
    pub(super) fn place(&self) -> Place {
        Place {
            position: self.position,
            stream: self.stream.clone(),
            version: self.version,
            event_id: self.event_id,
        }
    }

    /// As it is shown.
    pub(super) fn row(self, waiting_behind: u64) -> ParkedRow {
        ParkedRow {
            id: self.id,
            position: self.position,
            event_id: self.event_id,
            key: self.stream.to_string(),
            attempts: self.attempts,
            error: self.error,
            parked_at: self.parked_at,
            waiting_behind,
        }
    }
}
