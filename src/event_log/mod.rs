//! The event log: what happened, in the order in which it was committed, for ever.
//!
//! Everything else stands on this room, and it knows none of it. The trait [`EventLog`] is the door; behind it stands one
//! store per database ([`sqlite`], [`postgres`]). They share what is not the database's business: the limits of a request
//! ([`Limits`]), the queue, the judging of an append, the events kept in memory for readers at the head, and the head itself.
//!
//! An append travels like this: the caller's task checks it against the limits and lays it into a bounded queue; the
//! appender takes what waits, judges each request alone, and commits them in one transaction; then the events are put
//! into the tail, the head is raised, and the callers are answered. Nothing is told to anyone before the commit.

mod answer;
mod batch;
mod check;
mod error;
mod judge;
mod limits;
mod lock;
mod metrics;
mod moment;
mod names;
mod options;
mod pages;
pub mod postgres;
mod prepared;
mod published;
mod query;
mod queue;
mod reading;
mod repeat;
mod request;
mod snapshot;
pub mod sqlite;
mod tail;

use async_trait::async_trait;
use std::sync::Arc;
use uuid::Uuid;

use crate::contract::{CommandId, EventId, Head, Position, RecordedEvent, Selection};

pub use answer::{Appended, CommandRecord, StreamAppended};
pub use check::CheckReport;
pub use error::{AppendError, LogError, StorageCause, StorageFailure};
pub use limits::Limits;
pub use lock::FolderLock;
pub use moment::{MomentError, moment_at, position_at, position_of, version_at};
pub use options::{Clock, Options};
pub use pages::{PAGE_LIMIT, PageError, event_view, page, stream_page};
pub use query::{LogQuery, StreamQuery, StreamSlice, StreamSummary, StreamsQuery};
pub use request::{AppendRequest, CommandStamp, ExpectedVersion, NewEvent, Recorded, StreamAppend};
pub use snapshot::{SharedSnapshots, Snapshot, SnapshotStore};
pub use tail::TailBounds;

/// The log, as the rooms above share it.
pub type SharedLog = Arc<dyn EventLog>;

/// The append-only log.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// Appends to one or several streams, all or nothing, and answers once it is durable.
    ///
    /// Repeating an append, by its command's id or by the ids of all its events, changes nothing and answers as the first
    /// time, with `duplicate` set.
    ///
    /// # Errors
    /// See [`AppendError`]: except for `OutcomeUnknown`, an error means that nothing was appended.
    async fn append(&self, request: AppendRequest) -> Result<Appended, AppendError>;

    /// Puts back an append that was recorded before, with the time that it had then. Only for an import: everything else
    /// is recorded when it is committed.
    ///
    /// The append must come to stand at the position it says. So several may be under way at once, asked for in their
    /// order: once one of them is refused, so are all behind it.
    ///
    /// # Errors
    /// As [`append`](EventLog::append), and `InvalidEvent` where the log is not at that position, or later than that time.
    async fn append_recorded(
        &self,
        request: AppendRequest,
        recorded: Recorded,
    ) -> Result<Appended, AppendError>;

    /// A page of the log. Never reaches past [`head`](EventLog::head) as it was when the call began.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn read(&self, query: LogQuery) -> Result<Vec<Arc<RecordedEvent>>, LogError>;

    /// How many wanted events lie after a position, up to and with another one: exactly, by index.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn count(
        &self,
        wanted: &Selection,
        after: Position,
        upto: Position,
    ) -> Result<u64, LogError>;

    /// The first wanted event after a position; `None` where there is none yet.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn first(
        &self,
        wanted: &Selection,
        after: Position,
    ) -> Result<Option<Arc<RecordedEvent>>, LogError>;

    /// A page of one stream, with the stream's version, both as of one moment.
    ///
    /// # Errors
    /// When the database does not answer. A stream that does not exist is no error: its version is `Version::NONE`.
    async fn read_stream(&self, query: StreamQuery) -> Result<StreamSlice, LogError>;

    /// One event by its id; `None` when it is not in the log.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, LogError>;

    /// What a message directly caused, oldest first: events whose causation is `id`, and the events of commands whose
    /// causation is `id`. At most `limit` events.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn caused_by(&self, id: Uuid, limit: usize) -> Result<Vec<Arc<RecordedEvent>>, LogError>;

    /// A page of the list of streams, by name in byte order.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn streams(&self, query: StreamsQuery) -> Result<Vec<StreamSummary>, LogError>;

    /// What a command did; `None` when it has appended nothing.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError>;

    /// The last committed position. Never falls.
    fn head(&self) -> Head;

    /// Tells that the head has moved. A hint: it may skip heads, and readers pull what they want by position.
    fn watch_head(&self) -> tokio::sync::watch::Receiver<Head>;

    /// Checks the whole log against the rules that it keeps; takes as long as reading it a few times.
    ///
    /// # Errors
    /// When the database does not answer.
    async fn check(&self) -> Result<CheckReport, LogError>;

    /// Why nothing can be written at present; `None` while the last try to write succeeded. The log keeps trying by itself.
    fn write_failure(&self) -> Option<StorageFailure>;

    /// Refuses new appends, finishes those that were accepted, and leaves the files in order. May be called again.
    async fn close(&self);
}
