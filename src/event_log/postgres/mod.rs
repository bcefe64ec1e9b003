//! The log on PostgreSQL: one database, any number of servers.
//!
//! One task of each server appends (`appender` has the task, `writer` the transaction, `ledger` what is known within it). The
//! transaction locks the head's row, so positions are given in commit order over all servers. What others append is read and
//! published by the `follow`er; what a server shows never lies past the head that it has published.

mod address;
mod appender;
mod failure;
mod follow;
mod insert;
mod ledger;
mod open;
mod read;
mod row;
mod writer;

use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use self::appender::Appender;
use self::follow::Follower;
use self::read::Reads;
use self::writer::Writer;
use super::batch::BatchBounds;
use super::check::{self, CheckReport, Counts};
use super::published::Published;
use super::queue::{Arrivals, Queue};
use super::reading::Stretch;
use super::{
    AppendError, AppendRequest, Appended, CommandRecord, EventLog, LogError, LogQuery, Options,
    Recorded, StorageFailure, StreamQuery, StreamSlice, StreamSummary, StreamsQuery, metrics,
    reading,
};
use crate::contract::{CommandId, EventId, Head, Position, RecordedEvent, Selection};

pub use address::PostgresAddress;
pub use open::shared_pool;

/// The log on PostgreSQL.
///
/// Dropped without [`close`](EventLog::close) it still finishes what was accepted, but nobody waits for it.
pub struct PostgresLog {
    /// What tells this log from others.
    id: Uuid,
    /// Writers put appends in; the appender takes them out. Closing it is what ends the appender.
    queue: Queue,
    /// Written by the appender and the follower, read by everyone.
    published: Arc<Published>,
    follower: Arc<Follower>,
    reads: Reads,
    /// Its other end is dropped when the appender has ended.
    ended: watch::Receiver<()>,
    /// Ends the follower.
    stop: CancellationToken,
    _stopped_when_dropped: DropGuard,
}

impl PostgresLog {
    /// Opens the log in a database that exists, making its tables where they are missing, and starts the appender and the
    /// follower.
    ///
    /// # Errors
    /// When the database cannot be reached or does not let us in, is from a newer version, or cannot be read.
    pub async fn open(
        address: &PostgresAddress,
        options: Options,
    ) -> Result<PostgresLog, LogError> {
        open::greet(address).await?;
        open::migrate(address).await?;
        let (log, receiver) = PostgresLog::connect(address, options.clone()).await?;
        let server = Uuid::now_v7();
        let (ending, ended) = watch::channel(());
        let appender = Appender {
            queue: receiver,
            writer: Writer::new(address.clone(), server, Arc::clone(&options.clock)),
            published: Arc::clone(&log.published),
            follower: Arc::clone(&log.follower),
            bounds: BatchBounds::new(&options),
            ending,
        };
        tokio::spawn(appender.run());
        let listeners = open::read_pool(address, 1);
        let follower = Arc::clone(&log.follower);
        tokio::spawn(follower.run(listeners, server, log.stop.clone()));
        tracing::info!(log.database = %address, log.head = log.head().position.0, "the log is open");
        Ok(PostgresLog { ended, ..log })
    }

    /// Opens a log for reading only, also while servers write it: the head is what it was at this moment. Appends are
    /// answered with `Closed`.
    ///
    /// # Errors
    /// When there is no log in the database, or it cannot be read.
    pub async fn open_read_only(address: &PostgresAddress) -> Result<PostgresLog, LogError> {
        open::greet(address).await?;
        let (log, _) = PostgresLog::connect(address, Options::default()).await?;
        log.queue.close();
        Ok(log)
    }

    /// The parts that read, and the queue of those that write.
    async fn connect(
        address: &PostgresAddress,
        options: Options,
    ) -> Result<(PostgresLog, Arrivals), LogError> {
        metrics::describe();
        let reads = Reads::new(open::read_pool(address, options.readers));
        let (head, id) = (reads.head().await?, reads.log_id().await?);
        let published = Arc::new(Published::new(head, options.tail));
        let follower = Follower::new(Arc::clone(&published), reads.clone(), options.tail.events);
        let (queue, receiver) = Queue::new(&options);
        let (_, ended) = watch::channel(());
        let stop = CancellationToken::new();
        let log = PostgresLog {
            id,
            queue,
            published,
            follower: Arc::new(follower),
            reads,
            ended,
            _stopped_when_dropped: stop.clone().drop_guard(),
            stop,
        };
        Ok((log, receiver))
    }

    /// What tells this log from others.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What was read may have been appended by another server a moment ago: makes the head cover it before it is shown.
    async fn cover<'a>(
        &self,
        events: impl IntoIterator<Item = &'a Arc<RecordedEvent>>,
    ) -> Result<(), LogError> {
        let last = events.into_iter().map(|event| event.position).max();
        self.follower.reach(last.unwrap_or_default()).await
    }
}

#[async_trait]
impl EventLog for PostgresLog {
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
        let slice = self.reads.stream(&query).await?;
        self.cover(&slice.events).await?;
        Ok(slice)
    }

    async fn event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        let event = self.reads.event(id).await?;
        self.cover(&event).await?;
        Ok(event)
    }

    async fn caused_by(&self, id: Uuid, limit: usize) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        let events = self.reads.caused_by(id, limit).await?;
        self.cover(&events).await?;
        Ok(events)
    }

    async fn streams(&self, query: StreamsQuery) -> Result<Vec<StreamSummary>, LogError> {
        let streams = self.reads.streams(&query).await?;
        let last = streams.iter().map(|stream| stream.last_position).max();
        self.follower.reach(last.unwrap_or_default()).await?;
        Ok(streams)
    }

    async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        let record = self.reads.command(id).await?;
        let last = record.as_ref().map_or(Position::START, |r| r.position);
        self.follower.reach(last).await?;
        Ok(record)
    }

    fn head(&self) -> Head {
        self.published.head()
    }

    fn watch_head(&self) -> watch::Receiver<Head> {
        self.published.watch()
    }

    fn write_failure(&self) -> Option<StorageFailure> {
        self.published.write_failure()
    }

    async fn check(&self) -> Result<CheckReport, LogError> {
        let mut report = check::check(&self.reads).await?;
        if self.reads.count(HEAD_IS_WRONG).await? > 0 {
            let problem = "the head's row does not say where the log ends";
            report.problems.push(problem.to_owned());
        }
        Ok(report)
    }

    async fn close(&self) {
        self.queue.close();
        // Nothing is ever sent: this waits for the other end to be dropped.
        drop(self.ended.clone().changed().await);
        self.stop.cancel();
        self.reads.close().await;
    }
}

/// Asks in one statement, so that servers may append meanwhile.
const HEAD_IS_WRONG: &str = "SELECT count(*) FROM log_head \
    WHERE position <> (SELECT coalesce(max(position), 0) FROM events) \
    OR streams <> (SELECT count(*) FROM streams)";
