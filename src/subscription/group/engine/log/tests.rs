mod random;

use super::*;
use crate::contract::NackAction;
use crate::subscription::group::engine::testing::{RULES, World, got, reset_to};

fn log() -> World<LogEngine> {
    World::new(LogEngine::new(RULES, Progress::default()).unwrap())
}

fn restarted(world: &mut World<LogEngine>) -> World<LogEngine> {
    let stored = world.stored(Progress::default());
    world.with(LogEngine::new(RULES, stored).unwrap())
}

/// Streams of which the first belongs to `ada` and the second to `bob`, when both are there.
fn of_ada_and_bob(world: &World<LogEngine>, ada: MemberId, bob: MemberId) -> (String, String) {
    let stream_of = |member| {
        let names = (0..).map(|n| format!("s{n}"));
        let mut names = names.filter(|name| {
            let stream = StreamName::try_new(name.as_str()).unwrap();
            world.engine.owner(&stream) == Some(member)
        });
        names.next().unwrap()
    };
    (stream_of(ada), stream_of(bob))
}

#[test]
fn each_stream_goes_to_one_member_in_order() {
    let mut world = log();
    let (ada, bob) = (world.join(1, "ada", 9), world.join(2, "bob", 9));
    let (a, b) = of_ada_and_bob(&world, ada, bob);
    world.append(&[&a, &b, &a, &b, &a]);
    assert_eq!(got(&world.deliveries(ada)), [(1, 1), (3, 1), (5, 1)]);
    assert_eq!(got(&world.deliveries(bob)), [(2, 1), (4, 1)]);
}

#[test]
fn a_commit_finishes_what_the_member_was_given_up_to_there() {
    let mut world = log();
    let (ada, bob) = (world.join(1, "ada", 9), world.join(2, "bob", 9));
    let (a, b) = of_ada_and_bob(&world, ada, bob);
    world.append(&[&a, &b, &a, &a]);
    let of_ada = world.deliveries(ada);
    let of_bob = world.deliveries(bob);
    world.answer(ada, Answer::Commit(Position(3))).unwrap();
    assert_eq!(world.engine.checkpoint(), Position(1), "2 is with bob");
    world.ack(bob, &of_bob[0]);
    assert_eq!(world.engine.checkpoint(), Position(3));
    let number = of_ada[0].number;
    let twice = world.answer(ada, Answer::Ack(number));
    assert_eq!(twice, Err(AnswerError::NotYours(number)));
}

#[test]
fn what_a_member_leaves_goes_to_whoever_takes_its_streams_over() {
    let mut world = log();
    let (ada, bob) = (world.join(1, "ada", 9), world.join(2, "bob", 9));
    let (a, _) = of_ada_and_bob(&world, ada, bob);
    world.append(&[&a, &a, &a]);
    let given = world.deliveries(ada);
    world.ack(ada, &given[0]);
    world.leave(ada);
    assert_eq!(got(&world.deliveries(bob)), [(2, 2), (3, 2)]);
}

#[test]
fn a_join_moves_a_stream_only_once_nothing_of_it_is_with_the_other() {
    let mut world = log();
    let (ada, bob) = (world.join(1, "ada", 2), world.join(2, "bob", 9));
    let (_, b) = of_ada_and_bob(&world, ada, bob);
    world.leave(bob);
    world.append(&[&b, &b, &b]);
    let given = world.deliveries(ada);
    assert_eq!(got(&given), [(1, 1), (2, 1)]);
    let bob = world.join(3, "bob", 9);
    assert_eq!(world.deliveries(bob).len(), 0);
    world.engine.credit(ada, 9);
    assert_eq!(world.deliveries(ada).len(), 0, "it is sent no further");
    world.ack(ada, &given[0]);
    assert_eq!(world.deliveries(bob).len(), 0);
    world.ack(ada, &given[1]);
    assert_eq!(got(&world.deliveries(bob)), [(3, 1)]);
}

#[test]
fn what_is_refused_is_sent_again_with_all_that_came_behind_it() {
    let mut world = log();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b", "a", "a"]);
    let given = world.deliveries(ada);
    world.ack(ada, &given[0]);
    world.nack(ada, &given[2], NackAction::Retry);
    assert_eq!(got(&world.deliveries(ada)), [(3, 2), (4, 2)]);
    let recalled = world.answer(ada, Answer::Ack(given[3].number));
    assert_eq!(recalled, Err(AnswerError::NotYours(given[3].number)));
}

#[test]
fn what_was_finished_ahead_is_not_sent_again() {
    let mut world = log();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "a", "a"]);
    let given = world.deliveries(ada);
    world.ack(ada, &given[1]);
    world.nack(ada, &given[0], NackAction::Retry);
    let again = world.deliveries(ada);
    assert_eq!(
        got(&again),
        [(1, 2)],
        "the rest comes once it is known what is left"
    );
    world.ack(ada, &again[0]);
    assert_eq!(got(&world.deliveries(ada)), [(3, 2)]);
}

#[test]
fn the_time_of_a_member_begins_anew_with_each_answer() {
    let mut world = log();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b"]);
    let given = world.deliveries(ada);
    world.after(9);
    world.ack(ada, &given[0]);
    world.after(9);
    assert_eq!(world.deliveries(ada).len(), 0);
    world.after(1);
    assert_eq!(got(&world.deliveries(ada)), [(2, 2)]);
}

#[test]
fn later_events_of_a_stream_wait_behind_a_parked_one() {
    let mut world = log();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b", "a"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    world.ack(ada, &given[1]);
    world.append(&["a", "b"]);
    assert_eq!(got(&world.deliveries(ada)), [(5, 1)]);
    assert_eq!(world.engine.checkpoint(), Position(4));

    let place = world.place(1);
    world.engine.retry(1, &place);
    let again = world.deliveries(ada);
    assert_eq!(got(&again), [(1, 1), (3, 2), (4, 1)]);
    world.answer(ada, Answer::Commit(Position(5))).unwrap();
    assert_eq!(world.engine.checkpoint(), Position(5));
    let changes = world.engine.take_changes().unwrap().parked;
    assert_eq!(
        changes[1..],
        [ParkedChange::Retried(1), ParkedChange::Settled(1)]
    );
    assert!(world.engine.lines.is_empty());
}

#[test]
fn a_parked_event_that_is_given_up_lets_the_others_pass() {
    let mut world = log();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "a"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    assert_eq!(world.deliveries(ada).len(), 0);
    world.engine.discard(1, &world.place(1));
    let rest = world.deliveries(ada);
    assert_eq!(got(&rest), [(2, 2)]);
    world.ack(ada, &rest[0]);
    assert!(world.engine.lines.is_empty());
}

#[test]
fn what_fails_too_often_is_parked_and_only_that() {
    let mut world = log();
    let ada = world.join(1, "ada", 99);
    world.append(&["a", "a"]);
    for attempt in 1..=3 {
        let given = world.deliveries(ada);
        assert_eq!(got(&given), [(1, attempt), (2, attempt)]);
        world.nack(ada, &given[0], NackAction::Retry);
    }
    assert_eq!(world.deliveries(ada).len(), 0);
    let parked = world.engine.take_changes().unwrap().parked;
    let [ParkedChange::Parked(parked)] = &parked[..] else {
        panic!("{parked:?}");
    };
    assert_eq!((parked.place.position, parked.attempts), (Position(1), 3));
    assert_eq!(parked.error, "no room");
}

#[test]
fn two_parked_events_of_a_stream_are_waited_for_one_after_the_other() {
    let mut world = log();
    let ada = world.join(1, "ada", 99);
    world.append(&["a", "a", "a"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[1], NackAction::Park);
    world.nack(ada, &given[0], NackAction::Park);
    assert_eq!(world.deliveries(ada).len(), 0);
    let (first, second) = (world.place(1), world.place(2));
    world.engine.retry(1, &second);
    assert_eq!(world.deliveries(ada).len(), 0, "the first is still parked");
    world.engine.discard(2, &first);
    assert_eq!(got(&world.deliveries(ada)), [(2, 1), (3, 2)]);
}

#[test]
fn a_slow_member_holds_up_its_own_streams_only() {
    let mut world = log();
    let (ada, bob) = (world.join(1, "ada", 0), world.join(2, "bob", 1_000_000));
    let streams: Vec<String> = (0..50).map(|n| format!("s{n}")).collect();
    let streams: Vec<&str> = streams.iter().map(String::as_str).collect();
    let mut of_bob = 0;
    for _ in 0..100 {
        world.append(&streams);
        for delivery in world.deliveries(bob) {
            of_bob += 1;
            world.ack(bob, &delivery);
        }
    }
    assert_eq!(world.engine.looked_to(), Position(5_000));
    assert!(world.room(ada) < READY, "something waits for ada");
    world.engine.credit(ada, 1_000_000);
    let mut of_ada = 0;
    loop {
        let given = world.deliveries(ada);
        if given.is_empty() {
            break;
        }
        for delivery in given {
            of_ada += 1;
            world.ack(ada, &delivery);
        }
    }
    assert_eq!(of_ada + of_bob, 5_000);
    assert_eq!(world.engine.checkpoint(), Position(5_000));
}

impl World<LogEngine> {
    fn room(&self, member: MemberId) -> usize {
        self.engine.room(member)
    }
}

#[test]
fn a_reset_voids_what_was_delivered_and_begins_elsewhere() {
    let mut world = log();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b", "a", "b"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    world.ack(ada, &given[1]);
    world.engine.reset(reset_to(1)).unwrap();
    assert_eq!(world.engine.checkpoint(), Position(1));
    // What is parked before the position still holds up its stream.
    assert_eq!(got(&world.deliveries(ada)), [(2, 1), (4, 1)]);
    world.engine.reset(reset_to(0)).unwrap();
    assert_eq!(
        got(&world.deliveries(ada)),
        [(1, 1), (2, 1), (3, 1), (4, 1)]
    );
}

#[test]
fn a_reset_that_is_cancelled_leaves_no_trace() {
    let mut world = log();
    let ada = world.join(1, "ada", 99);
    world.append(&["a", "b", "a", "c", "b"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    for one in [&given[1], &given[3]] {
        world.ack(ada, one);
    }
    let checkpoint = world.engine.checkpoint();
    world.engine.reset(reset_to(0)).unwrap();
    let again = world.deliveries(ada);
    assert_eq!(again.len(), 5);
    world.ack(ada, &again[0]);
    let kept = world.kept();
    world.engine.restore(kept).unwrap();
    assert_eq!(world.engine.checkpoint(), checkpoint);
    // The stream of the parked event waits behind it as before, and what was with the member comes back.
    world.append(&["c", "a"]);
    assert_eq!(got(&world.deliveries(ada)), [(5, 2), (6, 1)]);
}

#[test]
fn a_restart_remembers_where_each_stream_stands() {
    let mut world = log();
    let ada = world.join(1, "ada", 5);
    world.append(&["a", "b", "a", "b", "c", "c", "a"]);
    let given = world.deliveries(ada);
    world.ack(ada, &given[1]);
    world.nack(ada, &given[2], NackAction::Park);
    world.ack(ada, &given[4]);
    let mut world = restarted(&mut world);
    let bob = world.join(1, "bob", 9);
    assert_eq!(got(&world.deliveries(bob)), [(1, 2), (4, 2), (6, 1)]);
}
