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

mod deliveries;
mod lines;
mod memory;
mod state;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use super::line::Line;
use super::members::{Given, Members};
use super::tried::{Fate, TIME_UP, member_gone};
use super::{
    Answer, AnswerError, Changes, Delivery, Engine, Kept, MemberId, Need, ParkedChange, Place,
    Progress, READY, Rules, Wanted,
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

    /// What is stored of it, as JSON.
    fn state(&self) -> Result<String, serde_json::Error> {
        state::write(self.looked_to, self.sent_to, &self.lines)
    }
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
        self.load(&mut line, owner, events, more_from);
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

#[cfg(test)]
mod tests;
