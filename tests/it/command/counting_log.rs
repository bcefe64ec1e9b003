//! A log that counts what is read from its streams.

use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use highwater::contract::{CommandId, EventId, Head, RecordedEvent};
use highwater::event_log::{
    AppendError, AppendRequest, Appended, CheckReport, CommandRecord, EventLog, LogError, LogQuery,
    Recorded, SharedLog, StorageFailure, StreamQuery, StreamSlice, StreamSummary, StreamsQuery,
};
use tokio::sync::watch;
use uuid::Uuid;

pub struct CountingLog {
    log: SharedLog,
    events: AtomicUsize,
}

impl CountingLog {
    pub fn new(log: &SharedLog) -> Arc<CountingLog> {
        Arc::new(CountingLog {
            log: log.clone(),
            events: AtomicUsize::new(0),
        })
    }

    /// Events of streams that were read since it was asked last.
    pub fn events_read(&self) -> usize {
        self.events.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl EventLog for CountingLog {
    async fn append(&self, request: AppendRequest) -> Result<Appended, AppendError> {
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
        self.log.read(query).await
    }

    async fn read_stream(&self, query: StreamQuery) -> Result<StreamSlice, LogError> {
        let slice = self.log.read_stream(query).await?;
        self.events.fetch_add(slice.events.len(), Ordering::SeqCst);
        Ok(slice)
    }

    async fn check(&self) -> Result<CheckReport, LogError> {
        self.log.check().await
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

    fn write_failure(&self) -> Option<StorageFailure> {
        self.log.write_failure()
    }

    async fn close(&self) {
        self.log.close().await;
    }
}
