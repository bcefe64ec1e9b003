//! What acts amount to.

use super::*;
use crate::contract::{EventId, GroupMode, Metadata, Selection, StreamName, Timestamp, Version};
use crate::schema::{
    ConsumerPaused, ConsumerRebuildStarted, ConsumerReset, ConsumerResumed, encode_audit,
};
use uuid::Uuid;

fn recorded(position: u64, act: &AuditEvent) -> RecordedEvent {
    let (event_type, schema_version, data) = encode_audit(act).expect("an act");
    RecordedEvent {
        id: EventId(Uuid::from_u128(u128::from(position))),
        event_type: event_type.to_owned(),
        schema_version,
        stream: StreamName::of("audit", "orders"),
        version: Version(position),
        position: Position(position),
        recorded_at: Timestamp::from_micros(i64::try_from(position).expect("small")),
        data,
        metadata: Metadata::default(),
    }
}

fn standing(acts: &[AuditEvent]) -> Standing {
    let mut standing = Standing::default();
    for (position, act) in (1..).zip(acts) {
        standing.apply(&recorded(position, act), act.clone());
    }
    standing
}

fn words() -> (String, String, String) {
    ("orders".to_owned(), "Ada".to_owned(), "a reason".to_owned())
}

fn paused() -> AuditEvent {
    let (consumer, by, reason) = words();
    AuditEvent::Paused(ConsumerPaused {
        consumer,
        by,
        reason,
        until: None,
    })
}

fn resumed() -> AuditEvent {
    let (consumer, by, reason) = words();
    AuditEvent::Resumed(ConsumerResumed {
        consumer,
        by,
        reason,
    })
}

fn reset(from: u64, to: u64) -> AuditEvent {
    let (consumer, by, reason) = words();
    AuditEvent::Reset(ConsumerReset {
        consumer,
        by,
        reason,
        from: Position(from),
        to: Position(to),
        events: from.abs_diff(to),
    })
}

fn ended(operation: u128, state: OperationState) -> AuditEvent {
    AuditEvent::OperationEnded(ConsumerOperationEnded {
        consumer: "orders".to_owned(),
        operation: OperationId(Uuid::from_u128(operation)),
        state,
        by: "the server".to_owned(),
        reason: None,
    })
}

fn states(standing: &Standing) -> Vec<OperationState> {
    let state = |operation: &Underway| operation.state;
    standing.operations.iter().map(state).collect()
}

#[test]
fn the_last_of_pause_and_resume_holds() {
    assert_eq!(standing(&[paused(), resumed()]).paused, None);
    let by = standing(&[resumed(), paused()]).paused.map(|by| by.by);
    assert_eq!(by.as_deref(), Some("Ada"));
    // A reset does not start a consumer that somebody stopped.
    assert!(standing(&[paused(), reset(9, 0)]).paused.is_some());
}

#[test]
fn a_reset_is_an_operation_until_it_is_said_to_have_ended() {
    use OperationState::{Cancelled, Done, Running};
    let back = standing(&[reset(9, 3)]);
    let running = back.running().expect("one");
    assert_eq!((running.until(), running.events), (Position(9), 6));
    assert_eq!(
        back.reset,
        Some(ResetAct {
            at: Position(1),
            to: Position(3)
        })
    );
    assert_eq!(states(&back), [Running]);
    let done = standing(&[reset(9, 3), ended(1, Done), ended(1, Cancelled)]);
    assert_eq!(states(&done), [Done]);
    assert!(done.running().is_none());
    // It was carried out all the same: a consumer that comes back from before it must do it.
    assert!(done.reset.is_some());
}

#[test]
fn a_cancelled_reset_of_a_group_is_taken_back_once() {
    use OperationState::{Cancelled, Done};
    let group = defined(GroupMode::Queue, None);
    let acts = [group.clone(), reset(9, 3), ended(2, Cancelled)];
    let cancelled = standing(&[&acts[..], &[ended(2, Cancelled)]].concat());
    let act = RestoreAct {
        at: Position(3),
        reset: Position(2),
    };
    assert_eq!(cancelled.restores, [act]);
    // Cancelled before it was carried out, it is first carried out; one after it waits for both.
    let twice = standing(&[&acts[..], &[reset(9, 5)]].concat());
    assert_eq!(twice.next_after(Position(2)), Some(Act::Restore(act)));
    assert_eq!(
        twice.next_after(Position(3)).map(|act| act.at()),
        Some(Position(4))
    );
    let done = standing(&[group, reset(9, 3), ended(2, Done), ended(2, Cancelled)]);
    assert_eq!(done.restores, []);
    let no_group = standing(&[reset(9, 3), ended(1, Cancelled)]);
    assert_eq!(no_group.restores, []);
}

fn rebuild() -> AuditEvent {
    let (consumer, by, reason) = words();
    AuditEvent::RebuildStarted(ConsumerRebuildStarted {
        consumer,
        by,
        reason,
        from: Position(9),
        events: 7,
        copy: None,
    })
}

#[test]
fn what_a_rebuild_found_stays_with_it() {
    let compared = AuditEvent::RebuildCompared(ConsumerRebuildCompared {
        consumer: "orders".to_owned(),
        operation: OperationId(Uuid::from_u128(1)),
        as_of: Position(9),
        rows: 4,
        differences: vec!["orders 17 differs in status".to_owned()],
    });
    let done = standing(&[rebuild(), compared, ended(1, OperationState::Done)]);
    let found = done.operations[0].compared.as_ref().expect("found");
    assert_eq!((found.as_of, found.differences.len()), (Position(9), 1));
    // It sets no consumer anywhere.
    assert_eq!(done.reset, None);
}

fn defined(mode: GroupMode, from: Option<u64>) -> AuditEvent {
    let (consumer, by, reason) = words();
    AuditEvent::GroupDefined(GroupDefined {
        consumer,
        by,
        reason: Some(reason),
        mode,
        from: from.map(Position),
        filter: Selection::default(),
        ack_timeout_ms: 1_000,
        max_in_flight: 10,
        max_attempts: 5,
    })
}

fn event_parked(position: u64) -> AuditEvent {
    let (consumer, by, reason) = words();
    AuditEvent::EventParked(ConsumerEventParked {
        consumer,
        by,
        reason,
        position: Position(position),
        event_id: EventId(Uuid::from_u128(7)),
        event_type: "OrderPaid".to_owned(),
        key: "order-7".to_owned(),
        attempts: 8,
        error: "no".to_owned(),
    })
}

fn retried(last_id: u64) -> AuditEvent {
    let (consumer, by, reason) = words();
    AuditEvent::ParkedRetried(ParkedChosen {
        consumer,
        by,
        reason,
        ids: None,
        up_to: None,
        last_id,
    })
}

#[test]
fn what_a_group_is_made_of_is_for_ever() {
    let acts = [
        paused(),
        defined(GroupMode::Queue, None),
        defined(GroupMode::Log, Some(0)),
        defined(GroupMode::Queue, Some(1)),
    ];
    let standing = standing(&acts);
    let group = standing.group.expect("a group");
    assert_eq!(
        (group.mode, group.from),
        (GroupMode::Queue, Some(Position(2)))
    );
    assert_eq!(standing.made, Position(2));
}

#[test]
fn acts_are_carried_out_each_once_in_their_order() {
    let standing = standing(&[event_parked(5), retried(1), reset(9, 0), event_parked(6)]);
    assert_eq!(standing.tried_again, Position(4));
    let mut done = Position::START;
    let mut order = Vec::new();
    while let Some(act) = standing.next_after(done) {
        done = act.at();
        order.push((done.0, matches!(act, Act::Reset(_))));
    }
    assert_eq!(order, [(1, false), (2, false), (3, true), (4, false)]);
}

#[test]
fn a_reset_takes_the_place_of_one_that_runs() {
    use OperationState::{Done, Running, Superseded};
    let twice = standing(&[reset(9, 3), reset(5, 0)]);
    assert_eq!(states(&twice), [Superseded, Running]);
    assert_eq!(twice.reset.map(|reset| reset.at), Some(Position(2)));
    let late = standing(&[reset(9, 3), reset(5, 0), ended(1, Done)]);
    assert_eq!(states(&late), [Superseded, Running]);
}
