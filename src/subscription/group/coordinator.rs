//! A group at work: its engine, the bells of its members, and what is told of it.

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
use super::seat::{Ended, Seat};
use super::status::Status;
use super::store::{Claim, ParkedEvent, StoreError};
use super::writer::Writer;
use crate::contract::{GroupMode, MemberFrame, Position, Problem, ProblemKind};
use crate::event_log::SharedLog;

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
    status: Status,
    paused: bool,
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
        parked: u64,
        log: SharedLog,
        writer: Arc<Writer>,
    ) -> Result<Arc<Coordinator>, StoreError> {
        let name = Arc::clone(&definition.name);
        let (token, position) = (claim.token, claim.progress.checkpoint);
        let engine = engine(&definition, claim).map_err(|error| StoreError::Corrupt {
            group: name.to_string(),
            detail: error.to_string(),
        })?;
        let status = Status {
            position,
            parked,
            ..Status::default()
        };
        let state = State {
            engine,
            definition,
            seats: BTreeMap::new(),
            next_member: 1,
            status,
            paused: false,
            ended: None,
        };
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
        self.changed(&mut state);
        Ok(seat)
    }

    /// A member's connection is over.
    pub fn leave(self: &Arc<Coordinator>, seat: &Seat) {
        let mut state = self.lock();
        if state.seats.remove(&seat.id).is_some() && !self.stopping.load(Ordering::Relaxed) {
            state.engine.leave(seat.id);
            self.changed(&mut state);
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
        self.changed(&mut state);
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

    /// Takes another definition of the same mode. Its filter holds for what is read from now on.
    pub fn redefine(self: &Arc<Coordinator>, definition: Definition) {
        let mut state = self.lock();
        state.engine.set_rules(definition.rules());
        state.definition = definition;
        self.changed(&mut state);
    }

    /// Holds deliveries back, or lets them go on.
    pub fn set_paused(self: &Arc<Coordinator>, paused: bool) {
        let mut state = self.lock();
        state.paused = paused;
        self.changed(&mut state);
    }

    /// Sends parked events again.
    pub fn retry(self: &Arc<Coordinator>, events: &[ParkedEvent]) {
        let mut state = self.lock();
        for event in events {
            state.engine.retry(event.id, &event.place());
        }
        self.changed(&mut state);
    }

    /// Gives parked events up.
    pub fn discard(self: &Arc<Coordinator>, events: &[ParkedEvent]) {
        let mut state = self.lock();
        for event in events {
            state.engine.discard(event.id, &event.place());
        }
        self.changed(&mut state);
    }

    /// Ends the group here, and all its connections.
    pub fn end(&self, why: Ended) {
        let mut state = self.lock();
        state.ended = Some(why);
        for seat in std::mem::take(&mut state.seats).into_values() {
            seat.end(why);
        }
        state.status.members.clear();
        self.work.notify_one();
    }

    /// The server stops: members that go from now on have not failed.
    pub fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub fn definition(&self) -> Definition {
        self.lock().definition.clone()
    }

    pub fn status(&self) -> Status {
        self.lock().status.clone()
    }

    /// Everything up to here was looked at.
    pub fn looked_to(&self) -> Position {
        self.lock().engine.looked_to()
    }

    /// The number of the event that was parked last.
    pub fn last_parked(&self) -> u64 {
        self.lock().engine.last_parked()
    }

    /// What has changed since the writer asked last; `None` once the group is over.
    pub fn changes(&self) -> Option<Changes> {
        // Before the lock: what changes from now on is marked anew.
        self.dirty.store(false, Ordering::Release);
        let mut state = self.lock();
        if state.ended.is_some() {
            return None;
        }
        match state.engine.take_changes() {
            Ok(changes) => Some(changes),
            Err(error) => {
                tracing::error!(consumer.name = &*self.name, error = %error, "the progress of a group cannot be written as JSON");
                None
            }
        }
    }

    /// What the writer has written.
    pub fn saved(&self, position: Position, parked: Option<u64>) {
        let mut state = self.lock();
        state.status.position = position;
        state.status.parked = parked.unwrap_or(state.status.parked);
        state.status.error = None;
    }

    /// What went wrong with the group's surroundings.
    pub fn failed(&self, error: &str) {
        self.lock().status.error = Some(error.to_owned());
    }

    /// Tells the writer, the reading and the members that something has changed.
    fn changed(self: &Arc<Coordinator>, state: &mut State) {
        self.tell_members(state);
        self.wake_reading(state);
        self.mark();
    }

    fn tell_members(&self, state: &mut State) {
        let names = state.seats.values().map(|seat| &*seat.name);
        if !names.eq(state.status.members.iter()) {
            let names = state.seats.values().map(|seat| seat.name.to_string());
            state.status.members = names.collect();
        }
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

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in the middle of a change would be our mistake; going on loses nothing that was stored.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn engine(definition: &Definition, claim: Claim) -> Result<Box<dyn Engine>, serde_json::Error> {
    let (rules, progress) = (definition.rules(), claim.progress);
    Ok(match definition.mode {
        GroupMode::Log => Box::new(LogEngine::new(rules, progress)?),
        GroupMode::Queue | GroupMode::Topic => Box::new(QueueEngine::new(rules, progress)?),
    })
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
