//! The appender: one task that commits all that waits as one transaction, again and again, with no delay of its own. While
//! one transaction is under way, or other servers have their turn, the next one gathers in the queue.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

use super::follow::Follower;
use super::writer::Writer;
use crate::contract::Position;
use crate::event_log::batch::{Batch, BatchBounds, BatchFailure, Committed};
use crate::event_log::published::Published;
use crate::event_log::queue::Arrivals;

/// So long a writer waits for its events to be published after they were committed.
const PUBLISHING: Duration = Duration::from_secs(5);

/// How often it is looked whether the database takes writes again, while nobody asks to write.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// All that the appender's task owns.
pub(super) struct Appender {
    /// Its end of the queue. When the writers' end is closed, it finishes what is in it.
    pub(super) queue: Arrivals,
    pub(super) writer: Writer,
    /// Where it makes known what is committed.
    pub(super) published: Arc<Published>,
    /// Reads what other servers appended in front of ours.
    pub(super) follower: Arc<Follower>,
    pub(super) bounds: BatchBounds,
    /// Dropped last, which tells that the task has ended. Nothing is sent through it.
    pub(super) ending: watch::Sender<()>,
}

impl Appender {
    /// Writes until the queue is closed and empty.
    pub(super) async fn run(mut self) {
        while self.wait().await {
            self.write_batch().await;
        }
        self.writer.close().await;
        drop(self.ending);
    }

    /// Until an append waits; `false` once the queue is closed and empty. After a failure it looks meanwhile whether the
    /// database takes writes again, since writers may stay away until we say so.
    async fn wait(&mut self) -> bool {
        while self.published.write_failure().is_some() {
            match timeout(AFTER_FAILURE, self.queue.wait()).await {
                Ok(waiting) => return waiting,
                Err(_) => self
                    .published
                    .wrote(self.writer.begin().await.err().as_ref()),
            }
        }
        self.queue.wait().await
    }

    async fn write_batch(&mut self) {
        let turn = self.writer.begin().await;
        let batch = Batch::gather(&mut self.queue, self.bounds);
        let (appends, waiting) = batch.into_parts();
        let written = match turn {
            Ok(turn) => match self.follower.is_whole(turn.head()) {
                Ok(()) => {
                    let before = turn.head().position;
                    let written = self.writer.write(turn, appends).await;
                    self.publish_before(before, &written).await;
                    written
                }
                Err(failure) => Err(BatchFailure::NotCommitted(failure)),
            },
            Err(failure) => Err(BatchFailure::NotCommitted(failure)),
        };
        waiting.tell(written, &self.published);
    }

    /// Publishes what others appended in front of our events, so that ours can follow. Where that fails the answers are true
    /// all the same: ours are read and published with the others' when the database answers again.
    async fn publish_before(&self, head: Position, written: &Result<Committed, BatchFailure>) {
        if written.is_err() {
            return;
        }
        match timeout(PUBLISHING, self.follower.reach(head)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "committed, but not yet to be read on this server")
            }
            Err(_) => tracing::warn!("committed, but not yet to be read on this server"),
        }
    }
}
