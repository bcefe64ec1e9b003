//! An engine with a small log behind it, for tests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;

pub(super) const RULES: Rules = Rules {
    ack_timeout: Duration::from_secs(10),
    max_in_flight: 100,
    max_attempts: 3,
};

/// An engine, its log, and a clock that is moved by hand.
pub(super) struct World<E> {
    pub engine: E,
    log: Vec<Arc<Place>>,
    pub now: Instant,
}

/// What a member was given: position and attempt.
pub(super) type Got = Vec<(u64, u32)>;

impl<E: Engine> World<E> {
    pub fn new(engine: E) -> World<E> {
        World {
            engine,
            log: Vec::new(),
            now: Instant::now(),
        }
    }

    /// The same log with another engine, as after a restart.
    pub fn with(&self, engine: E) -> World<E> {
        World {
            engine,
            log: self.log.clone(),
            now: self.now,
        }
    }

    /// Appends an event to each of these streams.
    pub fn append(&mut self, streams: &[&str]) {
        for stream in streams {
            let stream = StreamName::try_new(*stream).unwrap();
            let before = self.log.iter().filter(|place| place.stream == stream);
            let version = Version(before.count() as u64 + 1);
            let position = Position(self.log.len() as u64 + 1);
            self.log.push(Arc::new(Place {
                position,
                stream,
                version,
                event_id: EventId::generate(),
            }));
        }
        self.feed();
    }

    pub fn join(&mut self, id: u64, name: &str, credit: u32) -> MemberId {
        let member = MemberId(id);
        self.engine.join(member, name, self.now);
        self.engine.credit(member, credit);
        self.feed();
        member
    }

    pub fn leave(&mut self, member: MemberId) {
        self.engine.leave(member);
        self.feed();
    }

    /// All that a member is given now.
    pub fn deliveries(&mut self, member: MemberId) -> Vec<Delivery> {
        let mut all = Vec::new();
        loop {
            self.feed();
            let some = self.engine.take(member, 3, self.now);
            if some.is_empty() {
                return all;
            }
            all.extend(some);
        }
    }

    pub fn answer(&mut self, member: MemberId, answer: Answer) -> Result<(), AnswerError> {
        let done = self.engine.answer(member, answer, self.now);
        self.feed();
        done
    }

    pub fn ack(&mut self, member: MemberId, delivery: &Delivery) {
        self.answer(member, Answer::Ack(delivery.number)).unwrap();
    }

    pub fn nack(&mut self, member: MemberId, delivery: &Delivery, action: NackAction) {
        let reason = Some("no room".to_owned());
        self.answer(member, Answer::Nack(delivery.number, action, reason))
            .unwrap();
    }

    pub fn after(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.engine.expire(self.now);
        self.feed();
    }

    pub fn place(&self, position: u64) -> Place {
        (*self.log[position as usize - 1]).clone()
    }

    pub fn head(&self) -> u64 {
        self.log.len() as u64
    }

    /// What the store would have after it had learned all that happened.
    pub fn stored(&mut self, before: Progress) -> Progress {
        let changes = self.engine.take_changes().unwrap();
        let mut progress = Progress {
            checkpoint: changes.checkpoint,
            state: Some(changes.state),
            ..before
        };
        for change in changes.parked {
            match change {
                ParkedChange::Parked(parked) => {
                    progress.retried.retain(|(id, _)| *id != parked.id);
                    progress.last_parked = progress.last_parked.max(parked.id);
                }
                ParkedChange::Retried(id) => progress.retried.push((id, Position(0))),
                ParkedChange::Settled(id) => progress.retried.retain(|(one, _)| *one != id),
                ParkedChange::Forgotten(to) => progress.retried.retain(|(_, at)| *at <= to),
                ParkedChange::Kept(_) | ParkedChange::Restored => {}
            }
        }
        progress
    }

    /// What the store gives back of what the last reset has kept.
    pub fn kept(&mut self) -> Progress {
        let changes = self.engine.take_changes().unwrap();
        let mut last_parked = 0;
        let mut progress = None;
        for change in changes.parked {
            match change {
                ParkedChange::Parked(parked) => last_parked = last_parked.max(parked.id),
                ParkedChange::Kept(kept) => progress = Some(kept),
                _ => {}
            }
        }
        let kept = progress.expect("a reset");
        Progress {
            checkpoint: kept.checkpoint,
            state: Some(kept.state),
            retried: Vec::new(),
            last_parked,
        }
    }

    /// Answers what the engine wants from the log, until it wants nothing that there is.
    pub fn feed(&mut self) {
        while let Some(need) = self.engine.need() {
            match need {
                Need::Next(after, most) => {
                    let events = self.read(|place| place.position > after, most);
                    let Some(last) = events.last().map(|event| event.place.position) else {
                        return;
                    };
                    self.engine.offer(events, last);
                }
                Need::Again(positions) => {
                    let events = self.read(|place| positions.contains(&place.position), 10);
                    self.engine.offer_again(events);
                }
                Need::Stream(stream, version, most) => {
                    let wanted = |place: &Place| place.stream == stream && place.version >= version;
                    let events = self.read(wanted, most);
                    let last = events.last().map(|event| event.place.version.next());
                    let more_from = last.filter(|_| events.len() == most);
                    self.engine.offer_stream(&stream, events, more_from);
                }
            }
        }
    }

    fn read(&self, wanted: impl Fn(&Place) -> bool, most: usize) -> Vec<Arc<Wanted>> {
        let found = self.log.iter().filter(|place| wanted(place)).take(most);
        found
            .map(|place| {
                Arc::new(Wanted {
                    place: Arc::clone(place),
                    json: "{}".into(),
                })
            })
            .collect()
    }
}

/// An operator's wish that a group goes on after a position.
pub(super) fn reset_to(to: u64) -> ResetAct {
    ResetAct {
        at: Position(99),
        to: Position(to),
    }
}

/// Positions and attempts of deliveries.
pub(super) fn got(deliveries: &[Delivery]) -> Got {
    deliveries
        .iter()
        .map(|one| (one.event.place.position.0, one.attempt))
        .collect()
}
