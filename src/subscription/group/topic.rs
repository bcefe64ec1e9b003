//! A topic: every connected member gets every event from now on, and nothing is stored.
//!
//! Nothing is queued for a member. The last events are kept once for all of them, as the frames that are sent; each member
//! has a position and takes what comes after it. One that is further behind than that reads the log by itself, so that it
//! costs the others nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::definition::Definition;
use super::engine::MemberId;
use super::frames::{self, Frame};
use super::seat::{self, Ended, Seat};
use crate::contract::{MemberFrame, Position, Problem, RecordedEvent, Timestamp};
use crate::event_log::{LogError, LogQuery, SharedLog};
use crate::subscription::Slot;

/// Frames that are kept for all members.
const KEPT: usize = 4_096;
/// Bytes of frames that are kept.
const KEPT_BYTES: usize = 16 * 1024 * 1024;
/// Events that are read at once.
const PAGE: usize = 256;
/// How often a topic with nothing to do shows where it is, and looks for what operators want.
const PULSE: Duration = Duration::from_secs(1);
/// So long nothing is read after a failure.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// One group in `topic` mode.
pub(super) struct Topic {
    log: SharedLog,
    state: Mutex<State>,
    /// Rings when the first member comes, and when the topic is over.
    work: Notify,
}

struct State {
    definition: Definition,
    /// The frames of all wanted events in `(after, upto]`, oldest first.
    kept: VecDeque<(Position, Frame)>,
    bytes: usize,
    after: Position,
    upto: Position,
    listeners: BTreeMap<MemberId, Listener>,
    next_member: u64,
    /// Its place on the board.
    slot: Arc<Slot>,
    /// Whether an operator holds deliveries back.
    paused: bool,
    ended: Option<Ended>,
}

struct Listener {
    seat: Arc<Seat>,
    credit: u64,
    /// Everything up to here was sent or is not wanted.
    position: Position,
}

/// What a member is given.
enum Taken {
    Frames(Vec<Frame>),
    /// It is further behind than what is kept: at most so many events after this position are to be read for it.
    Behind(Position, usize),
}

impl Topic {
    pub fn new(definition: Definition, slot: Arc<Slot>, log: SharedLog) -> Arc<Topic> {
        let head = log.head().position;
        let state = State {
            definition,
            kept: VecDeque::new(),
            bytes: 0,
            after: head,
            upto: head,
            listeners: BTreeMap::new(),
            next_member: 1,
            paused: slot.paused().is_some(),
            slot,
            ended: None,
        };
        Arc::new(Topic {
            log,
            state: Mutex::new(state),
            work: Notify::new(),
        })
    }

    /// Connects a member, which is given what comes from now on. Of two with one name the newer stays.
    pub fn join(&self, name: &str) -> Result<Arc<Seat>, Ended> {
        let mut state = self.lock();
        if let Some(ended) = state.ended {
            return Err(ended);
        }
        let before = state.listeners.values().find(|one| &*one.seat.name == name);
        if let Some(before) = before.map(|one| Arc::clone(&one.seat)) {
            before.end(Ended::Replaced);
            state.listeners.remove(&before.id);
        }
        let head = self.log.head().position;
        if state.listeners.is_empty() {
            state.begin_at(head);
        }
        let id = MemberId(state.next_member);
        state.next_member += 1;
        let seat = Seat::new(id, name);
        let listener = Listener {
            seat: Arc::clone(&seat),
            credit: 0,
            position: head,
        };
        state.listeners.insert(id, listener);
        self.show(&state);
        self.work.notify_one();
        Ok(seat)
    }

    pub fn leave(&self, seat: &Seat) {
        let mut state = self.lock();
        state.listeners.remove(&seat.id);
        self.show(&state);
    }

    /// Takes what a member says. Answers need no action, and `credit` is all that counts.
    pub fn take_in(&self, seat: &Seat, frames: &[MemberFrame]) -> Vec<Problem> {
        let mut state = self.lock();
        if let Some(listener) = state.listeners.get_mut(&seat.id) {
            for frame in frames {
                if let MemberFrame::Credit { n } = frame {
                    listener.credit = listener.credit.saturating_add((*n).into());
                }
            }
            seat.ring();
        }
        Vec::new()
    }

    /// Gives a member what it may have now, at most so many events.
    ///
    /// # Errors
    /// When the log cannot be read for a member that is far behind.
    pub async fn take(&self, seat: &Seat, most: usize) -> Result<Vec<Frame>, LogError> {
        loop {
            match self.take_kept(seat, most) {
                Taken::Frames(frames) => return Ok(frames),
                Taken::Behind(after, most) => {
                    let frames = self.read_for(seat, after, most).await?;
                    if !frames.is_empty() {
                        return Ok(frames);
                    }
                }
            }
        }
    }

    fn take_kept(&self, seat: &Seat, most: usize) -> Taken {
        let mut state = self.lock();
        let State {
            kept,
            after,
            upto,
            listeners,
            paused,
            ..
        } = &mut *state;
        let listener = listeners.get_mut(&seat.id).filter(|_| !*paused);
        let Some(listener) = listener.filter(|one| one.credit > 0) else {
            return Taken::Frames(Vec::new());
        };
        let most = most.min(usize::try_from(listener.credit).unwrap_or(usize::MAX));
        if listener.position < *after {
            return Taken::Behind(listener.position, most);
        }
        let first = kept.partition_point(|(position, _)| *position <= listener.position);
        let given: Vec<_> = kept.range(first..).take(most).collect();
        listener.credit -= given.len() as u64;
        let is_all = first + given.len() == kept.len();
        let last = given.last().map(|(position, _)| *position);
        listener.position = match last {
            Some(last) if !is_all => last,
            _ => listener.position.max(*upto),
        };
        Taken::Frames(given.into_iter().map(|(_, frame)| frame.clone()).collect())
    }

    async fn read_for(
        &self,
        seat: &Seat,
        after: Position,
        most: usize,
    ) -> Result<Vec<Frame>, LogError> {
        let page = self
            .log
            .read(LogQuery::after(after, most.min(PAGE)))
            .await?;
        let mut state = self.lock();
        let filter = Arc::clone(&state.definition.filter);
        let wanted = page.iter().filter(|event| filter.wants(event));
        let frames: Vec<Frame> = wanted.filter_map(|event| frame(event)).collect();
        if let Some(listener) = state.listeners.get_mut(&seat.id) {
            listener.credit = listener.credit.saturating_sub(frames.len() as u64);
            listener.position = page.last().map_or(after, |event| event.position);
        }
        Ok(frames)
    }

    /// Reads for all members until told to stop, or until the topic is over.
    pub async fn run(self: Arc<Topic>, stop: CancellationToken) {
        let mut head = self.log.watch_head();
        while self.lock().ended.is_none() && !stop.is_cancelled() {
            head.mark_unchanged();
            // Anew each time: a changed definition comes with another place on the board.
            let mut standing = self.lock().slot.watch_standing();
            self.heed();
            match self.keep_next().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(error = %error, "a topic cannot read the log");
                    let slot = Arc::clone(&self.lock().slot);
                    slot.report(|health| health.last_error = Some(error.to_string()));
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = head.changed() => {}
                _ = standing.changed() => {}
                () = self.work.notified() => {}
                () = tokio::time::sleep(PULSE) => {}
            }
        }
    }

    /// Reads the next page for all, where there is somebody. Whether there was anything to be read.
    async fn keep_next(&self) -> Result<bool, LogError> {
        let (upto, filter) = {
            let state = self.lock();
            if state.listeners.is_empty() {
                return Ok(false);
            }
            (state.upto, Arc::clone(&state.definition.filter))
        };
        let page = self.log.read(LogQuery::after(upto, PAGE)).await?;
        let Some(last) = page.last().map(|event| event.position) else {
            return Ok(false);
        };
        let wanted = page.iter().filter(|event| filter.wants(event));
        let frames: Vec<_> = wanted
            .filter_map(|event| Some((event.position, frame(event)?)))
            .collect();
        let mut state = self.lock();
        // Whoever came first meanwhile has begun anew behind this page.
        if state.upto == upto {
            state.keep(frames, last);
            for listener in state.listeners.values().filter(|one| one.credit > 0) {
                listener.seat.ring();
            }
        }
        Ok(true)
    }

    pub fn redefine(&self, definition: Definition, slot: Arc<Slot>) {
        let mut state = self.lock();
        state.definition = definition;
        state.slot = slot;
        self.show(&state);
        self.work.notify_one();
    }

    /// Does what operators want. A reset has nothing to set: nothing is stored.
    fn heed(&self) {
        let mut state = self.lock();
        let paused = state.slot.paused().is_some();
        if std::mem::replace(&mut state.paused, paused) && !paused {
            for listener in state.listeners.values() {
                listener.seat.ring();
            }
        }
        if let Some(reset) = state.slot.standing().reset {
            state.slot.report(|health| health.carried_out = reset.at);
        }
        self.show(&state);
    }

    /// Shows where the topic is: where its slowest member is, and at the end of the log while there is none.
    fn show(&self, state: &State) {
        let listeners = state.listeners.values();
        let owner = seat::in_one_line(listeners.clone().map(|one| &*one.seat.name));
        state.slot.report(|health| {
            health.heartbeat_at = match owner {
                None => Timestamp::default(),
                Some(_) => Timestamp::now(),
            };
            health.owner = owner;
        });
        let slowest = listeners.map(|one| one.position).min();
        let position = slowest.unwrap_or_else(|| self.log.head().position);
        if position != state.slot.position() {
            state.slot.moved_to(position);
        }
    }

    /// Ends the topic here, and all its connections.
    pub fn end(&self, why: Ended) {
        let mut state = self.lock();
        state.ended = Some(why);
        for listener in std::mem::take(&mut state.listeners).into_values() {
            listener.seat.end(why);
        }
        self.work.notify_one();
    }

    pub fn definition(&self) -> Definition {
        self.lock().definition.clone()
    }

    /// Where its slowest member is.
    pub fn position(&self) -> Position {
        self.lock().slot.position()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Keeps nothing, from a position on.
    fn begin_at(&mut self, position: Position) {
        self.kept.clear();
        self.bytes = 0;
        (self.after, self.upto) = (position, position);
    }

    /// Keeps what comes next, and lets go what is too much.
    fn keep(&mut self, frames: Vec<(Position, Frame)>, upto: Position) {
        self.bytes += frames.iter().map(|(_, frame)| frame.len()).sum::<usize>();
        self.kept.extend(frames);
        self.upto = upto;
        while self.kept.len() > KEPT || self.bytes > KEPT_BYTES {
            let Some((position, frame)) = self.kept.pop_front() else {
                return;
            };
            self.bytes -= frame.len();
            self.after = position;
        }
    }
}

/// The same frame for everybody: nothing is answered here, so that an event's place in the log can be its number.
fn frame(event: &RecordedEvent) -> Option<Frame> {
    let json = serde_json::to_string(event);
    let json = json.inspect_err(|error| {
        tracing::error!(event.position = event.position.0, error = %error, "an event cannot be written as JSON");
    });
    Some(frames::event(event.position.0, 1, &json.ok()?))
}
