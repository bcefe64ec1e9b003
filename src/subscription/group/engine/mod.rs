//! Who is given which event, and what is finished: state machines without I/O.
//!
//! Time comes in from outside, and so do the events: an engine says what it [`needs`](Engine::need), its surroundings read
//! that from the log and offer it. What is delivered leaves the memory; what comes back is asked for again. So the memory
//! that an engine takes does not depend on how far its members are behind.

mod line;
mod log;
mod members;
mod queue;
#[cfg(test)]
mod testing;
mod tried;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::contract::{EventId, NackAction, Position, RecordedEvent, StreamName, Version};
use crate::subscription::ResetAct;

pub(in crate::subscription::group) use log::LogEngine;
pub(in crate::subscription::group) use queue::QueueEngine;

/// Wanted events that wait in memory to be sent, for a queue or for one member of a log.
const READY: usize = 512;

/// A connection of a member's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::subscription::group) struct MemberId(pub u64);

/// The bounds that a group's definition sets.
#[derive(Clone, Copy, Debug)]
pub(in crate::subscription::group) struct Rules {
    /// A delivery that was not answered for so long is taken back.
    pub ack_timeout: Duration,
    /// Deliveries that may be unanswered at the same time, over all members.
    pub max_in_flight: usize,
    /// An event that was sent so often and never handled is parked.
    pub max_attempts: u32,
}

/// What is known of an event without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::subscription::group) struct Place {
    pub position: Position,
    pub stream: StreamName,
    pub version: Version,
    pub event_id: EventId,
}

/// A wanted event on its way to a member.
#[derive(Debug)]
pub(in crate::subscription::group) struct Wanted {
    pub place: Arc<Place>,
    /// The event as the contract has it, written once however often it is sent.
    pub json: Box<str>,
}

impl Wanted {
    /// Writes an event.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn new(event: &RecordedEvent) -> Result<Wanted, serde_json::Error> {
        let place = Place {
            position: event.position,
            stream: event.stream.clone(),
            version: event.version,
            event_id: event.id,
        };
        Ok(Wanted {
            place: Arc::new(place),
            json: serde_json::to_string(event)?.into_boxed_str(),
        })
    }
}

/// An event that a member is given.
#[derive(Clone, Debug)]
pub(in crate::subscription::group) struct Delivery {
    /// What the member answers with.
    pub number: u64,
    /// How often the event was sent, this time included.
    pub attempt: u32,
    pub event: Arc<Wanted>,
}

/// What a member says about deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::subscription::group) enum Answer {
    /// One is handled.
    Ack(u64),
    /// One could not be handled.
    Nack(u64, NackAction, Option<String>),
    /// All up to a position are handled.
    Commit(Position),
}

/// Why an answer changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::subscription::group) enum AnswerError {
    /// The delivery is not with the member.
    #[error(
        "delivery {0} is not with you: it was answered before, its time was up, or it was never yours"
    )]
    NotYours(u64),
    /// Positions are committed in `log` mode alone.
    #[error("this group acknowledges events one by one: `commit` is for groups in `log` mode")]
    CommitInQueue,
}

/// What an engine wants from the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::subscription::group) enum Need {
    /// What comes after a position, at most so many wanted events.
    Next(Position, usize),
    /// Events that were looked at before, in the order of the log.
    Again(Vec<Position>),
    /// A stream from a version on, at most so many events.
    Stream(StreamName, Version, usize),
}

/// An event that is set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::subscription::group) struct Parked {
    /// Its number among the parked events of the group.
    pub id: u64,
    pub place: Place,
    pub attempts: u32,
    pub error: String,
}

/// What happened to a parked event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::subscription::group) enum ParkedChange {
    /// It was set aside, or set aside once more after it had been retried.
    Parked(Parked),
    /// It is on its way to a member again.
    Retried(u64),
    /// It is handled or given up.
    Settled(u64),
    /// All that come after a position are forgotten: they will be delivered anew.
    Forgotten(Position),
    /// The group is about to be set to another place: all are kept as they are, with where it stood, for the case that this is
    /// cancelled. What was kept before is forgotten.
    Kept(Kept),
    /// They are again as they were kept.
    Restored,
}

/// Where a group stood before it was set to another place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::subscription::group) struct Kept {
    /// The place in the log of the reset.
    pub reset: Position,
    /// Everything up to here was finished, parked or not wanted.
    pub checkpoint: Position,
    /// What was known above the checkpoint, as JSON.
    pub state: String,
}

/// What the store has to learn: the whole progress, and what happened to parked events since it was last asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::subscription::group) struct Changes {
    /// Everything up to here is finished, parked or not wanted.
    pub checkpoint: Position,
    /// What is known above the checkpoint, as JSON.
    pub state: String,
    /// In the order in which it happened.
    pub parked: Vec<ParkedChange>,
}

/// What the store knows of a group when it is taken up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::subscription::group) struct Progress {
    /// Everything up to here is finished, parked or not wanted.
    pub checkpoint: Position,
    /// What was known above the checkpoint; `None` for a group that has only just been made.
    pub state: Option<String>,
    /// Parked events that were on their way to members again.
    pub retried: Vec<(u64, Position)>,
    /// The highest number of a parked event.
    pub last_parked: u64,
}

/// The state machine of a group that keeps its place.
pub(in crate::subscription::group) trait Engine: Send {
    /// Takes new bounds.
    fn set_rules(&mut self, rules: Rules);
    /// A member connects.
    fn join(&mut self, member: MemberId, name: &str, now: Instant);
    /// A member is gone; what it was given and has not answered comes back.
    fn leave(&mut self, member: MemberId);
    /// A member takes so many more events.
    fn credit(&mut self, member: MemberId, n: u32);
    /// A member answers.
    fn answer(&mut self, member: MemberId, answer: Answer, now: Instant)
    -> Result<(), AnswerError>;
    /// Gives a member what it may have now, at most so many events. Each uses a credit.
    fn take(&mut self, member: MemberId, most: usize, now: Instant) -> Vec<Delivery>;
    /// Whether a member would be given something.
    fn has_work_for(&self, member: MemberId) -> bool;
    /// Takes back what was not answered in time.
    fn expire(&mut self, now: Instant);
    /// When something will be taken back next, if nothing is answered until then.
    fn next_expiry(&self) -> Option<Instant>;
    /// What to read from the log.
    fn need(&self) -> Option<Need>;
    /// What [`Need::Next`] found; everything up to `looked_to` was looked at.
    fn offer(&mut self, events: Vec<Arc<Wanted>>, looked_to: Position);
    /// Some of what [`Need::Again`] asked for.
    fn offer_again(&mut self, events: Vec<Arc<Wanted>>);
    /// What [`Need::Stream`] found, and the version from which there may be more.
    fn offer_stream(
        &mut self,
        stream: &StreamName,
        events: Vec<Arc<Wanted>>,
        more_from: Option<Version>,
    );
    /// Sends a parked event again, as if for the first time.
    fn retry(&mut self, id: u64, place: &Place);
    /// Gives a parked event up.
    fn discard(&mut self, id: u64, place: &Place);
    /// Goes on after another position: what comes then is delivered, and what was delivered is void. Members get the credit back
    /// that it used.
    ///
    /// # Errors
    /// When the state before it cannot be written as JSON; nothing has changed then.
    fn reset(&mut self, reset: ResetAct) -> Result<(), serde_json::Error>;
    /// Stands again as it did before a reset, with the members there are now. What was delivered since is void, as with a reset.
    ///
    /// # Errors
    /// When what was kept cannot be read; nothing has changed then.
    fn restore(&mut self, kept: Progress) -> Result<(), serde_json::Error>;
    /// Everything up to here is finished, parked or not wanted.
    fn checkpoint(&self) -> Position;
    /// Everything up to here was looked at.
    fn looked_to(&self) -> Position;
    /// What the store has to learn since it was last asked.
    ///
    /// # Errors
    /// When the state cannot be written as JSON.
    fn take_changes(&mut self) -> Result<Changes, serde_json::Error>;
}
