//! The way into the appender: bounded, never waited for, and in two lanes, so that a huge import and many small appends do
//! not stand in each other's way.
//!
//! Small appends and bulk ones have bounds of their own: bulk that fills its lane cannot make the log refuse a small append,
//! nor the other way round. The appender takes from both lanes into every transaction ([`Arrivals`]), so that neither waits
//! behind more of the other than one transaction's share. Order is kept within a lane.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::metrics::{self, LaneDepth};
use super::prepared::PreparedAppend;
use super::{
    AppendError, AppendRequest, Appended, Limits, Options, Recorded, StorageCause, StorageFailure,
};

/// Where a waiting writer gets its answer.
pub(super) type Answer = Result<Appended, AppendError>;

/// An append that waits for the appender.
struct Queued {
    append: PreparedAppend,
    answer: oneshot::Sender<Answer>,
    queued_at: Instant,
    lane: LaneName,
    /// Its place among those who wait, given back when it is taken.
    place: OwnedSemaphorePermit,
    /// Its share of the lane's bytes, given back when it is answered.
    room: OwnedSemaphorePermit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LaneName {
    Small,
    Bulk,
}

/// How much one lane holds.
#[derive(Clone, Copy, Debug)]
struct LaneBounds {
    appends: usize,
    bytes: usize,
}

/// The writers' end of the queue.
pub(super) struct Queue {
    /// `None` once the log is closing: the appender finishes what is in the queue, and ends.
    sender: RwLock<Option<mpsc::UnboundedSender<Queued>>>,
    small: Lane,
    bulk: Lane,
    /// An append with more events than this is bulk.
    small_events: usize,
    /// An append with more bytes than this is bulk.
    small_bytes: usize,
    /// What one append may be at most.
    limits: Limits,
}

/// The bounds of one lane; what they hold waits at the appender's end.
struct Lane {
    name: LaneName,
    places: Arc<Semaphore>,
    room: Arc<Semaphore>,
    depth: LaneDepth,
}

impl Queue {
    /// A queue, and the appender's end of it.
    pub(super) fn new(options: &Options) -> (Queue, Arrivals) {
        let small = LaneBounds {
            appends: options.queue_appends,
            bytes: options.queue_bytes.max(options.small_bytes),
        };
        let bulk = LaneBounds {
            appends: options.bulk_queue_appends,
            bytes: options.bulk_queue_bytes.max(options.limits.append_bytes),
        };
        // Unbounded itself: the lanes' bounds are kept before an append goes in.
        let (sender, receiver) = mpsc::unbounded_channel();
        let queue = Queue {
            sender: RwLock::new(Some(sender)),
            small: Lane::new(LaneName::Small, small),
            bulk: Lane::new(LaneName::Bulk, bulk),
            small_events: options.small_events,
            small_bytes: options.small_bytes,
            limits: options.limits,
        };
        let arrivals = Arrivals {
            receiver,
            small: Waiting::new(&queue.small),
            bulk: Waiting::new(&queue.bulk),
        };
        (queue, arrivals)
    }

    /// A queue that takes nothing.
    pub(super) fn closed(options: &Options) -> Queue {
        let (queue, _) = Queue::new(options);
        queue.close();
        queue
    }

    /// Takes a request that is within the limits, and waits for its answer; or refuses it at once.
    pub(super) async fn submit(
        &self,
        request: AppendRequest,
        recorded: Option<Recorded>,
    ) -> Answer {
        let accepted = self
            .limits
            .prepare(request, recorded)
            .and_then(|append| self.push(append));
        match accepted {
            Ok(answered) => answered.await.unwrap_or_else(|_| Err(appender_gone())),
            Err(refusal) => {
                let answer = Err(refusal);
                metrics::answered(&answer);
                answer
            }
        }
    }

    fn push(&self, append: PreparedAppend) -> Result<oneshot::Receiver<Answer>, AppendError> {
        let sender = self.sender.read().unwrap_or_else(PoisonError::into_inner);
        let sender = sender.as_ref().ok_or(AppendError::Closed)?;
        let lane = self.lane_of(&append);
        let (place, room) = lane.admit(append.bytes).ok_or_else(|| {
            metrics::refused(lane.name.as_str());
            AppendError::Overloaded
        })?;
        let (answer, answered) = oneshot::channel();
        let queued = Queued {
            append,
            answer,
            queued_at: Instant::now(),
            lane: lane.name,
            place,
            room,
        };
        lane.depth.entered();
        match sender.send(queued) {
            Ok(()) => Ok(answered),
            Err(_) => {
                lane.depth.left();
                Err(AppendError::Closed)
            }
        }
    }

    fn lane_of(&self, append: &PreparedAppend) -> &Lane {
        if append.bytes > self.small_bytes || append.event_count() > self.small_events {
            &self.bulk
        } else {
            &self.small
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

/// The appender died with an append in its hands, which only a bug in it can bring about.
fn appender_gone() -> AppendError {
    AppendError::OutcomeUnknown(StorageFailure::new(
        StorageCause::Other,
        "the appender has ended",
    ))
}

impl Lane {
    fn new(name: LaneName, bounds: LaneBounds) -> Lane {
        let semaphore =
            |permits: usize| Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        Lane {
            name,
            places: semaphore(bounds.appends.max(1)),
            room: semaphore(bounds.bytes),
            depth: LaneDepth::new(name.as_str()),
        }
    }

    /// A place and room for so many bytes; `None` when the lane is full.
    fn admit(&self, bytes: usize) -> Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let room = Arc::clone(&self.room)
            .try_acquire_many_owned(u32::try_from(bytes).ok()?)
            .ok()?;
        Some((place, room))
    }
}

impl LaneName {
    fn as_str(self) -> &'static str {
        match self {
            LaneName::Small => "small",
            LaneName::Bulk => "bulk",
        }
    }
}

/// The appender's end of the queue: what has arrived, sorted into the lanes.
pub(super) struct Arrivals {
    receiver: mpsc::UnboundedReceiver<Queued>,
    small: Waiting,
    bulk: Waiting,
}

/// What a look at the queue found.
pub(super) enum Look {
    /// Appends wait.
    Waiting,
    /// None does.
    Nothing,
    /// None does, and none will come.
    Closed,
}

/// The appends that wait in one lane.
struct Waiting {
    appends: VecDeque<Queued>,
    depth: LaneDepth,
}

/// An append that was taken out of the queue.
pub(super) struct Taken {
    pub(super) append: PreparedAppend,
    pub(super) answer: oneshot::Sender<Answer>,
    /// Its share of the queue's bytes, given back when it is answered.
    pub(super) room: OwnedSemaphorePermit,
}

impl Arrivals {
    /// Blocks until an append waits; `false` once the queue is closed and empty.
    pub(super) fn blocking_wait(&mut self) -> bool {
        if self.is_empty() {
            let arrived = self.receiver.blocking_recv();
            self.sort_in(arrived);
        }
        !self.is_empty()
    }

    /// Waits until there is an append; `false` once the queue is closed and empty. May be given up and begun again.
    pub(super) async fn wait(&mut self) -> bool {
        if self.is_empty() {
            let arrived = self.receiver.recv().await;
            self.sort_in(arrived);
        }
        !self.is_empty()
    }

    /// The next small append that waits.
    pub(super) fn take_small(&mut self) -> Option<Taken> {
        self.small.take()
    }

    /// The next bulk append that waits.
    pub(super) fn take_bulk(&mut self) -> Option<Taken> {
        self.bulk.take()
    }

    /// Looks for what has arrived meanwhile.
    pub(super) fn look(&mut self) -> Look {
        let end = loop {
            match self.receiver.try_recv() {
                Ok(arrived) => self.sort_in(Some(arrived)),
                Err(end) => break end,
            }
        };
        match end {
            _ if !self.is_empty() => Look::Waiting,
            TryRecvError::Empty => Look::Nothing,
            TryRecvError::Disconnected => Look::Closed,
        }
    }

    fn sort_in(&mut self, arrived: Option<Queued>) {
        let Some(arrived) = arrived else { return };
        let lane = match arrived.lane {
            LaneName::Small => &mut self.small,
            LaneName::Bulk => &mut self.bulk,
        };
        lane.appends.push_back(arrived);
    }

    fn is_empty(&self) -> bool {
        self.small.appends.is_empty() && self.bulk.appends.is_empty()
    }
}

impl Waiting {
    fn new(lane: &Lane) -> Waiting {
        Waiting {
            appends: VecDeque::new(),
            depth: lane.depth.clone(),
        }
    }

    fn take(&mut self) -> Option<Taken> {
        let queued = self.appends.pop_front()?;
        self.depth.left();
        metrics::waited(queued.queued_at.elapsed());
        drop(queued.place);
        Some(Taken {
            append: queued.append,
            answer: queued.answer,
            room: queued.room,
        })
    }
}
