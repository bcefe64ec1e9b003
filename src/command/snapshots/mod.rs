//! Snapshots of long streams: where loading begins, and who sees to it that there are some.
//!
//! A command never takes a snapshot. It only says that a stream has grown, and the [`Keeper`] folds what is new in its own
//! time, from the newest snapshot on. So nothing is copied while an aggregate is held, snapshots stand at the same versions
//! whoever appended, and what was left out once, because too much was waiting, is made up for the next time.

mod keeper;
mod metrics;
mod take_up;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

use super::CommandError;
use super::aggregates::{Loaded, OfDomain};
use crate::contract::{StreamName, Version};
use crate::domain::Aggregate;
use crate::event_log::{EventLog, SharedLog, SharedSnapshots};

pub use keeper::Keeper;

use keeper::Wanted;
use take_up::{Found, newest};

/// Loading folds fewer events than this beyond a snapshot: what a command can wait for without being noticed.
pub(super) const EVERY: u64 = 100;
/// Of older snapshots one in so many versions is kept, so that looking back folds no more than this either, while a state
/// that is large does not take more room than the events that made it.
pub(super) const KEEP_EACH: u64 = 1_000;
/// Streams that may wait for the keeper; one more is left out until it grows again.
const WAITING: usize = 1_024;

/// The snapshots of all streams. Cheap to clone.
#[derive(Clone)]
pub struct Snapshots {
    /// `None` where none are kept.
    shared: Option<Arc<Shared>>,
}

/// What those who load and the keeper have in common.
struct Shared {
    store: SharedSnapshots,
    queue: mpsc::Sender<Wanted>,
    /// The streams in the queue: each waits once, however often it grows meanwhile.
    waiting: Mutex<HashSet<StreamName>>,
}

impl Snapshots {
    /// None are kept: every load begins at the first event.
    #[must_use]
    pub fn none() -> Snapshots {
        Snapshots { shared: None }
    }

    /// Those in a store, and the keeper that takes them while it [runs](Keeper::run).
    #[must_use]
    pub fn new(log: SharedLog, store: SharedSnapshots) -> (Snapshots, Keeper) {
        metrics::describe();
        let (queue, wanted) = mpsc::channel(WAITING);
        let shared = Arc::new(Shared {
            store,
            queue,
            waiting: Mutex::default(),
        });
        let keeper = Keeper::new(log, Arc::clone(&shared), wanted);
        let snapshots = Snapshots {
            shared: Some(shared),
        };
        (snapshots, keeper)
    }

    /// Leaves the files in order. From here on there are none.
    pub async fn close(&self) {
        if let Some(shared) = &self.shared {
            shared.store.close().await;
        }
    }

    /// The aggregate as the newest snapshot at a version or before has it, where there is one and it fits. A store that
    /// fails is none.
    pub(super) async fn newest<A: Aggregate>(
        &self,
        log: &dyn EventLog,
        stream: &StreamName,
        at_most: Version,
    ) -> Result<Option<Loaded<A>>, CommandError> {
        let Some(shared) = &self.shared else {
            return Ok(None);
        };
        match newest::<A>(log, &*shared.store, stream, at_most).await? {
            Found::Fitting(loaded) => {
                metrics::used();
                Ok(Some(loaded))
            }
            Found::Unfit(_) | Found::Nothing => Ok(None),
        }
    }

    /// A stream has grown, or was found to be longer than its newest snapshot: where it has passed a version at which there
    /// should be one, the keeper is told.
    pub(super) fn grown<A: Aggregate>(&self, stream: &StreamName, from: Version, to: Version)
    where
        A::Event: OfDomain,
    {
        if from.0 / EVERY == to.0 / EVERY {
            return;
        }
        if let Some(shared) = &self.shared {
            shared.want(Wanted::of::<A>(stream.clone()));
        }
    }
}

impl Shared {
    fn want(&self, wanted: Wanted) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.contains(&wanted.stream) {
            return;
        }
        let stream = wanted.stream.clone();
        match self.queue.try_send(wanted) {
            Ok(()) => {
                waiting.insert(stream);
            }
            Err(_full_or_stopping) => metrics::dropped(),
        }
    }

    /// The keeper has a stream in hand: if it grows from here on, it has to wait again.
    fn taken_in_hand(&self, stream: &StreamName) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(stream);
    }
}
