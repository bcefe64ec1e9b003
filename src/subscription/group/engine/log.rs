//! A log: each stream stays with one member at a time, in order.
//!
//! Which member has a stream is decided by rendezvous hashing of the names: no table has to be kept however many streams
//! there are, a member that comes or goes moves only its own share, and one that comes back under its name has its streams
//! again. A stream of which something was sent and is not finished stays where it is until that is finished, so that order
//! is kept when members join.
//!
//! What of a stream is not finished is its [`Line`]. A line need not be in memory: whatever comes back, waits behind a parked
//! event, or is too much for its member's share of the memory, is left in the log and read again by its stream. So one slow
//! member holds up its own streams and no others.

mod state;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Instant;

use super::line::{Line, Sent};
use super::members::{Given, Members};
use super::tried::{Fate, TIME_UP, Tried, member_gone};
use super::{
    Answer, AnswerError, Changes, Delivery, Engine, Kept, MemberId, Need, Parked, ParkedChange,
    Place, Progress, READY, Rules, Wanted,
};
use crate::contract::{Position, StreamName, Version};
use crate::subscription::ResetAct;

/// Events of one stream that are asked for at a time.
const OF_STREAM: usize = 64;
/// Streams that may be left in the log before the log is read no further: the memory that they take is bounded too.
const LEFT_IN_LOG: usize = 20_000;

/// The engine of a group in `log` mode.
pub(in crate::subscription::group) struct LogEngine {
    rules: Rules,
    members: Members,
    /// For each member what is in memory to be sent, the oldest first.
    ready: BTreeMap<MemberId, BTreeMap<Position, Arc<Wanted>>>,
    /// Everything up to here was looked at.
    looked_to: Position,
    /// The highest position that was ever sent.
    sent_to: Position,
    /// The streams of which something is not finished.
    lines: HashMap<StreamName, Line>,
    /// Where the lines begin that hold the checkpoint.
    heads: BTreeSet<(Position, StreamName)>,
    /// The lines that are to be read from the log, for each member to which they belong; for nobody while there are none.
    pending: BTreeMap<Option<MemberId>, BTreeSet<(Position, StreamName)>>,
    last_parked: u64,
    parked: Vec<ParkedChange>,
}

impl LogEngine {
    /// Takes a group up where it was stored.
    ///
    /// # Errors
    /// When what was stored cannot be read.
    pub fn new(rules: Rules, progress: Progress) -> Result<LogEngine, serde_json::Error> {
        let (looked_to, lines) = match &progress.state {
            Some(state) => state::read(state)?,
            None => (progress.checkpoint, Vec::new()),
        };
        let mut log = LogEngine {
            rules,
            members: Members::new(),
            ready: BTreeMap::new(),
            looked_to,
            sent_to: looked_to,
            lines: HashMap::new(),
            heads: BTreeSet::new(),
            pending: BTreeMap::new(),
            last_parked: progress.last_parked,
            parked: Vec::new(),
        };
        for (stream, line) in lines {
            log.put(stream, line);
        }
        Ok(log)
    }

    /// Takes a line out to change it.
    fn take_line(&mut self, stream: &StreamName) -> Option<Line> {
        let line = self.lines.remove(stream)?;
        let head = (line.from, stream.clone());
        self.heads.remove(&head);
        if line.is_pending() {
            let owner = self.owner(stream);
            self.pending.entry(owner).or_default().remove(&head);
        }
        Some(line)
    }

    /// Puts a line back, unless nothing of it is left.
    fn put(&mut self, stream: StreamName, mut line: Line) {
        if line.sent.is_empty() && line.ready.is_empty() {
            line.member = None;
        }
        if line.is_finished() {
            return;
        }
        // Once it has caught up, the checkpoint waits for it as for the others.
        line.recovering &= !(line.whole && line.from > self.checkpoint());
        if line.holds_checkpoint() {
            self.heads.insert((line.from, stream.clone()));
        }
        if line.is_pending() {
            let owner = self.owner(&stream);
            let pending = self.pending.entry(owner).or_default();
            pending.insert((line.from, stream.clone()));
        }
        self.lines.insert(stream, line);
    }

    /// Deals the lines that are to be read among the members there are now.
    fn deal_pending(&mut self) {
        for head in std::mem::take(&mut self.pending).into_values().flatten() {
            let owner = self.owner(&head.1);
            self.pending.entry(owner).or_default().insert(head);
        }
    }

    /// The member to which a stream belongs.
    fn owner(&self, stream: &StreamName) -> Option<MemberId> {
        let weight = |name: &str| {
            let mut hasher = DefaultHasher::new();
            (name, stream.as_str()).hash(&mut hasher);
            hasher.finish()
        };
        let members = self.members.iter();
        members
            .max_by_key(|(id, member)| (weight(&member.name), *id))
            .map(|(id, _)| id)
    }

    /// How many more events a member may have in memory.
    fn room(&self, member: MemberId) -> usize {
        let ready = self.ready.get(&member).map_or(0, BTreeMap::len);
        READY.saturating_sub(ready)
    }

    /// Lets an event wait in memory for a member.
    fn make_ready(&mut self, line: &mut Line, member: MemberId, event: Arc<Wanted>) {
        line.member = Some(member);
        line.ready.push_back(Arc::clone(&event.place));
        let ready = self.ready.entry(member).or_default();
        ready.insert(event.place.position, event);
    }

    /// Forgets what of a line waits in memory; it will be read again.
    fn unload(&mut self, line: &mut Line) {
        let ready = line.member.and_then(|member| self.ready.get_mut(&member));
        if let Some(ready) = ready {
            for place in &line.ready {
                ready.remove(&place.position);
            }
        }
        line.whole &= line.ready.is_empty();
        line.ready.clear();
    }

    /// Takes back what was sent of a line from a position on, and what waits behind it.
    fn recall(&mut self, line: &mut Line, from: Position, reason: &str) {
        let numbers = line.recall(from);
        if let Some(member) = line.member {
            for number in numbers {
                self.members.recall(member, number);
            }
        }
        self.unload(line);
        line.whole = false;
        if let Some(tried) = line.tried.get_mut(&from) {
            tried.error = Some(reason.to_owned());
        }
    }

    fn settle(&mut self, place: &Place, fate: Fate) {
        let Some(mut line) = self.take_line(&place.stream) else {
            return;
        };
        match fate {
            Fate::Finished => self.finish(&mut line, place.position),
            Fate::Retried(reason) => self.recall(&mut line, place.position, &reason),
            Fate::Parked(reason) => {
                self.recall(&mut line, place.position, &reason);
                self.park(&mut line, place, reason);
            }
        }
        line.advance();
        self.put(place.stream.clone(), line);
    }

    fn finish(&mut self, line: &mut Line, position: Position) {
        line.finish(position);
        if let Some(id) = line.retried.remove(&position) {
            self.parked.push(ParkedChange::Settled(id));
        }
    }

    /// Sets an event aside, and lets the rest of its stream wait behind it.
    fn park(&mut self, line: &mut Line, place: &Place, error: String) {
        let id = line.retried.remove(&place.position).unwrap_or_else(|| {
            self.last_parked += 1;
            self.last_parked
        });
        let tried = line.tried.remove(&place.position);
        line.parked.insert(place.position, id);
        self.parked.push(ParkedChange::Parked(Parked {
            id,
            place: place.clone(),
            attempts: tried.map_or(0, |tried| tried.attempts),
            error,
        }));
    }

    /// Takes everything back that was sent of some streams and not finished, or waits in memory.
    fn recall_all(&mut self, streams: BTreeSet<StreamName>, reason: &str) {
        for stream in streams {
            let Some(mut line) = self.take_line(&stream) else {
                continue;
            };
            if let Some(first) = line.sent.front() {
                let from = first.place.position;
                self.recall(&mut line, from, reason);
            } else {
                self.unload(&mut line);
            }
            self.put(stream, line);
        }
    }

    fn give(&mut self, member: MemberId, event: Arc<Wanted>, now: Instant) -> Option<Delivery> {
        let place = Arc::clone(&event.place);
        let line = self.lines.get_mut(&place.stream)?;
        let given = Given {
            place: Arc::clone(&place),
            at: now,
        };
        let number = self.members.give(member, given)?;
        self.sent_to = self.sent_to.max(place.position);
        line.ready.pop_front();
        let tried = line.tried.entry(place.position).or_default();
        tried.attempts += 1;
        let attempt = tried.attempts;
        line.sent.push_back(Sent {
            place,
            number,
            finished: false,
        });
        Some(Delivery {
            number,
            attempt,
            event,
        })
    }

    /// Lays one event of what comes next to its line.
    fn lay(&mut self, event: Arc<Wanted>) {
        let stream = event.place.stream.clone();
        let Some(mut line) = self.take_line(&stream) else {
            let mut line = Line::at(event.place.position, event.place.version);
            if let Some(owner) = self.owner(&stream).filter(|one| self.room(*one) > 0) {
                line.whole = true;
                self.make_ready(&mut line, owner, event);
            }
            return self.put(stream, line);
        };
        if line.whole {
            match line.member.filter(|one| self.room(*one) > 0) {
                Some(member) => self.make_ready(&mut line, member, event),
                None => line.whole = false,
            }
        }
        self.put(stream, line);
    }

    /// Loads a line from its events in the log, as far as there is room and nothing stands in the way.
    fn load(&mut self, line: &mut Line, owner: MemberId, events: Vec<Arc<Wanted>>) -> Loaded {
        let end = line.barrier().unwrap_or(self.looked_to.next());
        for event in events {
            let place = Arc::clone(&event.place);
            if place.position >= end {
                return Loaded::ToTheEnd;
            }
            let is_first = line.ready.is_empty();
            if is_first && line.done.contains(&place.position) {
                line.pass(&place);
            } else if is_first && self.is_hopeless(line, place.position) {
                (line.from, line.version) = (place.position, place.version);
                let tried = line.tried.get(&place.position);
                let reason = tried.map(Tried::reason).unwrap_or_default();
                self.park(line, &place, reason);
                return Loaded::NotAll;
            } else if self.has_to_wait(line, place.position) || self.room(owner) == 0 {
                return Loaded::NotAll;
            } else if place.position >= line.from {
                self.make_ready(line, owner, event);
            }
        }
        Loaded::All
    }

    /// Whether an event is not to be sent like others, which shows once it is the first of its line.
    fn has_to_wait(&self, line: &Line, position: Position) -> bool {
        line.done.contains(&position) || self.is_hopeless(line, position)
    }

    fn is_hopeless(&self, line: &Line, position: Position) -> bool {
        let tried = line.tried.get(&position);
        tried.is_some_and(|tried| tried.attempts >= self.rules.max_attempts)
    }
}

/// How much of what was found is in memory now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loaded {
    /// All of it.
    All,
    /// All up to where the log was looked at, or to a parked event: there is no more to be had at present.
    ToTheEnd,
    /// The first of it.
    NotAll,
}

impl Engine for LogEngine {
    fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    fn join(&mut self, member: MemberId, name: &str, now: Instant) {
        self.members.join(member, name, now);
        self.deal_pending();
        self.move_streams_to(member);
    }

    fn leave(&mut self, member: MemberId) {
        let Some((name, _)) = self.members.leave(member) else {
            return;
        };
        self.deal_pending();
        let lines = self.lines.iter();
        let had: BTreeSet<StreamName> = lines
            .filter(|(_, line)| line.member == Some(member))
            .map(|(stream, _)| stream.clone())
            .collect();
        self.recall_all(had, &member_gone(&name));
        self.ready.remove(&member);
    }

    fn credit(&mut self, member: MemberId, n: u32) {
        self.members.credit(member, n);
    }

    fn answer(
        &mut self,
        member: MemberId,
        answer: Answer,
        now: Instant,
    ) -> Result<(), AnswerError> {
        match Fate::of_answer(answer) {
            Ok((number, fate)) => {
                let given = self.members.answered(member, number, now);
                let given = given.ok_or(AnswerError::NotYours(number))?;
                self.settle(&given.place, fate);
            }
            Err(position) => self.commit(member, position, now),
        }
        Ok(())
    }

    fn take(&mut self, member: MemberId, most: usize, now: Instant) -> Vec<Delivery> {
        let most = most.min(self.members.allowance(member, &self.rules));
        let mut deliveries = Vec::new();
        while deliveries.len() < most {
            let ready = self.ready.get_mut(&member);
            let Some((_, event)) = ready.and_then(BTreeMap::pop_first) else {
                break;
            };
            deliveries.extend(self.give(member, event, now));
        }
        deliveries
    }

    fn has_work_for(&self, member: MemberId) -> bool {
        let ready = self.ready.get(&member).is_some_and(|one| !one.is_empty());
        ready && self.members.allowance(member, &self.rules) > 0
    }

    /// A member may commit many events at once, so that its time begins anew with each of its answers.
    fn expire(&mut self, now: Instant) {
        let timeout = self.rules.ack_timeout;
        let mut streams = BTreeSet::new();
        for (_, member) in self.members.iter() {
            let late =
                |(_, oldest): (u64, &Given)| oldest.at.max(member.answered_at) + timeout <= now;
            if member.oldest().is_some_and(late) {
                streams.extend(member.given().map(|(_, given)| given.place.stream.clone()));
            }
        }
        self.recall_all(streams, TIME_UP);
    }

    fn next_expiry(&self) -> Option<Instant> {
        let expiry = |(_, member): (MemberId, &super::members::Member)| {
            let (_, oldest) = member.oldest()?;
            Some(oldest.at.max(member.answered_at) + self.rules.ack_timeout)
        };
        self.members.iter().filter_map(expiry).min()
    }

    fn need(&self) -> Option<Need> {
        let has_room = |member: MemberId| self.room(member) >= READY / 2;
        let owners = self.pending.iter();
        let waiting = owners.filter(|(owner, _)| owner.is_some_and(has_room));
        if let Some((_, stream)) = waiting.filter_map(|(_, lines)| lines.first()).min() {
            let version = self.lines.get(stream)?.version;
            return Some(Need::Stream(stream.clone(), version, OF_STREAM));
        }
        let read_on = if self.members.is_empty() {
            self.lines.is_empty()
        } else {
            self.left_in_log() < LEFT_IN_LOG && self.members.iter().any(|(id, _)| has_room(id))
        };
        read_on.then_some(Need::Next(self.looked_to, READY / 2))
    }

    fn offer(&mut self, events: Vec<Arc<Wanted>>, looked_to: Position) {
        for event in events {
            self.lay(event);
        }
        self.looked_to = looked_to;
    }

    fn offer_again(&mut self, _: Vec<Arc<Wanted>>) {
        // What comes back is read by its stream.
    }

    fn offer_stream(
        &mut self,
        stream: &StreamName,
        events: Vec<Arc<Wanted>>,
        more_from: Option<Version>,
    ) {
        let still_wanted = self.lines.get(stream).is_some_and(Line::is_pending);
        let Some(owner) = self.owner(stream).filter(|_| still_wanted) else {
            return;
        };
        let Some(mut line) = self.take_line(stream) else {
            return;
        };
        match (self.load(&mut line, owner, events), more_from) {
            (Loaded::ToTheEnd, _) | (Loaded::All, None) => read_to_the_end(&mut line),
            (Loaded::All, Some(version)) if line.ready.is_empty() => line.version = version,
            _ => {}
        }
        line.advance();
        self.put(stream.clone(), line);
    }

    fn retry(&mut self, id: u64, place: &Place) {
        self.parked.push(ParkedChange::Retried(id));
        self.unpark(place, |line| {
            line.retried.insert(place.position, id);
        });
    }

    fn discard(&mut self, id: u64, place: &Place) {
        self.parked.push(ParkedChange::Settled(id));
        self.unpark(place, |line| {
            line.done.insert(place.position);
        });
    }

    /// Streams whose parked events are before the position go on waiting behind them.
    fn reset(&mut self, ResetAct { at, to }: ResetAct) -> Result<(), serde_json::Error> {
        self.parked.push(ParkedChange::Kept(Kept {
            reset: at,
            checkpoint: self.checkpoint(),
            state: self.state()?,
        }));
        self.members.recall_all();
        self.ready.clear();
        self.heads.clear();
        self.pending.clear();
        (self.looked_to, self.sent_to) = (to, to);
        for (stream, mut line) in std::mem::take(&mut self.lines) {
            line.retain_parked(to);
            if !line.parked.is_empty() || !line.retried.is_empty() {
                self.put(stream, line);
            }
        }
        self.parked.push(ParkedChange::Forgotten(to));
        Ok(())
    }

    fn restore(&mut self, kept: Progress) -> Result<(), serde_json::Error> {
        let kept = LogEngine::new(self.rules, kept)?;
        self.members.recall_all();
        self.parked.push(ParkedChange::Restored);
        *self = LogEngine {
            members: std::mem::replace(&mut self.members, Members::new()),
            last_parked: self.last_parked.max(kept.last_parked),
            parked: std::mem::take(&mut self.parked),
            ..kept
        };
        self.deal_pending();
        Ok(())
    }

    fn checkpoint(&self) -> Position {
        let first = self.heads.first();
        first.map_or(self.looked_to, |(first, _)| Position(first.0 - 1))
    }

    fn looked_to(&self) -> Position {
        self.looked_to
    }

    fn take_changes(&mut self) -> Result<Changes, serde_json::Error> {
        Ok(Changes {
            checkpoint: self.checkpoint(),
            state: self.state()?,
            parked: std::mem::take(&mut self.parked),
        })
    }
}

impl LogEngine {
    fn commit(&mut self, member: MemberId, position: Position, now: Instant) {
        let Some(connected) = self.members.get(member) else {
            return;
        };
        let given = connected.given();
        let finished: Vec<u64> = given
            .filter(|(_, given)| given.place.position <= position)
            .map(|(number, _)| number)
            .collect();
        for number in finished {
            if let Some(given) = self.members.answered(member, number, now) {
                self.settle(&given.place, Fate::Finished);
            }
        }
    }

    /// Moves the streams to a new member that belong to it. One of which something is still with another member is sent no
    /// further, and moves once that is finished.
    fn move_streams_to(&mut self, member: MemberId) {
        let lines = self.lines.iter();
        let moving: Vec<StreamName> = lines
            .filter(|(stream, line)| line.member.is_some() && self.owner(stream) == Some(member))
            .map(|(stream, _)| stream.clone())
            .collect();
        for stream in moving {
            if let Some(mut line) = self.take_line(&stream) {
                self.unload(&mut line);
                line.whole = false;
                self.put(stream, line);
            }
        }
    }

    /// Lets a stream go on that has waited behind a parked event.
    fn unpark(&mut self, place: &Place, change: impl FnOnce(&mut Line)) {
        let line = self.take_line(&place.stream);
        let mut line = line.unwrap_or_else(|| Line::at(place.position, place.version));
        line.recovering |= !line.holds_checkpoint();
        line.parked.remove(&place.position);
        line.tried.remove(&place.position);
        line.whole = false;
        change(&mut line);
        self.put(place.stream.clone(), line);
    }

    /// What is stored of it, as JSON.
    fn state(&self) -> Result<String, serde_json::Error> {
        state::write(self.looked_to, self.sent_to, &self.lines)
    }

    fn left_in_log(&self) -> usize {
        self.pending.values().map(BTreeSet::len).sum()
    }
}

/// Nothing of a stream is in the log that is not in memory too, except behind a parked event.
fn read_to_the_end(line: &mut Line) {
    match line.barrier() {
        Some(barrier) if line.ready.is_empty() => line.from = barrier,
        Some(_) => {}
        None => line.whole = true,
    }
}

#[cfg(test)]
mod tests;
