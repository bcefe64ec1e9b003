//! A queue: each event goes to one of the members, and is finished by itself.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use super::members::{Given, Members};
use super::tried::{Fate, TIME_UP, Tried, member_gone};
use super::{
    Answer, AnswerError, Changes, Delivery, Engine, Kept, MemberId, Need, Parked, ParkedChange,
    Place, Progress, READY, Rules, Wanted,
};
use crate::contract::{Position, StreamName, Version};
use crate::subscription::ResetAct;

/// Positions that are asked for with one [`Need::Again`].
const AGAIN: usize = 64;

/// The engine of a group in `queue` mode.
pub(in crate::subscription::group) struct QueueEngine {
    rules: Rules,
    members: Members,
    /// Everything up to here was looked at.
    looked_to: Position,
    /// The highest position that was ever sent.
    sent_to: Position,
    /// Looked at, wanted and not finished. The first of them holds the checkpoint.
    open: BTreeMap<Position, Tried>,
    /// Parked events on their way again, with their numbers. They do not hold the checkpoint: it has passed them before.
    retried: BTreeMap<Position, (u64, Tried)>,
    /// In memory and to be sent, the oldest first.
    ready: BTreeMap<Position, Arc<Wanted>>,
    /// To be sent, and to be read from the log before.
    missing: BTreeSet<Position>,
    last_parked: u64,
    parked: Vec<ParkedChange>,
}

/// What is stored of it. `open` is complete up to `looked_to`; what comes after that is looked at again.
#[derive(Serialize, Deserialize)]
struct State {
    looked_to: Position,
    open: Vec<(Position, u32)>,
}

impl QueueEngine {
    /// Takes a group up where it was stored.
    ///
    /// # Errors
    /// When what was stored cannot be read.
    pub fn new(rules: Rules, progress: Progress) -> Result<QueueEngine, serde_json::Error> {
        let state = match &progress.state {
            Some(state) => serde_json::from_str(state)?,
            None => State {
                looked_to: progress.checkpoint,
                open: Vec::new(),
            },
        };
        let retried = progress.retried.into_iter();
        let retried = retried.map(|(id, position)| (position, (id, Tried::default())));
        let open = state.open.into_iter();
        let mut queue = QueueEngine {
            rules,
            members: Members::new(),
            looked_to: state.looked_to,
            sent_to: state.looked_to,
            open: open.map(|(at, tries)| (at, Tried::times(tries))).collect(),
            retried: retried.collect(),
            ready: BTreeMap::new(),
            missing: BTreeSet::new(),
            last_parked: progress.last_parked,
            parked: Vec::new(),
        };
        queue.missing.extend(queue.open.keys().copied());
        queue.missing.extend(queue.retried.keys().copied());
        Ok(queue)
    }

    /// What is stored of it, as JSON.
    fn state(&self) -> Result<String, serde_json::Error> {
        // What was read ahead and never sent need not be remembered: it is looked at again.
        let unsent = self.open.range(self.sent_to.next()..).next();
        let looked_to = unsent.map_or(self.looked_to, |(first, _)| Position(first.0 - 1));
        let open = self.open.range(..=looked_to);
        serde_json::to_string(&State {
            looked_to,
            open: open.map(|(at, tried)| (*at, tried.attempts)).collect(),
        })
    }

    fn tried(&mut self, position: Position) -> Option<&mut Tried> {
        match self.open.get_mut(&position) {
            Some(tried) => Some(tried),
            None => self.retried.get_mut(&position).map(|(_, tried)| tried),
        }
    }

    fn give(&mut self, member: MemberId, event: Arc<Wanted>, now: Instant) -> Option<Delivery> {
        let position = event.place.position;
        let tried = self.tried(position)?;
        tried.attempts += 1;
        let attempt = tried.attempts;
        self.sent_to = self.sent_to.max(position);
        let given = Given {
            place: Arc::clone(&event.place),
            at: now,
        };
        let number = self.members.give(member, given)?;
        Some(Delivery {
            number,
            attempt,
            event,
        })
    }

    fn settle(&mut self, place: &Place, fate: Fate) {
        match fate {
            Fate::Finished => self.finish(place.position),
            Fate::Retried(reason) => self.fail(place, reason),
            Fate::Parked(reason) => self.park(place, reason),
        }
    }

    fn finish(&mut self, position: Position) {
        if self.open.remove(&position).is_some() {
            return;
        }
        if let Some((id, _)) = self.retried.remove(&position) {
            self.parked.push(ParkedChange::Settled(id));
        }
    }

    /// Sends an event again, unless that was tried often enough.
    fn fail(&mut self, place: &Place, reason: String) {
        let most = self.rules.max_attempts;
        let Some(tried) = self.tried(place.position) else {
            return;
        };
        if tried.attempts >= most {
            return self.park(place, reason);
        }
        tried.error = Some(reason);
        self.missing.insert(place.position);
    }

    fn park(&mut self, place: &Place, error: String) {
        let (id, tried) = match self.open.remove(&place.position) {
            Some(tried) => {
                self.last_parked += 1;
                (self.last_parked, tried)
            }
            None => match self.retried.remove(&place.position) {
                Some(retried) => retried,
                None => return,
            },
        };
        self.parked.push(ParkedChange::Parked(Parked {
            id,
            place: place.clone(),
            attempts: tried.attempts,
            error,
        }));
    }
}

impl Engine for QueueEngine {
    fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    fn join(&mut self, member: MemberId, name: &str, now: Instant) {
        self.members.join(member, name, now);
    }

    fn leave(&mut self, member: MemberId) {
        let Some((name, given)) = self.members.leave(member) else {
            return;
        };
        for given in given {
            self.fail(&given.place, member_gone(&name));
        }
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
        let (number, fate) =
            Fate::of_answer(answer).map_err(|_commit| AnswerError::CommitInQueue)?;
        let given = self.members.answered(member, number, now);
        let given = given.ok_or(AnswerError::NotYours(number))?;
        self.settle(&given.place, fate);
        Ok(())
    }

    fn take(&mut self, member: MemberId, most: usize, now: Instant) -> Vec<Delivery> {
        let most = most.min(self.members.allowance(member, &self.rules));
        let mut deliveries = Vec::with_capacity(most.min(self.ready.len()));
        while deliveries.len() < most {
            let Some((_, event)) = self.ready.pop_first() else {
                break;
            };
            deliveries.extend(self.give(member, event, now));
        }
        deliveries
    }

    fn has_work_for(&self, member: MemberId) -> bool {
        !self.ready.is_empty() && self.members.allowance(member, &self.rules) > 0
    }

    fn expire(&mut self, now: Instant) {
        let late = |given: &Given| given.at + self.rules.ack_timeout <= now;
        let mut expired = Vec::new();
        for (id, member) in self.members.iter() {
            let numbers = member.given().take_while(|(_, given)| late(given));
            expired.extend(numbers.map(|(number, _)| (id, number)));
        }
        for (id, number) in expired {
            if let Some(given) = self.members.recall(id, number) {
                self.fail(&given.place, TIME_UP.to_owned());
            }
        }
    }

    fn next_expiry(&self) -> Option<Instant> {
        let oldest = self.members.iter().filter_map(|(_, one)| one.oldest());
        oldest
            .map(|(_, given)| given.at + self.rules.ack_timeout)
            .min()
    }

    fn need(&self) -> Option<Need> {
        if self.ready.len() > READY / 2 {
            return None;
        }
        if !self.missing.is_empty() {
            return Some(Need::Again(
                self.missing.iter().take(AGAIN).copied().collect(),
            ));
        }
        Some(Need::Next(self.looked_to, READY - self.ready.len()))
    }

    fn offer(&mut self, events: Vec<Arc<Wanted>>, looked_to: Position) {
        for event in events {
            self.open.insert(event.place.position, Tried::default());
            self.ready.insert(event.place.position, event);
        }
        self.looked_to = looked_to;
    }

    fn offer_again(&mut self, events: Vec<Arc<Wanted>>) {
        for event in events {
            if self.missing.remove(&event.place.position) {
                self.ready.insert(event.place.position, event);
            }
        }
    }

    fn offer_stream(&mut self, _: &StreamName, _: Vec<Arc<Wanted>>, _: Option<Version>) {
        // A queue never asks for a stream.
    }

    fn retry(&mut self, id: u64, place: &Place) {
        self.retried.insert(place.position, (id, Tried::default()));
        self.missing.insert(place.position);
        self.parked.push(ParkedChange::Retried(id));
    }

    fn discard(&mut self, id: u64, _: &Place) {
        self.parked.push(ParkedChange::Settled(id));
    }

    fn reset(&mut self, ResetAct { at, to }: ResetAct) -> Result<(), serde_json::Error> {
        self.parked.push(ParkedChange::Kept(Kept {
            reset: at,
            checkpoint: self.checkpoint(),
            state: self.state()?,
        }));
        self.members.recall_all();
        self.open.clear();
        self.ready.clear();
        self.retried.retain(|position, _| *position <= to);
        self.missing = self.retried.keys().copied().collect();
        (self.looked_to, self.sent_to) = (to, to);
        self.parked.push(ParkedChange::Forgotten(to));
        Ok(())
    }

    fn restore(&mut self, kept: Progress) -> Result<(), serde_json::Error> {
        let kept = QueueEngine::new(self.rules, kept)?;
        self.members.recall_all();
        self.parked.push(ParkedChange::Restored);
        *self = QueueEngine {
            members: std::mem::replace(&mut self.members, Members::new()),
            last_parked: self.last_parked.max(kept.last_parked),
            parked: std::mem::take(&mut self.parked),
            ..kept
        };
        Ok(())
    }

    fn checkpoint(&self) -> Position {
        let first = self.open.keys().next();
        first.map_or(self.looked_to, |first| Position(first.0 - 1))
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
