//! One stream of a group in `log` mode, for as long as something of it is not finished.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::tried::Tried;
use super::{MemberId, Place};
use crate::contract::{Position, Version};

/// What is not finished of a stream, in order: what is with the member, then what is in memory, then what is in the log.
#[derive(Debug)]
pub(super) struct Line {
    /// Everything of the stream before this position is finished.
    pub from: Position,
    /// The version of the event there, or one before it.
    pub version: Version,
    /// Who has the stream, while there is something of it in memory or with a member.
    pub member: Option<MemberId>,
    /// Sent and not finished, with what was finished in between.
    pub sent: VecDeque<Sent>,
    /// In memory and to be sent; the events themselves are with the member's.
    pub ready: VecDeque<Arc<Place>>,
    /// Whether `sent` and `ready` are all that there is, up to where the log was looked at.
    pub whole: bool,
    /// Events from `from` on that were sent and came back.
    pub tried: BTreeMap<Position, Tried>,
    /// Events from `from` on that are finished all the same.
    pub done: BTreeSet<Position>,
    /// Parked events with their numbers. The rest of the stream waits behind the first of them.
    pub parked: BTreeMap<Position, u64>,
    /// Parked events that are on their way again.
    pub retried: BTreeMap<Position, u64>,
    /// Whether the stream was parked and has not caught up yet. The checkpoint does not wait for it: it has passed it.
    pub recovering: bool,
}

/// A delivery of the stream.
#[derive(Debug)]
pub(super) struct Sent {
    pub place: Arc<Place>,
    pub number: u64,
    pub finished: bool,
}

impl Line {
    /// A stream of which everything before a place is finished, and nothing is in memory.
    pub fn at(from: Position, version: Version) -> Line {
        Line {
            from,
            version,
            member: None,
            sent: VecDeque::new(),
            ready: VecDeque::new(),
            whole: false,
            tried: BTreeMap::new(),
            done: BTreeSet::new(),
            parked: BTreeMap::new(),
            retried: BTreeMap::new(),
            recovering: false,
        }
    }

    /// Whether the stream is to be read from the log before anything of it can be sent.
    pub fn is_pending(&self) -> bool {
        !self.whole && self.sent.is_empty() && self.ready.is_empty() && !self.stands_still()
    }

    /// Where the stream ends for now: at its first parked event.
    pub fn barrier(&self) -> Option<Position> {
        self.parked.keys().next().copied()
    }

    /// Whether nothing is before the parked event.
    pub fn stands_still(&self) -> bool {
        self.barrier().is_some_and(|barrier| barrier <= self.from)
    }

    /// Whether the checkpoint has to wait for this stream.
    pub fn holds_checkpoint(&self) -> bool {
        !self.recovering && !self.stands_still()
    }

    /// Whether nothing of it is left.
    pub fn is_finished(&self) -> bool {
        self.whole && self.sent.is_empty() && self.ready.is_empty() && self.parked.is_empty()
    }

    /// Forgets everything but the parked events up to a position.
    pub fn retain_parked(&mut self, to: Position) {
        self.sent.clear();
        self.ready.clear();
        self.whole = false;
        self.recovering = true;
        self.tried.clear();
        self.done.retain(|position| *position <= to);
        self.parked.retain(|position, _| *position <= to);
        self.retried.retain(|position, _| *position <= to);
    }

    /// Marks a delivery as finished.
    pub fn finish(&mut self, position: Position) {
        let sent = self.sent.iter_mut();
        if let Some(sent) = { sent }.find(|sent| sent.place.position == position) {
            sent.finished = true;
        }
    }

    /// Moves on past what is finished.
    pub fn advance(&mut self) {
        while let Some(first) = self.sent.pop_front_if(|first| first.finished) {
            self.pass(&first.place);
        }
        let next = self.sent.front().map(|sent| &sent.place);
        if let Some(next) = next.or(self.ready.front()) {
            (self.from, self.version) = (next.position, next.version);
        }
    }

    /// Moves on past one event.
    pub fn pass(&mut self, place: &Place) {
        self.tried.remove(&place.position);
        self.done.remove(&place.position);
        (self.from, self.version) = (place.position.next(), place.version.next());
    }

    /// Takes back what was sent from a position on, and says with which numbers. What was finished stays so.
    pub fn recall(&mut self, from: Position) -> Vec<u64> {
        let kept = self.sent.partition_point(|sent| sent.place.position < from);
        let mut numbers = Vec::new();
        for sent in self.sent.drain(kept..) {
            if sent.finished {
                self.done.insert(sent.place.position);
            } else {
                numbers.push(sent.number);
            }
        }
        numbers
    }
}
