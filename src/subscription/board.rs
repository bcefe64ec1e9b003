//! What is known of each consumer at this moment, told by its runner and by operators, read by everyone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::watch;

use super::Checkpoint;
use super::audit::Standing;
use super::lag::Counted;
use crate::contract::{
    ConsumerKind, OnPoison, Paused, Position, Proof, Selection, StoredCopy, Timestamp,
};

/// All consumers of this process, and a bell that rings whenever one has moved.
#[derive(Clone, Default)]
pub struct Board {
    slots: Arc<RwLock<BTreeMap<Arc<str>, Arc<Slot>>>>,
    bell: Arc<watch::Sender<u64>>,
}

impl Board {
    /// Puts a consumer on the board. One of the same name that is there already leaves it.
    pub fn add(&self, name: &str, kind: ConsumerKind, wanted: Selection) -> Arc<Slot> {
        let slot = Arc::new(Slot::new(name.into(), kind, wanted, Arc::clone(&self.bell)));
        self.slots
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(Arc::clone(&slot.name), Arc::clone(&slot));
        slot
    }

    /// Takes a consumer off the board.
    pub fn remove(&self, name: &str) {
        self.slots
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
        self.ring();
    }

    /// The consumers, by name.
    #[must_use]
    pub fn slots(&self) -> Vec<Arc<Slot>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.values().cloned().collect()
    }

    /// One consumer.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<Arc<Slot>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(name).cloned()
    }

    /// Changes whenever any consumer has moved: a hint to look again.
    #[must_use]
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    fn ring(&self) {
        self.bell
            .send_modify(|rings| *rings = rings.wrapping_add(1));
    }
}

/// One consumer on the board.
pub struct Slot {
    /// Its name.
    pub name: Arc<str>,
    /// What it is for.
    pub kind: ConsumerKind,
    /// Which events concern it.
    pub wanted: Selection,
    /// Its checkpoint. Written by its runner after each commit; read by whoever waits for a position.
    position: watch::Sender<Position>,
    /// What operators want of it. Written from the audit stream; the runner follows it.
    standing: watch::Sender<Arc<Standing>>,
    /// How it goes. Written by the runner.
    health: Mutex<Health>,
    /// What was last counted of the operation under way.
    counted: Mutex<Counted>,
    bell: Arc<watch::Sender<u64>>,
}

/// How a consumer's work goes.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// When the runner last showed that it lives.
    pub heartbeat_at: Timestamp,
    /// Failed tries at the present event; 0 when the last one worked.
    pub attempt: u32,
    /// The event that it cannot handle, until it could or was spared it.
    pub failing: Option<Failing>,
    /// Whether it has given up at that event until an operator does something.
    pub faulted: bool,
    /// What it does once it has given up; `None` where nothing is ever tried again.
    pub on_poison: Option<OnPoison>,
    /// What last went wrong, kept until something is handled again.
    pub last_error: Option<String>,
    /// The place in the log of the last operator's act that it has carried out.
    pub carried_out: Position,
    /// Wanted events a second at which it works when it has work; 0 before it had any.
    pub speed: f64,
    /// Events set aside.
    pub parked: u64,
    /// How far the build of it is that is made beside it.
    pub building: Option<Building>,
    /// Whether what it kept before is kept too.
    pub previous: bool,
    /// Of a read model: its stored copy.
    pub copy: Option<StoredCopy>,
    /// Of a read model: what its last comparison with the log found.
    pub proof: Option<Proof>,
    /// Who runs it, where that is not this process's own runner.
    pub owner: Option<String>,
    /// The server that has its lease, where that is another one.
    pub run_by: Option<Arc<str>>,
}

/// An event that a consumer cannot handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Its place in the log.
    pub position: Position,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong the last time.
    pub error: String,
}

/// How far a build is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Building {
    /// The place in the log of the act that wants it.
    pub act: Position,
    /// Everything up to here is in it.
    pub position: Position,
    /// Events a second, those that it does not want included.
    pub speed: f64,
}

impl Slot {
    fn new(
        name: Arc<str>,
        kind: ConsumerKind,
        wanted: Selection,
        bell: Arc<watch::Sender<u64>>,
    ) -> Slot {
        Slot {
            name,
            kind,
            wanted,
            position: watch::Sender::new(Position::START),
            standing: watch::Sender::default(),
            // Whoever has just come has not been silent yet.
            health: Mutex::new(Health {
                heartbeat_at: Timestamp::now(),
                ..Health::default()
            }),
            counted: Mutex::default(),
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

    /// What operators want of it.
    #[must_use]
    pub fn standing(&self) -> Arc<Standing> {
        Arc::clone(&self.standing.borrow())
    }

    /// Who paused it, while it is paused.
    #[must_use]
    pub fn paused(&self) -> Option<Paused> {
        let holds = |paused: &Paused| paused.until.is_none_or(|until| until > Timestamp::now());
        self.standing.borrow().paused.clone().filter(holds)
    }

    /// How its work goes.
    #[must_use]
    pub fn health(&self) -> Health {
        self.lock_health().clone()
    }

    /// Follows what operators want of it.
    #[must_use]
    pub fn watch_standing(&self) -> watch::Receiver<Arc<Standing>> {
        self.standing.subscribe()
    }

    /// Operators want something else of it.
    pub(super) fn set_standing(&self, standing: Arc<Standing>) {
        if standing.tried_again != self.standing.borrow().tried_again {
            let mut health = self.lock_health();
            health.faulted = false;
            health.attempt = 0;
        }
        self.standing.send_replace(standing);
    }

    /// What its store says of it.
    pub fn stands_at(&self, checkpoint: Checkpoint) {
        // The position first: a reset that is carried out counts as done once the consumer is back where it was.
        self.moved_to(checkpoint.position);
        self.report(|health| {
            health.carried_out = checkpoint.carried_out;
            health.previous = checkpoint.previous;
            health.parked = checkpoint.parked;
        });
    }

    /// Its checkpoint is stored.
    pub fn moved_to(&self, position: Position) {
        self.position.send_replace(position);
        self.bell
            .send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// What was last counted of the operation under way.
    pub(super) fn counted(&self) -> Counted {
        *self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps it for the next look.
    pub(super) fn keep_counted(&self, counted: Counted) {
        *self.counted.lock().unwrap_or_else(PoisonError::into_inner) = counted;
    }

    /// It lives.
    pub fn beat(&self, at: Timestamp) {
        self.lock_health().heartbeat_at = at;
    }

    /// Changes what is known of how its work goes.
    pub fn report(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.lock_health());
    }

    /// It has handled so many events in so many seconds.
    pub(super) fn worked(&self, events: usize, seconds: f64) {
        if events > 0 && seconds > 0.0 {
            let speed = events as f64 / seconds;
            // Batches of one event say little about many, so that they count for little.
            let weight = (events as f64 / 1_000.0).clamp(0.001, 0.3);
            let mut health = self.lock_health();
            health.speed = match health.speed {
                known if known > 0.0 => known + weight * (speed - known),
                _ => speed,
            };
        }
    }

    /// What had failed has not failed again, or is over.
    pub(super) fn recovered(&self) {
        let mut health = self.lock_health();
        health.attempt = 0;
        health.failing = None;
        health.last_error = None;
    }

    /// Its surroundings have failed it. Returns how often in a row something has.
    pub(super) fn failed(&self, error: &str) -> u32 {
        let mut health = self.lock_health();
        health.attempt = health.attempt.saturating_add(1);
        health.last_error = Some(error.to_owned());
        health.attempt
    }

    /// It cannot handle an event.
    pub(super) fn fails_at(&self, failing: Failing, faulted: bool) {
        let mut health = self.lock_health();
        health.attempt = failing.attempts;
        health.last_error = Some(failing.error.clone());
        health.faulted = faulted;
        health.failing = Some(failing);
    }

    fn lock_health(&self) -> MutexGuard<'_, Health> {
        // Nothing that holds this lock can leave it half written, so a poisoned one is still right.
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
