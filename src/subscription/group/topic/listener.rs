//! A member of a topic: where it is, and what it may be given.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::contract::Position;
use crate::subscription::group::engine::MemberId;
use crate::subscription::group::seat::Seat;

/// A connected member. What is its own has a lock of its own, so that members do not wait for each other.
pub(in crate::subscription::group) struct Listener {
    pub seat: Arc<Seat>,
    place: Mutex<Place>,
}

/// Where a member is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub credit: u64,
    /// Everything up to here was sent or is not wanted.
    pub position: Position,
}

impl Listener {
    pub(super) fn at(position: Position, id: MemberId, name: &str) -> Arc<Listener> {
        Arc::new(Listener {
            seat: Seat::new(id, name),
            place: Mutex::new(Place {
                credit: 0,
                position,
            }),
        })
    }

    pub(super) fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
