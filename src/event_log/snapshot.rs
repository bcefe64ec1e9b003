//! Snapshots: what the first events of a long stream made, kept so that nobody has to fold them again.
//!
//! A snapshot is cached state at a version and never the truth. It can be lost, old, of another program or of another log,
//! and then it is of no use, and that is all. This room keeps it and knows nothing of what is in it; whoever takes it up
//! checks that it fits.

use async_trait::async_trait;
use serde_json::value::RawValue;
use std::sync::Arc;

use super::LogError;
use crate::contract::{EventId, StreamName, Version};

/// Where snapshots are kept, as the rooms above share it.
pub type SharedSnapshots = Arc<dyn SnapshotStore>;

/// What the events of a stream up to a version made.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The stream.
    pub stream: StreamName,
    /// The last version that is in it.
    pub version: Version,
    /// The event at that version. A log that has another one there, because it was restored or replaced, is not the log
    /// that the snapshot was taken of; a position could not tell, for both logs have the same ones.
    pub event_id: EventId,
    /// The shape of the state, as whoever took it numbers shapes.
    pub shape: u32,
    /// The state.
    pub state: Box<RawValue>,
}

/// Keeps snapshots. Losing them is always safe.
#[async_trait]
pub trait SnapshotStore: Send + Sync + 'static {
    /// The newest snapshot of a stream at a version or before.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn newest(
        &self,
        stream: &StreamName,
        at_most: Version,
    ) -> Result<Option<Snapshot>, LogError>;

    /// Keeps a snapshot in place of the one at the same version, if there is one. Of the stream's older ones only those at
    /// versions that are multiples of `keep_each` stay: loading wants the newest, and looking back wants one not too far.
    ///
    /// # Errors
    /// When the database does not take it.
    async fn save(&self, snapshot: &Snapshot, keep_each: u64) -> Result<(), LogError>;

    /// Throws the snapshots of a stream away.
    ///
    /// # Errors
    /// When the database does not take it.
    async fn forget(&self, stream: &StreamName) -> Result<(), LogError>;

    /// Leaves the files in order. May be called again.
    async fn close(&self);
}
