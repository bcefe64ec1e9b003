//! The way into the appender: bounded by appends and by bytes, and never waited for.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::prepared::PreparedAppend;
use super::{AppendError, Appended};

/// Where a waiting writer gets its answer.
pub(super) type Answer = Result<Appended, AppendError>;

/// An append that waits for the appender.
pub(super) struct Queued {
    pub(super) append: PreparedAppend,
    pub(super) answer: oneshot::Sender<Answer>,
    pub(super) queued_at: Instant,
    /// Its share of the queue's bytes, given back when it is answered.
    pub(super) room: OwnedSemaphorePermit,
}

/// The writers' end of the queue.
pub(super) struct Queue {
    /// `None` once the log is closing: the appender finishes what is in the queue, and ends.
    sender: RwLock<Option<mpsc::Sender<Queued>>>,
    room: Arc<Semaphore>,
}

impl Queue {
    /// A queue for so many appends and bytes, and the appender's end of it.
    pub(super) fn new(appends: usize, bytes: usize) -> (Queue, mpsc::Receiver<Queued>) {
        let (sender, receiver) = mpsc::channel(appends.clamp(1, Semaphore::MAX_PERMITS));
        let queue = Queue {
            sender: RwLock::new(Some(sender)),
            room: Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))),
        };
        (queue, receiver)
    }

    /// Takes an append, or refuses it at once.
    pub(super) fn push(
        &self,
        append: PreparedAppend,
    ) -> Result<oneshot::Receiver<Answer>, AppendError> {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        let sender = sender.as_ref().ok_or(AppendError::Closed)?;
        let bytes = u32::try_from(append.bytes).map_err(|_| AppendError::Overloaded)?;
        let room = Arc::clone(&self.room)
            .try_acquire_many_owned(bytes)
            .map_err(|_| AppendError::Overloaded)?;
        let (answer, answered) = oneshot::channel();
        let queued = Queued {
            append,
            answer,
            queued_at: Instant::now(),
            room,
        };
        match sender.try_send(queued) {
            Ok(()) => Ok(answered),
            Err(mpsc::error::TrySendError::Full(_)) => Err(AppendError::Overloaded),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(AppendError::Closed),
        }
    }

    /// Takes nothing more.
    pub(super) fn close(&self) {
        self.sender
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }
}
