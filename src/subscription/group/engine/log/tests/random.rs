//! Any course of events: members come and go, answer or do not, and the server restarts at any time. Nothing is lost, each
//! stream is with one member at a time, and order is kept.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Append(u8),
    Join(u8),
    Leave(u8),
    Credit(u8, u8),
    Take(u8),
    Ack(u8, u8),
    Nack(u8, u8, bool),
    Commit(u8, u8),
    Time(u8),
    Retry,
    Discard,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => any::<u8>().prop_map(Step::Append),
        2 => (0_u8..4).prop_map(Step::Join),
        1 => (0_u8..4).prop_map(Step::Leave),
        4 => (0_u8..4, 1_u8..20).prop_map(|(m, n)| Step::Credit(m, n)),
        8 => (0_u8..4).prop_map(Step::Take),
        8 => (0_u8..4, any::<u8>()).prop_map(|(m, n)| Step::Ack(m, n)),
        2 => (0_u8..4, any::<u8>(), any::<bool>()).prop_map(|(m, n, p)| Step::Nack(m, n, p)),
        3 => (0_u8..4, any::<u8>()).prop_map(|(m, n)| Step::Commit(m, n)),
        1 => (1_u8..12).prop_map(Step::Time),
        1 => Just(Step::Retry),
        1 => Just(Step::Discard),
        1 => Just(Step::Restart),
    ]
}

/// What the test knows beside the engine.
struct Course {
    world: World<LogEngine>,
    next_id: u64,
    /// Connections by the number of their name.
    members: BTreeMap<u8, MemberId>,
    /// What each has and did not answer.
    given: BTreeMap<MemberId, Vec<Delivery>>,
    parked: BTreeMap<u64, Place>,
    /// Handled, skipped or given up.
    finished: BTreeSet<Position>,
    stored: Progress,
}

impl Course {
    fn new() -> Course {
        Course {
            world: log(),
            next_id: 0,
            members: BTreeMap::new(),
            given: BTreeMap::new(),
            parked: BTreeMap::new(),
            finished: BTreeSet::new(),
            stored: Progress::default(),
        }
    }

    fn go(&mut self, step: Step) {
        match step {
            Step::Append(stream) => {
                let stream = format!("s{}", stream % 7);
                self.world.append(&[&stream]);
            }
            Step::Join(name) if !self.members.contains_key(&name) => {
                self.next_id += 1;
                let member = self.world.join(self.next_id, &format!("m{name}"), 0);
                self.members.insert(name, member);
            }
            Step::Leave(name) => {
                if let Some(member) = self.members.remove(&name) {
                    self.given.remove(&member);
                    self.world.leave(member);
                }
            }
            Step::Credit(name, n) => self.with(name, |course, member| {
                course.world.engine.credit(member, n.into());
            }),
            Step::Take(name) => self.with(name, Course::take),
            Step::Ack(name, n) => self.answer(name, n, Answer::Ack),
            Step::Nack(name, n, park) => {
                let action = if park {
                    NackAction::Park
                } else {
                    NackAction::Retry
                };
                self.answer(name, n, |number| Answer::Nack(number, action, None));
            }
            Step::Commit(name, n) => self.with(name, |course, member| course.commit(member, n)),
            Step::Time(seconds) => self.world.after(seconds.into()),
            Step::Retry => {
                if let Some((id, place)) = self.parked.pop_first() {
                    self.world.engine.retry(id, &place);
                }
            }
            Step::Discard => {
                if let Some((id, place)) = self.parked.pop_first() {
                    self.world.engine.discard(id, &place);
                    self.finished.insert(place.position);
                }
            }
            Step::Restart => self.restart(),
            Step::Join(_) => {}
        }
        self.learn();
        self.check();
    }

    fn with(&mut self, name: u8, act: impl FnOnce(&mut Course, MemberId)) {
        if let Some(member) = self.members.get(&name).copied() {
            act(self, member);
        }
    }

    fn take(&mut self, member: MemberId) {
        let deliveries = self.world.deliveries(member);
        for delivery in &deliveries {
            let place = &delivery.event.place;
            assert!(
                !self.finished.contains(&place.position),
                "{place:?} was finished"
            );
            let before = (1..place.position.0).map(|at| self.world.place(at));
            let mut before = before.filter(|other| other.stream == place.stream);
            let skipped = before.find(|other| !self.is_with(member, other.position));
            assert_eq!(skipped, None, "before {place:?}");
            self.given.entry(member).or_default().push(delivery.clone());
        }
    }

    /// Whether an event is finished, or with this very member.
    fn is_with(&self, member: MemberId, position: Position) -> bool {
        let given = self.given.get(&member).into_iter().flatten();
        let mut given = given.map(|one| one.event.place.position);
        self.finished.contains(&position) || given.any(|at| at == position)
    }

    fn answer(&mut self, name: u8, n: u8, answer: impl Fn(u64) -> Answer) {
        self.with(name, |course, member| {
            let given = course.given.entry(member).or_default();
            if given.is_empty() {
                return;
            }
            let delivery = given.remove(usize::from(n) % given.len());
            let answer = answer(delivery.number);
            let is_ack = matches!(answer, Answer::Ack(_));
            if course.world.answer(member, answer).is_ok() && is_ack {
                course.finished.insert(delivery.event.place.position);
            }
        });
    }

    fn commit(&mut self, member: MemberId, n: u8) {
        let position = Position(u64::from(n) % (self.world.head() + 1));
        let before = self.with_member(member);
        self.world.answer(member, Answer::Commit(position)).unwrap();
        self.finished
            .extend(before.into_iter().filter(|at| *at <= position));
    }

    /// What the engine says is with a member.
    fn with_member(&self, member: MemberId) -> Vec<Position> {
        let member = self.world.engine.members.get(member).unwrap();
        member
            .given()
            .map(|(_, given)| given.place.position)
            .collect()
    }

    /// As the store does.
    fn learn(&mut self) {
        let changes = self.world.engine.take_changes().unwrap();
        for change in &changes.parked {
            if let ParkedChange::Parked(parked) = change {
                self.parked.insert(parked.id, parked.place.clone());
                self.stored.last_parked = self.stored.last_parked.max(parked.id);
            }
        }
        self.stored.checkpoint = changes.checkpoint;
        self.stored.state = Some(changes.state);
    }

    fn restart(&mut self) {
        self.learn();
        let engine = LogEngine::new(RULES, self.stored.clone()).unwrap();
        self.world = self.world.with(engine);
        self.members.clear();
        self.given.clear();
    }

    fn check(&mut self) {
        // What the engine took back is no longer with the member, whatever the member thinks.
        let members: Vec<MemberId> = self.members.values().copied().collect();
        for member in members {
            let with = self.with_member(member);
            let given = self.given.entry(member).or_default();
            given.retain(|one| with.contains(&one.event.place.position));
        }
        self.check_that_each_stream_has_one_member();
        self.check_checkpoint();
    }

    fn check_that_each_stream_has_one_member(&self) {
        let mut at = BTreeMap::new();
        for (member, given) in &self.given {
            for delivery in given {
                let stream = &delivery.event.place.stream;
                let other = at.insert(stream.clone(), *member);
                assert!(other.is_none_or(|other| other == *member), "{stream}");
            }
        }
    }

    /// What is not finished before the checkpoint is parked, or waits behind what is or was parked.
    fn check_checkpoint(&self) {
        let checkpoint = self.world.engine.checkpoint();
        for at in (1..=checkpoint.0).map(Position) {
            let place = self.world.place(at.0);
            let line = self.world.engine.lines.get(&place.stream);
            let was_parked = line.is_some_and(|line| line.recovering || !line.parked.is_empty());
            assert!(self.finished.contains(&at) || was_parked, "{place:?}");
        }
    }

    /// Handles all that is left, and finds that nothing is missing.
    fn finish(mut self) {
        for name in 0..4 {
            self.go(Step::Join(name));
            self.go(Step::Credit(name, 255));
        }
        for _ in 0..400 {
            self.go(Step::Retry);
            for name in 0..4 {
                self.go(Step::Credit(name, 50));
                self.go(Step::Take(name));
                self.with(name, |course, member| {
                    for delivery in course.given.remove(&member).unwrap_or_default() {
                        course.world.ack(member, &delivery);
                        course.finished.insert(delivery.event.place.position);
                    }
                });
            }
            if self.finished.len() as u64 == self.world.head() {
                break;
            }
        }
        let all: BTreeSet<Position> = (1..=self.world.head()).map(Position).collect();
        assert_eq!(self.finished, all);
        assert_eq!(self.world.engine.checkpoint(), Position(self.world.head()));
        assert!(
            self.world.engine.lines.is_empty(),
            "{:?}",
            self.world.engine.lines
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_order_is_kept(steps in proptest::collection::vec(step(), 1..120)) {
        let mut course = Course::new();
        for step in steps {
            course.go(step);
        }
        course.finish();
    }
}
