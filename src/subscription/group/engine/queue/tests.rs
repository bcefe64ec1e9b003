use super::*;
use crate::contract::NackAction;
use crate::subscription::group::engine::testing::{RULES, World, got, reset_to};

fn queue() -> World<QueueEngine> {
    queue_with(RULES)
}

fn queue_with(rules: Rules) -> World<QueueEngine> {
    World::new(QueueEngine::new(rules, Progress::default()).unwrap())
}

fn restarted(world: &mut World<QueueEngine>) -> World<QueueEngine> {
    let stored = world.stored(Progress::default());
    world.with(QueueEngine::new(world.engine.rules, stored).unwrap())
}

#[test]
fn nothing_is_sent_without_credit_and_each_event_uses_one() {
    let mut world = queue();
    world.append(&["a", "b", "c"]);
    let ada = world.join(1, "ada", 0);
    assert!(!world.engine.has_work_for(ada));
    assert_eq!(world.deliveries(ada).len(), 0);
    world.engine.credit(ada, 2);
    assert!(world.engine.has_work_for(ada));
    assert_eq!(got(&world.deliveries(ada)), [(1, 1), (2, 1)]);
    assert!(!world.engine.has_work_for(ada));
}

#[test]
fn each_event_goes_to_one_member() {
    let mut world = queue();
    let (ada, bob) = (world.join(1, "ada", 2), world.join(2, "bob", 9));
    world.append(&["a", "b", "c", "d"]);
    assert_eq!(got(&world.deliveries(ada)), [(1, 1), (2, 1)]);
    assert_eq!(got(&world.deliveries(bob)), [(3, 1), (4, 1)]);
}

#[test]
fn the_checkpoint_is_where_everything_before_is_finished() {
    let mut world = queue();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b", "c"]);
    let given = world.deliveries(ada);
    assert_eq!(world.engine.checkpoint(), Position(0));
    world.ack(ada, &given[1]);
    assert_eq!(world.engine.checkpoint(), Position(0));
    world.ack(ada, &given[0]);
    assert_eq!(world.engine.checkpoint(), Position(2));
    world.ack(ada, &given[2]);
    assert_eq!(world.engine.checkpoint(), Position(3));
}

#[test]
fn an_answer_counts_once_and_only_from_the_member_that_was_given_the_event() {
    let mut world = queue();
    let (ada, bob) = (world.join(1, "ada", 1), world.join(2, "bob", 1));
    world.append(&["a"]);
    let number = world.deliveries(ada)[0].number;
    let not_yours = Err(AnswerError::NotYours(number));
    assert_eq!(world.answer(bob, Answer::Ack(number)), not_yours);
    assert_eq!(world.answer(ada, Answer::Ack(number)), Ok(()));
    assert_eq!(world.answer(ada, Answer::Ack(number)), not_yours);
    let commit = Answer::Commit(Position(1));
    assert_eq!(world.answer(ada, commit), Err(AnswerError::CommitInQueue));
}

#[test]
fn what_is_not_answered_in_time_is_sent_again() {
    let mut world = queue();
    let (ada, bob) = (world.join(1, "ada", 1), world.join(2, "bob", 1));
    world.append(&["a"]);
    let first = world.deliveries(ada);
    assert_eq!(
        world.engine.next_expiry(),
        Some(world.now + RULES.ack_timeout)
    );
    world.after(9);
    assert_eq!(world.deliveries(bob).len(), 0);
    world.after(1);
    assert_eq!(got(&world.deliveries(bob)), [(1, 2)]);
    let late = world.answer(ada, Answer::Ack(first[0].number));
    assert_eq!(late, Err(AnswerError::NotYours(first[0].number)));
}

#[test]
fn what_a_member_leaves_unanswered_goes_to_the_others() {
    let mut world = queue();
    let (ada, bob) = (world.join(1, "ada", 2), world.join(2, "bob", 9));
    world.append(&["a", "b"]);
    let given = world.deliveries(ada);
    world.ack(ada, &given[0]);
    world.leave(ada);
    assert_eq!(got(&world.deliveries(bob)), [(2, 2)]);
}

#[test]
fn what_fails_too_often_is_parked() {
    let mut world = queue();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b"]);
    for attempt in 1..=3 {
        let given = world.deliveries(ada);
        assert_eq!(given[0].attempt, attempt);
        assert_eq!(given[0].event.place.position, Position(1));
        world.nack(ada, &given[0], NackAction::Retry);
    }
    assert_eq!(world.deliveries(ada).len(), 0);
    let changes = world.engine.take_changes().unwrap();
    let parked = Parked {
        id: 1,
        place: world.place(1),
        attempts: 3,
        error: "no room".to_owned(),
    };
    assert_eq!(changes.parked, [ParkedChange::Parked(parked)]);
    assert_eq!(changes.checkpoint, Position(1));
}

#[test]
fn a_member_may_park_or_skip_at_once() {
    let mut world = queue();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    world.nack(ada, &given[1], NackAction::Skip);
    let changes = world.engine.take_changes().unwrap();
    assert_eq!(changes.checkpoint, Position(2));
    assert_eq!(changes.parked.len(), 1);
}

#[test]
fn a_parked_event_that_is_retried_begins_anew_and_may_be_parked_again() {
    let mut world = queue();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    world.ack(ada, &given[1]);
    world.engine.take_changes().unwrap();
    let place = world.place(1);

    world.engine.retry(1, &place);
    assert_eq!(
        world.engine.checkpoint(),
        Position(2),
        "it does not go back"
    );
    let again = world.deliveries(ada);
    assert_eq!(got(&again), [(1, 1)]);
    world.nack(ada, &again[0], NackAction::Park);
    let changes = world.engine.take_changes().unwrap().parked;
    assert_eq!(changes[0], ParkedChange::Retried(1));
    assert!(matches!(&changes[1], ParkedChange::Parked(parked) if parked.id == 1));

    world.engine.retry(1, &place);
    let again = world.deliveries(ada);
    world.ack(ada, &again[0]);
    let changes = world.engine.take_changes().unwrap().parked;
    assert_eq!(
        changes,
        [ParkedChange::Retried(1), ParkedChange::Settled(1)]
    );
}

#[test]
fn in_flight_is_bounded_and_no_member_can_hold_all_of_it() {
    let rules = Rules {
        max_in_flight: 4,
        ..RULES
    };
    let mut world = queue_with(rules);
    let (ada, bob) = (world.join(1, "ada", 99), world.join(2, "bob", 99));
    world.append(&["a"; 9]);
    let of_ada = world.deliveries(ada);
    assert_eq!(got(&of_ada), [(1, 1), (2, 1)]);
    assert_eq!(got(&world.deliveries(bob)), [(3, 1), (4, 1)]);
    assert_eq!(world.deliveries(ada).len(), 0);
    world.ack(ada, &of_ada[0]);
    assert_eq!(got(&world.deliveries(ada)), [(5, 1)]);
}

#[test]
fn a_restart_remembers_what_was_finished_and_how_often_the_rest_was_sent() {
    let mut world = queue();
    let ada = world.join(1, "ada", 4);
    world.append(&["a", "b", "c", "d", "e", "f"]);
    let given = world.deliveries(ada);
    world.ack(ada, &given[0]);
    world.ack(ada, &given[2]);
    let mut world = restarted(&mut world);
    let bob = world.join(1, "bob", 9);
    assert_eq!(
        got(&world.deliveries(bob)),
        [(2, 2), (4, 2), (5, 1), (6, 1)]
    );
}

#[test]
fn a_restart_remembers_which_parked_events_were_on_their_way() {
    let mut world = queue();
    let ada = world.join(1, "ada", 4);
    world.append(&["a", "b"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    world.ack(ada, &given[1]);
    world.engine.retry(1, &world.place(1));
    let state = Some(world.engine.take_changes().unwrap().state);
    let progress = Progress {
        checkpoint: Position(2),
        state,
        retried: vec![(1, Position(1))],
        last_parked: 1,
    };
    let mut world = world.with(QueueEngine::new(RULES, progress).unwrap());
    let bob = world.join(1, "bob", 9);
    assert_eq!(got(&world.deliveries(bob)), [(1, 1)]);
}

#[test]
fn a_reset_voids_what_was_delivered_and_begins_elsewhere() {
    let mut world = queue();
    let ada = world.join(1, "ada", 9);
    world.append(&["a", "b", "c"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[1], NackAction::Park);
    world.engine.reset(reset_to(1)).unwrap();
    assert_eq!(world.engine.checkpoint(), Position(1));
    let late = world.answer(ada, Answer::Ack(given[0].number));
    assert_eq!(late, Err(AnswerError::NotYours(given[0].number)));
    assert_eq!(got(&world.deliveries(ada)), [(2, 1), (3, 1)]);
    let changes = world.engine.take_changes().unwrap().parked;
    assert_eq!(changes.last(), Some(&ParkedChange::Forgotten(Position(1))));
}

#[test]
fn a_reset_that_is_cancelled_leaves_no_trace() {
    let mut world = queue();
    let ada = world.join(1, "ada", 99);
    world.append(&["a", "b", "c", "d"]);
    let given = world.deliveries(ada);
    world.ack(ada, &given[0]);
    world.nack(ada, &given[1], NackAction::Park);
    world.ack(ada, &given[3]);
    world.engine.reset(reset_to(0)).unwrap();
    let again = world.deliveries(ada);
    assert_eq!(got(&again), [(1, 1), (2, 1), (3, 1), (4, 1)]);
    world.ack(ada, &again[1]);
    world.nack(ada, &again[0], NackAction::Park);
    let kept = world.kept();
    world.engine.restore(kept).unwrap();
    assert_eq!(world.engine.checkpoint(), Position(2));
    // The one that was with the member comes back, the parked one does not, and what comes is given on.
    world.append(&["e"]);
    let back = world.deliveries(ada);
    assert_eq!(got(&back), [(3, 2), (5, 1)]);
    for given in &back {
        world.ack(ada, given);
    }
    assert_eq!(world.engine.checkpoint(), Position(5));
    // No number is given twice.
    world.append(&["f"]);
    let given = world.deliveries(ada);
    world.nack(ada, &given[0], NackAction::Park);
    let changes = world.engine.take_changes().unwrap().parked;
    assert_eq!(changes.first(), Some(&ParkedChange::Restored));
    assert!(matches!(changes.last(), Some(ParkedChange::Parked(parked)) if parked.id == 3));
}

#[test]
fn what_waits_in_memory_is_bounded() {
    let mut world = queue();
    world.append(&["a"; 3 * READY]);
    assert!(world.engine.ready.len() <= READY);
    let looked_to = world.engine.looked_to();
    assert!(looked_to < Position(world.head()), "{looked_to}");
}

mod random;
