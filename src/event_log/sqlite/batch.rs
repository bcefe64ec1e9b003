//! What goes into one transaction: the appends that wait, and those who wait for them.

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::metrics;
use super::queue::{Answer, Queued};
use super::writer::{BatchFailure, Writer};
use crate::event_log::prepared::PreparedAppend;
use crate::event_log::published::Published;

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
    waiting: Vec<(oneshot::Sender<Answer>, OwnedSemaphorePermit)>,
    events: usize,
    bytes: usize,
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
            waiting: Vec::new(),
            events: 0,
            bytes: 0,
        };
        batch.add(first);
        while batch.events < bounds.events && batch.bytes < bounds.bytes {
            let Ok(next) = queue.try_recv() else {
                break;
            };
            batch.add(next);
        }
        batch
    }

    fn add(&mut self, queued: Queued) {
        metrics::waited(queued.queued_at.elapsed());
        self.events += queued.append.event_count();
        self.bytes += queued.append.bytes;
        self.appends.push(queued.append);
        self.waiting.push((queued.answer, queued.room));
    }

    /// Commits, then tells the readers, then the writers: who is answered finds its own events.
    pub(super) fn write(self, writer: &mut Writer, published: &Published) {
        match writer.write(self.appends) {
            Ok(committed) => {
                metrics::committed(&committed);
                published.publish(committed.events);
                answer(self.waiting, committed.answers);
            }
            Err(failure) => {
                report(&failure, self.waiting.len(), self.events);
                let answers = self
                    .waiting
                    .iter()
                    .map(|_| Err(failure.to_error()))
                    .collect();
                answer(self.waiting, answers);
            }
        }
    }
}

fn answer(waiting: Vec<(oneshot::Sender<Answer>, OwnedSemaphorePermit)>, answers: Vec<Answer>) {
    for ((waiting, room), answer) in waiting.into_iter().zip(answers) {
        metrics::answered(&answer);
        drop(room);
        // Who has gone away meanwhile needs no answer; the append stands.
        drop(waiting.send(answer));
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
