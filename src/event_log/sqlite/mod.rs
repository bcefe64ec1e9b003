//! The log on SQLite: one file, `log.db`, in the data folder.
//!
//! One thread owns the only write connection (`appender` has the thread, `writer` the transaction, `judge` what may be
//! written). Readers have connections that cannot write, and at the head they need none: the tail answers from memory.

mod appender;
mod checkpointer;
mod connections;
mod copy;
mod examine;
mod failure;
mod insert;
mod known;
mod ledger;
mod open;
mod page;
mod read;
mod row;
mod rows;
mod selected;
mod snapshots;
mod wal;
mod writer;

use async_trait::async_trait;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use uuid::Uuid;

use self::appender::Appender;
use self::read::Reads;
use self::writer::Writer;
use super::batch::BatchBounds;
use super::check::CheckReport;
use super::lock::FolderLock;
use super::published::Published;
use super::queue::Queue;
use super::reading::Stretch;
use super::{
    AppendError, AppendRequest, Appended, CommandRecord, EventLog, LogError, LogQuery, Options,
    Recorded, StorageFailure, StreamQuery, StreamSlice, StreamSummary, StreamsQuery, metrics,
    reading,
};
use crate::contract::{CommandId, EventId, Head, Position, RecordedEvent, Selection};

pub use copy::{Copied, CopyError, copy};
pub use snapshots::SqliteSnapshots;

/// The log on SQLite.
///
/// Dropped without [`close`](EventLog::close) it still finishes what was accepted, but nobody waits for it.
pub struct SqliteLog {
    /// Writers put appends in; the appender takes them out. Closing it is what ends the appender.
    queue: Queue,
    /// Written by the appender after each commit, read by everyone.
    published: Arc<Published>,
    reads: Reads,
    /// Its other end is dropped when the appender has ended and the files are closed.
    ended: watch::Receiver<()>,
}

impl SqliteLog {
    /// Opens the log in a folder, making both where they are missing, and starts the appender.
    ///
    /// # Errors
    /// When the folder cannot be made or written, another process has it, the database is from a newer version or
    /// damaged, or it cannot be read.
    pub async fn open(folder: impl AsRef<Path>, options: Options) -> Result<SqliteLog, LogError> {
        metrics::describe();
        let folder = folder.as_ref();
        open::make_folder(folder)?;
        let lock = FolderLock::take(folder, &options.program)?;
        let unusable = |error| open::unusable(folder, error);
        examine::before_writing(folder).map_err(unusable)?;
        let file = folder.join("log.db");
        open::migrate(&file).await.map_err(unusable)?;
        let (writer, head) = Writer::open(file.clone(), &options).map_err(unusable)?;
        let published = Arc::new(Published::new(head, options.tail));
        let (queue, arrivals) = Queue::new(&options);
        let (ending, ended) = watch::channel(());
        let appender = Appender {
            queue: arrivals,
            writer,
            published: Arc::clone(&published),
            bounds: BatchBounds::new(&options),
            lock,
            ending,
        };
        appender.start(folder)?;
        tracing::info!(log.folder = %folder.display(), log.head = head.position.0, "the log is open");
        Ok(SqliteLog {
            queue,
            published,
            reads: Reads::new(file, options.readers),
            ended,
        })
    }

    /// Opens a log for reading only, also while a server writes it: the head is what it was at this moment. Appends are
    /// answered with `Closed`.
    ///
    /// # Errors
    /// When there is no log in the folder, or it cannot be read.
    pub async fn open_read_only(folder: impl AsRef<Path>) -> Result<SqliteLog, LogError> {
        let options = Options::default();
        examine::before_reading(folder.as_ref())?;
        let reads = Reads::new(folder.as_ref().join("log.db"), options.readers);
        let head = reads.head().await?;
        let (_, ended) = watch::channel(());
        let published = Arc::new(Published::new(head, options.tail));
        Ok(SqliteLog {
            queue: Queue::closed(&options),
            published,
            reads,
            ended,
        })
    }
}

#[async_trait]
impl EventLog for SqliteLog {
    async fn append(&self, request: AppendRequest) -> Result<Appended, AppendError> {
        self.queue.submit(request, None).await
    }

    async fn append_recorded(
        &self,
        request: AppendRequest,
        recorded: Recorded,
    ) -> Result<Appended, AppendError> {
        self.queue.submit(request, Some(recorded)).await
    }

    async fn read(&self, query: LogQuery) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        reading::page(&self.published, &self.reads, &query).await
    }

    async fn count(
        &self,
        wanted: &Selection,
        after: Position,
        upto: Position,
    ) -> Result<u64, LogError> {
        reading::count(
            &self.published,
            &self.reads,
            wanted,
            Stretch { after, upto },
        )
        .await
    }

    async fn first(
        &self,
        wanted: &Selection,
        after: Position,
    ) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        reading::first(&self.published, &self.reads, wanted, after).await
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<StreamSlice, LogError> {
        self.reads.stream(&query).await
    }

    async fn event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        self.reads.event(id).await
    }

    async fn caused_by(&self, id: Uuid, limit: usize) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        self.reads.caused_by(id, limit).await
    }

    async fn streams(&self, query: StreamsQuery) -> Result<Vec<StreamSummary>, LogError> {
        self.reads.streams(&query).await
    }

    async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.reads.command(id).await
    }

    fn head(&self) -> Head {
        self.published.head()
    }

    fn watch_head(&self) -> watch::Receiver<Head> {
        self.published.watch()
    }

    async fn check(&self) -> Result<CheckReport, LogError> {
        self.reads.check().await
    }

    fn write_failure(&self) -> Option<StorageFailure> {
        self.published.write_failure()
    }

    async fn close(&self) {
        self.queue.close();
        self.reads.close().await;
        // Nothing is ever sent: this waits for the other end to be dropped.
        drop(self.ended.clone().changed().await);
    }
}
