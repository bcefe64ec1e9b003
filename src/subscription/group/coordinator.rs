//! A group at work: its engine, the bells of its members, and what is told of it.

mod heeding;
mod reading;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;

use super::definition::Definition;
use super::engine::{
    Answer, AnswerError, Changes, Delivery, Engine, LogEngine, MemberId, Need, QueueEngine,
};
use super::seat::{self, Ended, Seat};
use super::store::{Claim, Save, StoreError};
use super::writer::Writer;
use crate::contract::{GroupMode, MemberFrame, Position, Problem, ProblemKind, Timestamp};
use crate::event_log::SharedLog;
use crate::subscription::Slot;

/// One group in `log` or `queue` mode.
pub(super) struct Coordinator {
    pub name: Arc<str>,
    /// Goes along with every write: somebody with a higher one has taken the group over.
    pub token: i64,
    log: SharedLog,
    writer: Arc<Writer>,
    state: Mutex<State>,
    /// Rings when the engine may want something from the log.
    work: Notify,
    /// Whether the writer knows that there is something to write.
    dirty: AtomicBool,
    /// Set when the server stops: members that go then have not failed.
    stopping: AtomicBool,
}

/// What is under the lock.
struct State {
    engine: Box<dyn Engine>,
    definition: Definition,
    seats: BTreeMap<MemberId, Arc<Seat>>,
    next_member: u64,
    /// Its place on the board.
    slot: Arc<Slot>,
    /// Whether an operator holds deliveries back.
    paused: bool,
    /// The place in the log of the last operator's act that was carried out.
    carried_out: Position,
    /// Whether the group is over: removed, or taken over by another server.
    ended: Option<Ended>,
}

impl Coordinator {
    /// Takes a group up that was claimed.
    ///
    /// # Errors
    /// When what was stored of it cannot be read.
    pub fn new(
        definition: Definition,
        claim: Claim,
        slot: Arc<Slot>,
        log: SharedLog,
        writer: Arc<Writer>,
    ) -> Result<Arc<Coordinator>, StoreError> {
        let name = Arc::clone(&definition.name);
        let (token, carried_out) = (claim.token, claim.carried_out);
        let engine = engine(&definition, claim).map_err(|error| corrupt(&name, &error))?;
        let state = State {
            engine,
            definition,
            seats: BTreeMap::new(),
            next_member: 1,
            paused: slot.paused().is_some(),
            slot,
            carried_out,
            ended: None,
        };
        show_members(&state);
        Ok(Arc::new(Coordinator {
            name,
            token,
            log,
            writer,
            state: Mutex::new(state),
            work: Notify::new(),
            dirty: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
        }))
    }

    /// Connects a member. Of two with one name the newer stays.
    pub fn join(self: &Arc<Coordinator>, name: &str) -> Result<Arc<Seat>, Ended> {
        let mut state = self.lock();
        if let Some(ended) = state.ended {
            return Err(ended);
        }
        let before = state.seats.values().find(|seat| &*seat.name == name);
        if let Some(before) = before.cloned() {
            before.end(Ended::Replaced);
            state.seats.remove(&before.id);
            state.engine.leave(before.id);
        }
        let id = MemberId(state.next_member);
        state.next_member += 1;
        let seat = Seat::new(id, name);
        state.seats.insert(id, Arc::clone(&seat));
        state.engine.join(id, name, Instant::now());
        show_members(&state);
        self.changed(&state);
        Ok(seat)
    }

    /// A member's connection is over.
    pub fn leave(self: &Arc<Coordinator>, seat: &Seat) {
        let mut state = self.lock();
        if state.seats.remove(&seat.id).is_some() && !self.stopping.load(Ordering::Relaxed) {
            state.engine.leave(seat.id);
            show_members(&state);
            self.changed(&state);
        }
    }

    /// Takes what a member says; what cannot be taken is answered with a problem each.
    pub fn take_in(self: &Arc<Coordinator>, seat: &Seat, frames: Vec<MemberFrame>) -> Vec<Problem> {
        let now = Instant::now();
        let mut problems = Vec::new();
        let mut state = self.lock();
        if !state.seats.contains_key(&seat.id) {
            return problems;
        }
        for frame in frames {
            let answer = match frame {
                MemberFrame::Credit { n } => {
                    state.engine.credit(seat.id, n);
                    continue;
                }
                MemberFrame::Ack { delivery } => Answer::Ack(delivery),
                MemberFrame::Nack {
                    delivery,
                    action,
                    reason,
                } => Answer::Nack(delivery, action, reason),
                MemberFrame::Commit { position } => Answer::Commit(position),
            };
            if let Err(error) = state.engine.answer(seat.id, answer, now) {
                problems.push(problem(error));
            }
        }
        self.changed(&state);
        problems
    }

    /// Gives a member what it may have now, at most so many events.
    pub fn take(self: &Arc<Coordinator>, seat: &Seat, most: usize) -> Vec<Delivery> {
        let mut state = self.lock();
        if state.paused {
            return Vec::new();
        }
        let deliveries = state.engine.take(seat.id, most, Instant::now());
        if !deliveries.is_empty() {
            self.wake_reading(&state);
            self.mark();
        }
        deliveries
    }

    /// Takes another definition of the same mode, and its place on the board. Its filter holds for what is read from now on.
    pub fn redefine(self: &Arc<Coordinator>, definition: Definition, slot: Arc<Slot>) {
        let mut state = self.lock();
        state.engine.set_rules(definition.rules());
        state.definition = definition;
        state.slot = slot;
        self.changed(&state);
        self.work.notify_one();
    }

    /// Ends the group here, and all its connections.
    pub fn end(&self, why: Ended) {
        let mut state = self.lock();
        state.ended = Some(why);
        for seat in std::mem::take(&mut state.seats).into_values() {
            seat.end(why);
        }
        show_members(&state);
        self.work.notify_one();
    }

    /// The server stops: members that go from now on have not failed.
    pub fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub fn definition(&self) -> Definition {
        self.lock().definition.clone()
    }

    /// Everything up to here is finished and stored.
    pub fn position(&self) -> Position {
        self.lock().slot.position()
    }

    /// Everything up to here was looked at.
    pub fn looked_to(&self) -> Position {
        self.lock().engine.looked_to()
    }

    /// What has changed since the writer asked last, and which operator's act was the last that was carried out; `None` once the
    /// group is over.
    pub fn changes(&self) -> Option<(Changes, Position)> {
        // Before the lock: what changes from now on is marked anew.
        self.dirty.store(false, Ordering::Release);
        let mut state = self.lock();
        if state.ended.is_some() {
            return None;
        }
        match state.engine.take_changes() {
            Ok(changes) => Some((changes, state.carried_out)),
            Err(error) => {
                tracing::error!(consumer.name = &*self.name, error = %error, "the progress of a group cannot be written as JSON");
                None
            }
        }
    }

    /// What the writer has written.
    pub fn saved(&self, save: &Save, parked: Option<u64>) {
        let slot = Arc::clone(&self.lock().slot);
        // A reset that is carried out is done once the group is back where it was: it must be seen where it went before that.
        slot.moved_to(save.changes.checkpoint);
        slot.report(|health| {
            health.parked = parked.unwrap_or(health.parked);
            health.carried_out = save.carried_out;
            health.last_error = None;
        });
    }

    /// What went wrong with the group's surroundings.
    pub fn failed(&self, error: &str) {
        let slot = Arc::clone(&self.lock().slot);
        slot.report(|health| health.last_error = Some(error.to_owned()));
    }

    /// Tells the writer, the reading and the members that something has changed.
    fn changed(self: &Arc<Coordinator>, state: &State) {
        self.tell_members(state);
        self.wake_reading(state);
        self.mark();
    }

    fn tell_members(&self, state: &State) {
        if state.paused {
            return;
        }
        let seats = state.seats.values();
        for seat in seats.filter(|seat| state.engine.has_work_for(seat.id)) {
            seat.ring();
        }
    }

    fn wake_reading(&self, state: &State) {
        let worth_it = match state.engine.need() {
            None => false,
            Some(Need::Next(after, _)) => after < self.log.head().position,
            Some(Need::Again(_) | Need::Stream(..)) => true,
        };
        if worth_it {
            self.work.notify_one();
        }
    }

    fn mark(self: &Arc<Coordinator>) {
        if !self.dirty.swap(true, Ordering::AcqRel) {
            self.writer.mark(Arc::clone(self));
        }
    }

    fn corrupt(&self, error: &serde_json::Error) -> StoreError {
        corrupt(&self.name, error)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in the middle of a change would be our mistake; going on loses nothing that was stored.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn corrupt(group: &str, error: &serde_json::Error) -> StoreError {
    StoreError::Corrupt {
        group: group.to_owned(),
        detail: error.to_string(),
    }
}

fn engine(definition: &Definition, claim: Claim) -> Result<Box<dyn Engine>, serde_json::Error> {
    let (rules, progress) = (definition.rules(), claim.progress);
    Ok(match definition.mode {
        GroupMode::Log => Box::new(LogEngine::new(rules, progress)?),
        GroupMode::Queue | GroupMode::Topic => Box::new(QueueEngine::new(rules, progress)?),
    })
}

/// Who runs a group is its members; without any it shows no life.
fn show_members(state: &State) {
    let owner = seat::in_one_line(state.seats.values().map(|seat| &*seat.name));
    state.slot.report(|health| {
        health.heartbeat_at = match owner {
            None => Timestamp::default(),
            Some(_) => Timestamp::now(),
        };
        health.owner = owner;
    });
}

fn problem(error: AnswerError) -> Problem {
    let detail = error.to_string();
    match error {
        AnswerError::NotYours(delivery) => {
            Problem::new(ProblemKind::UnknownDelivery, detail).with("delivery", delivery)
        }
        AnswerError::CommitInQueue => Problem::new(ProblemKind::InvalidFrame, detail),
    }
}
