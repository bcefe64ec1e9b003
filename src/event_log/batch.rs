//! What goes into one transaction: the appends that wait, those who wait for them, and what became of it.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::prepared::PreparedAppend;
use super::published::Published;
use super::queue::{Answer, Arrivals, Taken};
use super::{AppendError, Options, StorageFailure, metrics};
use crate::contract::RecordedEvent;

/// How much one transaction takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchBounds {
    /// No further append once there are so many events.
    pub(super) events: usize,
    /// No further append once there are so many bytes.
    pub(super) bytes: usize,
    /// No further bulk append once there are so many events of bulk.
    pub(super) bulk_events: usize,
    /// No further bulk append once there are so many bytes of bulk.
    pub(super) bulk_bytes: usize,
}

impl BatchBounds {
    /// As the options have them.
    pub(super) fn new(options: &Options) -> BatchBounds {
        BatchBounds {
            events: options.batch_events,
            bytes: options.batch_bytes,
            bulk_events: options.bulk_batch_events,
            bulk_bytes: options.bulk_batch_bytes,
        }
    }
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
    /// What the database said.
    pub(super) fn storage(&self) -> &StorageFailure {
        match self {
            BatchFailure::NotCommitted(failure) | BatchFailure::OutcomeUnknown(failure) => failure,
        }
    }

    /// What each of the writers is told.
    pub(super) fn to_error(&self) -> AppendError {
        match self {
            BatchFailure::NotCommitted(failure) => AppendError::Storage(failure.clone()),
            BatchFailure::OutcomeUnknown(failure) => AppendError::OutcomeUnknown(failure.clone()),
        }
    }
}

impl Batch {
    /// Takes what waits: small appends up to the bounds, and beside them bulk up to its share. One of each that waits is
    /// taken whatever the bounds say, so that neither lane ever starves.
    pub(super) fn gather(queue: &mut Arrivals, bounds: BatchBounds) -> Batch {
        let mut batch = Batch {
            appends: Vec::new(),
            waiting: Waiting {
                writers: Vec::new(),
                events: 0,
            },
            bytes: 0,
        };
        queue.look();
        let small = (bounds.events.max(1), bounds.bytes.max(1));
        batch.fill(small, || queue.take_small());
        let bulk = (bounds.bulk_events.max(1), bounds.bulk_bytes.max(1));
        batch.fill(bulk, || queue.take_bulk());
        batch
    }

    /// Adds appends until they have so many events or bytes among them.
    fn fill(&mut self, (events, bytes): (usize, usize), mut next: impl FnMut() -> Option<Taken>) {
        let (upto_events, upto_bytes) = (self.waiting.events + events, self.bytes + bytes);
        while self.waiting.events < upto_events && self.bytes < upto_bytes {
            let Some(taken) = next() else { return };
            self.add(taken);
        }
    }

    fn add(&mut self, taken: Taken) {
        self.waiting.events += taken.append.event_count();
        self.bytes += taken.append.bytes;
        self.appends.push(taken.append);
        self.waiting.writers.push((taken.answer, taken.room));
    }

    /// The appends, to be written, and those who wait for them, to be told.
    pub(super) fn into_parts(self) -> (Vec<PreparedAppend>, Waiting) {
        (self.appends, self.waiting)
    }
}

impl Waiting {
    /// Tells what became of the transaction. The events are there for readers before the writers are answered, so that who is
    /// answered finds its own; those who wait for events are woken last, so that answers do not wait for their work.
    pub(super) fn tell(self, written: Result<Committed, BatchFailure>, published: &Published) {
        match written {
            Ok(committed) => {
                metrics::committed(&committed);
                published.wrote(None);
                let news = published.put(committed.events);
                self.answer(committed.answers);
                if news {
                    published.announce();
                }
            }
            Err(failure) => {
                published.wrote(Some(failure.storage()));
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
    let known = match failure {
        BatchFailure::NotCommitted(_) => "not committed",
        BatchFailure::OutcomeUnknown(_) => "unknown",
    };
    tracing::error!(
        batch.appends = appends,
        batch.events = events,
        outcome = known,
        error = %failure.storage(),
        "a transaction of the log failed"
    );
}
