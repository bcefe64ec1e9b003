//! A topic: every connected member gets every event from now on, and nothing is stored.
//!
//! Nothing is queued for a member. The last events are kept once for all of them, as the frames that are sent; each member
//! has a position and takes what comes after it. One that is further behind than that reads the log by itself, so that it
//! costs the others nothing.
//!
//! Members are woken in rounds, a few at a time. All at once they would fill the runtime's queue, and whatever else the server
//! does, the next append among it, would wait behind thousands of them at each of its steps. Whoever is woken takes all there is by
//! then, so that a long round makes few large writes and not many small ones.

mod kept;
mod listener;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::definition::Definition;
use super::engine::MemberId;
use super::frames::{self, Frame};
use super::seat::{self, Ended};
use crate::contract::{MemberFrame, Position, Problem, RecordedEvent, Timestamp};
use crate::event_log::{LogError, LogQuery, SharedLog};
use crate::subscription::Slot;
use kept::{Kept, Taken};

pub(super) use listener::Listener;

/// Events that are read at once.
const PAGE: usize = 256;
/// How often a topic with nothing to do shows where it is, and looks for what operators want.
const PULSE: Duration = Duration::from_secs(1);
/// Members that are woken together.
const TOGETHER: usize = 64;
/// So long nothing is read after a failure.
const AFTER_FAILURE: Duration = Duration::from_millis(250);

/// One group in `topic` mode. Of its locks, the state's is taken first and a member's last.
pub(super) struct Topic {
    log: SharedLog,
    state: Mutex<State>,
    kept: RwLock<Kept>,
    /// Whether an operator holds deliveries back.
    paused: AtomicBool,
    /// Rings when the first member comes, and when the topic is over.
    work: Notify,
    /// Rings when there is something to be had that members have to be woken for.
    news: Notify,
}

struct State {
    definition: Definition,
    listeners: BTreeMap<MemberId, Arc<Listener>>,
    next_member: u64,
    /// Its place on the board.
    slot: Arc<Slot>,
    ended: Option<Ended>,
}

impl Topic {
    pub fn new(definition: Definition, slot: Arc<Slot>, log: SharedLog) -> Arc<Topic> {
        let head = log.head().position;
        let paused = slot.paused().is_some();
        let state = State {
            definition,
            listeners: BTreeMap::new(),
            next_member: 1,
            slot,
            ended: None,
        };
        Arc::new(Topic {
            log,
            state: Mutex::new(state),
            kept: RwLock::new(Kept::from(head)),
            paused: AtomicBool::new(paused),
            work: Notify::new(),
            news: Notify::new(),
        })
    }

    /// Connects a member, which is given what comes from now on. Of two with one name the newer stays.
    pub fn join(&self, name: &str) -> Result<Arc<Listener>, Ended> {
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
            *self.kept_mut() = Kept::from(head);
        }
        let id = MemberId(state.next_member);
        state.next_member += 1;
        let listener = Listener::at(head, id, name);
        state.listeners.insert(id, Arc::clone(&listener));
        self.show(&state);
        self.work.notify_one();
        Ok(listener)
    }

    pub fn leave(&self, listener: &Listener) {
        let mut state = self.lock();
        state.listeners.remove(&listener.seat.id);
        self.show(&state);
    }

    /// Takes what a member says. Answers need no action, and `credit` is all that counts.
    pub fn take_in(&self, listener: &Listener, frames: &[MemberFrame]) -> Vec<Problem> {
        let mut place = listener.place();
        for frame in frames {
            if let MemberFrame::Credit { n } = frame {
                place.credit = place.credit.saturating_add((*n).into());
            }
        }
        listener.seat.ring();
        Vec::new()
    }

    /// Gives a member what it may have now, at most so many events.
    ///
    /// # Errors
    /// When the log cannot be read for a member that is far behind.
    pub async fn take(&self, listener: &Listener, most: usize) -> Result<Vec<Frame>, LogError> {
        loop {
            if self.paused.load(Ordering::Relaxed) {
                return Ok(Vec::new());
            }
            let taken = self.kept().give(&mut listener.place(), most);
            match taken {
                Taken::Frames(frames) => return Ok(frames),
                Taken::Behind(after, most) => {
                    let frames = self.read_for(listener, after, most).await?;
                    if !frames.is_empty() {
                        return Ok(frames);
                    }
                }
            }
        }
    }

    async fn read_for(
        &self,
        listener: &Listener,
        after: Position,
        most: usize,
    ) -> Result<Vec<Frame>, LogError> {
        let query = LogQuery::after(after, most.min(PAGE));
        let page = self.log.read(query).await?;
        let filter = Arc::clone(&self.lock().definition.filter);
        let wanted = page.iter().filter(|event| filter.wants(event));
        let frames: Vec<Frame> = wanted.filter_map(|event| frame(event)).collect();
        let mut place = listener.place();
        place.credit = place.credit.saturating_sub(frames.len() as u64);
        place.position = page.last().map_or(after, |event| event.position);
        Ok(frames)
    }

    /// Serves all members until told to stop, or until the topic is over.
    pub async fn run(self: Arc<Topic>, stop: CancellationToken) {
        tokio::select! {
            () = self.read_on(&stop) => {}
            () = self.wake_on() => {}
        }
    }

    /// Reads for all members.
    async fn read_on(&self, stop: &CancellationToken) {
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
        let filter = {
            let state = self.lock();
            if state.listeners.is_empty() {
                return Ok(false);
            }
            Arc::clone(&state.definition.filter)
        };
        let upto = self.kept().upto();
        let page = self.log.read(LogQuery::after(upto, PAGE)).await?;
        let Some(last) = page.last().map(|event| event.position) else {
            return Ok(false);
        };
        let wanted = page.iter().filter(|event| filter.wants(event));
        let frames: Vec<_> = wanted
            .filter_map(|event| Some((event.position, frame(event)?)))
            .collect();
        self.keep(upto, frames, last);
        Ok(true)
    }

    /// Keeps a page that was read after a position, unless whoever came first meanwhile has begun anew behind it.
    fn keep(&self, after: Position, frames: Vec<(Position, Frame)>, upto: Position) {
        {
            let mut kept = self.kept_mut();
            if kept.upto() != after {
                return;
            }
            kept.keep(frames, upto);
        }
        self.news.notify_one();
    }

    /// Wakes members, a round for what has come since the round before.
    async fn wake_on(&self) {
        loop {
            self.news.notified().await;
            let listeners: Vec<_> = self.lock().listeners.values().cloned().collect();
            for some in listeners.chunks(TOGETHER) {
                for listener in some.iter().filter(|one| one.place().credit > 0) {
                    listener.seat.ring();
                }
                tokio::task::yield_now().await;
            }
        }
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
        let slot = Arc::clone(&self.lock().slot);
        let paused = slot.paused().is_some();
        if self.paused.swap(paused, Ordering::Relaxed) && !paused {
            self.news.notify_one();
        }
        if let Some(reset) = slot.standing().reset {
            slot.report(|health| health.carried_out = reset.at);
        }
        self.show(&self.lock());
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
        let slowest = listeners.map(|one| one.place().position).min();
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

    fn kept(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept_mut(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
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
