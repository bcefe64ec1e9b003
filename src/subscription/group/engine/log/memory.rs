//! What of the lines is in memory, and what is left in the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::LogEngine;
use crate::contract::{Position, Version};
use crate::subscription::group::engine::line::Line;
use crate::subscription::group::engine::tried::Tried;
use crate::subscription::group::engine::{MemberId, READY, Wanted};

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

impl LogEngine {
    /// How many more events a member may have in memory.
    pub(super) fn room(&self, member: MemberId) -> usize {
        let ready = self.ready.get(&member).map_or(0, BTreeMap::len);
        READY.saturating_sub(ready)
    }

    /// Lays one event of what comes next to its line.
    pub(super) fn lay(&mut self, event: Arc<Wanted>) {
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

    /// Loads a line from its events in the log; there may be more of them from a version on.
    pub(super) fn load(
        &mut self,
        line: &mut Line,
        owner: MemberId,
        events: Vec<Arc<Wanted>>,
        more_from: Option<Version>,
    ) {
        match (self.load_some(line, owner, events), more_from) {
            (Loaded::ToTheEnd, _) | (Loaded::All, None) => read_to_the_end(line),
            (Loaded::All, Some(version)) if line.ready.is_empty() => line.version = version,
            _ => {}
        }
    }

    /// Loads it as far as there is room and nothing stands in the way.
    fn load_some(&mut self, line: &mut Line, owner: MemberId, events: Vec<Arc<Wanted>>) -> Loaded {
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

    /// Lets an event wait in memory for a member.
    fn make_ready(&mut self, line: &mut Line, member: MemberId, event: Arc<Wanted>) {
        line.member = Some(member);
        line.ready.push_back(Arc::clone(&event.place));
        let ready = self.ready.entry(member).or_default();
        ready.insert(event.place.position, event);
    }

    /// Forgets what of a line waits in memory; it will be read again.
    pub(super) fn unload(&mut self, line: &mut Line) {
        let ready = line.member.and_then(|member| self.ready.get_mut(&member));
        if let Some(ready) = ready {
            for place in &line.ready {
                ready.remove(&place.position);
            }
        }
        line.whole &= line.ready.is_empty();
        line.ready.clear();
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

/// Nothing of a stream is in the log that is not in memory too, except behind a parked event.
fn read_to_the_end(line: &mut Line) {
    match line.barrier() {
        Some(barrier) if line.ready.is_empty() => line.from = barrier,
        Some(_) => {}
        None => line.whole = true,
    }
}
