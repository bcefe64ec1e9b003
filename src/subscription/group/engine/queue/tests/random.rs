//! Any course of events: members come and go, answer or do not, and the server restarts at any time. Nothing is lost, and
//! nothing that was acknowledged and stored comes again.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::subscription::group::engine::Delivery;

#[derive(Clone, Debug)]
enum Step {
    Append,
    Join(u8),
    Leave(u8),
    Take(u8),
    Ack(u8, u8),
    Nack(u8, u8),
    Time(u8),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Append),
        2 => (0_u8..4).prop_map(Step::Join),
        1 => (0_u8..4).prop_map(Step::Leave),
        6 => (0_u8..4).prop_map(Step::Take),
        6 => (0_u8..4, any::<u8>()).prop_map(|(m, n)| Step::Ack(m, n)),
        2 => (0_u8..4, any::<u8>()).prop_map(|(m, n)| Step::Nack(m, n)),
        1 => (1_u8..12).prop_map(Step::Time),
        1 => Just(Step::Restart),
    ]
}

struct Course {
    world: World<QueueEngine>,
    next_id: u64,
    members: BTreeMap<u8, MemberId>,
    given: BTreeMap<u8, Vec<Delivery>>,
    finished: BTreeSet<Position>,
}

impl Course {
    fn go(&mut self, step: Step) {
        match step {
            Step::Append => self.world.append(&["a"]),
            Step::Join(name) if !self.members.contains_key(&name) => {
                self.next_id += 1;
                let member = self.world.join(self.next_id, "someone", 1_000);
                self.members.insert(name, member);
            }
            Step::Join(_) => {}
            Step::Leave(name) => {
                self.given.remove(&name);
                if let Some(member) = self.members.remove(&name) {
                    self.world.leave(member);
                }
            }
            Step::Take(name) => self.take(name),
            Step::Ack(name, n) => self.answer(name, n, Answer::Ack),
            Step::Nack(name, n) => {
                self.answer(name, n, |number| {
                    Answer::Nack(number, NackAction::Retry, None)
                });
            }
            Step::Time(seconds) => self.world.after(seconds.into()),
            Step::Restart => {
                self.world = restarted(&mut self.world);
                self.members.clear();
                self.given.clear();
            }
        }
        let open = (1..=self.world.head()).map(Position);
        let mut open = open.filter(|at| !self.finished.contains(at));
        if let Some(first) = open.next() {
            assert!(
                self.world.engine.checkpoint() < first,
                "{first} is not finished"
            );
        }
    }

    fn take(&mut self, name: u8) {
        let Some(member) = self.members.get(&name).copied() else {
            return;
        };
        for delivery in self.world.deliveries(member) {
            let position = delivery.event.place.position;
            assert!(
                !self.finished.contains(&position),
                "{position} was finished"
            );
            self.given.entry(name).or_default().push(delivery);
        }
    }

    fn answer(&mut self, name: u8, n: u8, answer: impl Fn(u64) -> Answer) {
        let given = self.given.entry(name).or_default();
        let Some(member) = self
            .members
            .get(&name)
            .copied()
            .filter(|_| !given.is_empty())
        else {
            return;
        };
        let delivery = given.remove(usize::from(n) % given.len());
        let answer = answer(delivery.number);
        let is_ack = matches!(answer, Answer::Ack(_));
        if self.world.answer(member, answer).is_ok() && is_ack {
            self.finished.insert(delivery.event.place.position);
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_finished_comes_again(
        steps in proptest::collection::vec(step(), 1..120)
    ) {
        let world = queue_with(Rules { max_attempts: u32::MAX, ..RULES });
        let (members, given, finished) = Default::default();
        let mut course = Course { world, next_id: 0, members, given, finished };
        for step in steps {
            course.go(step);
        }
    }
}
