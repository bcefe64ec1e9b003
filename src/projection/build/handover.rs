//! Where a finished build waits until whoever keeps the read model takes it over, between two batches.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::event_log::SharedLog;
use crate::projection::place::Build;
use crate::projection::projector::Projector;

/// A read model that was built beside the one that answers.
pub(crate) struct Ready<M> {
    /// What keeps it.
    pub(crate) projector: Projector<M>,
    /// Which one it is.
    pub(crate) build: Build,
    /// Where it finds what it still lacks.
    pub(crate) log: SharedLog,
    /// Told once it answers; dropped where that failed.
    pub(crate) taken: oneshot::Sender<()>,
}

/// The place between the two. It holds one build at most.
pub(crate) struct Handover<M>(Mutex<Option<Ready<M>>>);

impl<M> Default for Handover<M> {
    fn default() -> Handover<M> {
        Handover(Mutex::new(None))
    }
}

impl<M> Handover<M> {
    /// Offers a build.
    pub(crate) fn offer(&self, ready: Ready<M>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ready);
    }

    /// Takes the build that is offered.
    pub(crate) fn take(&self) -> Option<Ready<M>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
