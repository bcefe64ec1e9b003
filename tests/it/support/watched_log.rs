//! A log that passes everything on, past whoever watches it.

use async_trait::async_trait;
use std::sync::Arc;
use tokio::sync::watch;
use uuid::Uuid;

use highwater::contract::{CommandId, EventId, Head, Position, RecordedEvent, Selection};
use highwater::event_log::{
    AppendError, AppendRequest, Appended, CheckReport, CommandRecord, EventLog, LogError, LogQuery,
    Recorded, SharedLog, StorageFailure, StreamQuery, StreamSlice, StreamSummary, StreamsQuery,
};

/// Sees what passes through a log.
pub trait Watcher: Send + Sync + 'static {
    /// Before an append reaches the log; an error keeps it from there.
    fn before_append(&self, _request: &AppendRequest) -> Result<(), AppendError> {
        Ok(())
    }

    /// Before the log is read.
    fn before_read(&self, _query: &LogQuery) {}

    /// What a stream was read as.
    fn stream_read(&self, _slice: &StreamSlice) {}
}

pub struct WatchedLog<W> {
    log: SharedLog,
    watcher: Arc<W>,
}

impl<W> WatchedLog<W> {
    pub fn new(log: SharedLog, watcher: Arc<W>) -> WatchedLog<W> {
        WatchedLog { log, watcher }
    }
}

#[async_trait]
impl<W: Watcher> EventLog for WatchedLog<W> {
    async fn append(&self, request: AppendRequest) -> Result<Appended, AppendError> {
        self.watcher.before_append(&request)?;
        self.log.append(request).await
    }

    async fn append_recorded(
        &self,
        request: AppendRequest,
        recorded: Recorded,
    ) -> Result<Appended, AppendError> {
        self.log.append_recorded(request, recorded).await
    }

    async fn read(&self, query: LogQuery) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        self.watcher.before_read(&query);
        self.log.read(query).await
    }

    async fn count(
        &self,
        wanted: &Selection,
        after: Position,
        upto: Position,
    ) -> Result<u64, LogError> {
        self.log.count(wanted, after, upto).await
    }

    async fn first(
        &self,
        wanted: &Selection,
        after: Position,
    ) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        self.log.first(wanted, after).await
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<StreamSlice, LogError> {
        let slice = self.log.read_stream(query).await?;
        self.watcher.stream_read(&slice);
        Ok(slice)
    }

    async fn event(&self, id: EventId) -> Result<Option<Arc<RecordedEvent>>, LogError> {
        self.log.event(id).await
    }

    async fn caused_by(&self, id: Uuid, limit: usize) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
        self.log.caused_by(id, limit).await
    }

    async fn streams(&self, query: StreamsQuery) -> Result<Vec<StreamSummary>, LogError> {
        self.log.streams(query).await
    }

    async fn command(&self, id: CommandId) -> Result<Option<CommandRecord>, LogError> {
        self.log.command(id).await
    }

    fn head(&self) -> Head {
        self.log.head()
    }

    fn watch_head(&self) -> watch::Receiver<Head> {
        self.log.watch_head()
    }

    async fn check(&self) -> Result<CheckReport, LogError> {
        self.log.check().await
    }

    fn write_failure(&self) -> Option<StorageFailure> {
        self.log.write_failure()
    }

    async fn close(&self) {
        self.log.close().await;
    }
}
