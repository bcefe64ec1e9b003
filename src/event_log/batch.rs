//! What goes into one transaction: the appends that wait, those who wait for them, and what became of it.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::prepared::PreparedAppend;
use super::published::Published;
use super::queue::{Answer, Queued};
use super::{AppendError, StorageFailure, metrics};
use crate::contract::RecordedEvent;

/// How much one transaction takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchBounds {
    /// No further append once there are so many events.
    pub(super) events: usize,
    /// No further append once there are so many bytes.
    pub(super) bytes: usize,
}

/// Appends that go into one transaction, and those who wait for them.
pub(super) struct Batch {
    appends: Vec<PreparedAppend>,
    waiting: Waiting,
    bytes: usize,
}

/// Those who wait for one transaction, in the order of its appends.
pub(super) struct Waiting {
    writers: Vec<(oneshot::Sender<Answer>, OwnedSemaphorePermit)>,
    events: usize,
}

/// A transaction that is durable.
pub(super) struct Committed {
    /// The answer to each append, in their order.
    pub(super) answers: Vec<Answer>,
    /// What was appended.
    pub(super) events: Vec<Arc<RecordedEvent>>,
    /// How long the commit took, the sync of the disk included.
    pub(super) commit: Duration,
}

/// A transaction that failed.
#[derive(Debug)]
pub(super) enum BatchFailure {
    /// Nothing of it is in the log.
    NotCommitted(StorageFailure),
    /// The commit itself failed in a way that leaves it open.
    OutcomeUnknown(StorageFailure),
}

impl BatchFailure {
    /// What each of the writers is told.
    pub(super) fn to_error(&self) -> AppendError {
        match self {
            BatchFailure::NotCommitted(failure) => AppendError::Storage(failure.clone()),
            BatchFailure::OutcomeUnknown(failure) => AppendError::OutcomeUnknown(failure.clone()),
        }
    }
}

impl Batch {
    /// Takes what waits, up to the bounds.
    pub(super) fn gather(
        first: Queued,
        queue: &mut mpsc::Receiver<Queued>,
        bounds: BatchBounds,
    ) -> Batch {
        let mut batch = Batch {
            appends: Vec::new(),
            waiting: Waiting {
                writers: Vec::new(),
                events: 0,
            },
            bytes: 0,
        };
        batch.add(first);
        while batch.waiting.events < bounds.events && batch.bytes < bounds.bytes {
            let Ok(next) = queue.try_recv() else {
                break;
            };
            batch.add(next);
        }
        batch
    }

    fn add(&mut self, queued: Queued) {
        metrics::waited(queued.queued_at.elapsed());
        self.waiting.events += queued.append.event_count();
        self.bytes += queued.append.bytes;
        self.appends.push(queued.append);
        self.waiting.writers.push((queued.answer, queued.room));
    }

    /// The appends, to be written, and those who wait for them, to be told.
    pub(super) fn into_parts(self) -> (Vec<PreparedAppend>, Waiting) {
        (self.appends, self.waiting)
    }
}

impl Waiting {
    /// Tells what became of the transaction: the readers first and then the writers, so that who is answered finds its own
    /// events.
    pub(super) fn tell(self, written: Result<Committed, BatchFailure>, published: &Published) {
        match written {
            Ok(committed) => {
                metrics::committed(&committed);
                published.publish(committed.events);
                self.answer(committed.answers);
            }
            Err(failure) => {
                report(&failure, self.writers.len(), self.events);
                let answers = self
                    .writers
                    .iter()
                    .map(|_| Err(failure.to_error()))
                    .collect();
                self.answer(answers);
            }
        }
    }

    fn answer(self, answers: Vec<Answer>) {
        for ((writer, room), answer) in self.writers.into_iter().zip(answers) {
            metrics::answered(&answer);
            drop(room);
            // Who has gone away meanwhile needs no answer; the append stands.
            drop(writer.send(answer));
        }
    }
}

fn report(failure: &BatchFailure, appends: usize, events: usize) {
    metrics::batch_failed();
    let (known, failure) = match failure {
        BatchFailure::NotCommitted(failure) => ("not committed", failure),
        BatchFailure::OutcomeUnknown(failure) => ("unknown", failure),
    };
    tracing::error!(
        batch.appends = appends,
        batch.events = events,
        outcome = known,
        error = %failure,
        "a transaction of the log failed"
    );
}
