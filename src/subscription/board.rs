//! What is known of each consumer at this moment, told by its runner and by operators, read by everyone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

use crate::contract::{ConsumerKind, Paused, Position, Timestamp};

/// All consumers of this process, and a bell that rings whenever one has moved.
#[derive(Clone)]
pub struct Board {
    slots: Arc<Vec<Arc<Slot>>>,
    bell: Arc<watch::Sender<u64>>,
}

impl Board {
    /// A board for consumers of these names and kinds.
    #[must_use]
    pub fn new(consumers: impl IntoIterator<Item = (&'static str, ConsumerKind)>) -> Board {
        let bell = Arc::new(watch::Sender::new(0));
        let slot = |(name, kind)| Arc::new(Slot::new(name, kind, Arc::clone(&bell)));
        Board {
            slots: Arc::new(consumers.into_iter().map(slot).collect()),
            bell,
        }
    }

    /// The consumers, in the order in which they were named.
    #[must_use]
    pub fn slots(&self) -> &[Arc<Slot>] {
        &self.slots
    }

    /// One consumer.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<&Arc<Slot>> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Changes whenever any consumer has moved: a hint to look again.
    #[must_use]
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }
}

/// One consumer on the board.
pub struct Slot {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub kind: ConsumerKind,
    /// Its checkpoint. Written by its runner after each commit; read by whoever waits for a position.
    position: watch::Sender<Position>,
    /// The operator's wish. Written by `Control`; the runner follows it.
    paused: watch::Sender<Option<Paused>>,
    /// How it goes. Written by the runner.
    health: Mutex<Health>,
    bell: Arc<watch::Sender<u64>>,
}

/// How a consumer's work goes.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// When the runner last showed that it lives.
    pub heartbeat_at: Timestamp,
    /// Failed tries at the present event; 0 when the last one worked.
    pub attempt: u32,
    /// Whether it has given up until an operator resumes it.
    pub faulted: bool,
    /// What last went wrong, kept until something is handled again.
    pub last_error: Option<String>,
}

impl Slot {
    fn new(name: &'static str, kind: ConsumerKind, bell: Arc<watch::Sender<u64>>) -> Slot {
        Slot {
            name,
            kind,
            position: watch::Sender::new(Position::START),
            paused: watch::Sender::new(None),
            health: Mutex::new(Health::default()),
            bell,
        }
    }

    /// Its checkpoint.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.position.borrow()
    }

    /// Follows its checkpoint.
    #[must_use]
    pub fn watch_position(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// Who paused it, while it is paused.
    #[must_use]
    pub fn paused(&self) -> Option<Paused> {
        self.paused.borrow().clone()
    }

    /// How its work goes.
    #[must_use]
    pub fn health(&self) -> Health {
        self.lock_health().clone()
    }

    pub(super) fn watch_paused(&self) -> watch::Receiver<Option<Paused>> {
        self.paused.subscribe()
    }

    pub(super) fn set_paused(&self, paused: Option<Paused>) {
        // A resume is also the order to try again what had failed.
        let mut health = self.lock_health();
        health.faulted = false;
        health.attempt = 0;
        drop(health);
        self.paused.send_replace(paused);
    }

    pub(super) fn moved_to(&self, position: Position) {
        self.position.send_replace(position);
        self.bell
            .send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    pub(super) fn beat(&self, at: Timestamp) {
        self.lock_health().heartbeat_at = at;
    }

    pub(super) fn worked(&self) {
        let mut health = self.lock_health();
        health.attempt = 0;
        health.last_error = None;
    }

    pub(super) fn failed(&self, error: &str, faulted: bool) -> u32 {
        let mut health = self.lock_health();
        health.attempt = health.attempt.saturating_add(1);
        health.last_error = Some(error.to_owned());
        health.faulted = faulted;
        health.attempt
    }

    fn lock_health(&self) -> MutexGuard<'_, Health> {
        // Nothing that holds this lock can leave it half written, so a poisoned one is still right.
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
