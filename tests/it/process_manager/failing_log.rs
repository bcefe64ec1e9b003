//! A log whose database fails when the test says so.

use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use highwater::contract::{CommandId, EventId, Head, RecordedEvent};
use highwater::event_log::{
    AppendError, AppendRequest, Appended, CheckReport, CommandRecord, EventLog, LogError, LogQuery,
    Recorded, SharedLog, StorageCause, StorageFailure, StreamQuery, StreamSlice, StreamSummary,
    StreamsQuery,
};
use tokio::sync::watch;
use uuid::Uuid;

/// Passes everything on, until it may not.
pub struct FailingLog {
    log: SharedLog,
    /// Appends that are still taken.
    taken: AtomicUsize,
}

impl FailingLog {
    pub fn new(log: SharedLog) -> FailingLog {
        FailingLog {
            log,
            taken: AtomicUsize::new(usize::MAX),
        }
    }

    /// Takes so many appends more and refuses the others.
    pub fn refuse_after(&self, appends: usize) {
        self.taken.store(appends, Ordering::SeqCst);
    }

    /// Takes everything again.
    pub fn recover(&self) {
        self.refuse_after(usize::MAX);
    }
}

#[async_trait]
impl EventLog for FailingLog {
    async fn append(&self, request: AppendRequest) -> Result<Appended, AppendError> {
        let one_less = |left: usize| match left {
            usize::MAX => Some(left),
            left => left.checked_sub(1),
        };
        let taken = self
            .taken
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        if taken.is_err() {
            let failure = StorageFailure::new(StorageCause::DiskFull, "a test");
            return Err(AppendError::Storage(failure));
        }
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
        self.log.read_stream(query).await
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
