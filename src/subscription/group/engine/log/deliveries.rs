//! What is sent, and what becomes of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::LogEngine;
use crate::contract::{Position, StreamName};
use crate::subscription::group::engine::line::{Line, Sent};
use crate::subscription::group::engine::members::Given;
use crate::subscription::group::engine::tried::Fate;
use crate::subscription::group::engine::{Delivery, MemberId, Parked, ParkedChange, Place, Wanted};

impl LogEngine {
    /// Sends a member an event that waits in memory.
    pub(super) fn give(
        &mut self,
        member: MemberId,
        event: Arc<Wanted>,
        now: Instant,
    ) -> Option<Delivery> {
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

    /// Does with a delivery what its fate is.
    pub(super) fn settle(&mut self, place: &Place, fate: Fate) {
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
    pub(super) fn park(&mut self, line: &mut Line, place: &Place, error: String) {
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

    /// Takes everything back that was sent of some streams and not finished, or waits in memory.
    pub(super) fn recall_all(&mut self, streams: BTreeSet<StreamName>, reason: &str) {
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

    /// Finishes what a member was given up to a position.
    pub(super) fn commit(&mut self, member: MemberId, position: Position, now: Instant) {
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

    /// Lets a stream go on that has waited behind a parked event.
    pub(super) fn unpark(&mut self, place: &Place, change: impl FnOnce(&mut Line)) {
        let line = self.take_line(&place.stream);
        let mut line = line.unwrap_or_else(|| Line::at(place.position, place.version));
        line.recovering |= !line.holds_checkpoint();
        line.parked.remove(&place.position);
        line.tried.remove(&place.position);
        line.whole = false;
        change(&mut line);
        self.put(place.stream.clone(), line);
    }
}
