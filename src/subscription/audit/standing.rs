//! What the audit stream of one consumer amounts to. Pure.

use crate::contract::{
    Compared, EventId, OperationId, OperationKind, OperationState, Paused, Position, RecordedEvent,
    Timestamp,
};
use crate::schema::{
    AuditEvent, ConsumerEventParked, ConsumerOperationEnded, ConsumerRebuildCompared, GroupDefined,
    ParkedChosen,
};
use crate::subscription::parking::WhichParked;
use std::sync::Arc;

/// What operators want of a consumer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// The place in the log of the last act that is also the order to try again what had failed.
    pub tried_again: Position,
    /// Who paused it, and until when.
    pub paused: Option<Paused>,
    /// The last reset: whoever runs the consumer carries it out, once.
    pub reset: Option<ResetAct>,
    /// Every reset of a group that was cancelled: each carried out in the same way.
    pub restores: Vec<RestoreAct>,
    /// The last change between the builds of a read model: carried out in the same way.
    pub switch: Option<SwitchAct>,
    /// Everything that is to be done with single events: each carried out in the same way, in this order.
    pub parking: Vec<ParkingAct>,
    /// The definition of it, where it is a group.
    pub group: Option<Arc<GroupDefined>>,
    /// The place in the log of the act that made the group.
    pub made: Position,
    /// Every operation on it, oldest first. At most the last one is running.
    pub operations: Vec<Underway>,
}

/// A reset that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetAct {
    /// Its place in the log: a consumer that has carried it out has noted this.
    pub at: Position,
    /// Where the consumer goes on: after this position.
    pub to: Position,
}

/// A reset of a group that was cancelled while it was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreAct {
    /// Its place in the log.
    pub at: Position,
    /// The place in the log of the reset.
    pub reset: Position,
}

/// Something that is to be done with single events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkingAct {
    /// Its place in the log.
    pub at: Position,
    /// What it is.
    pub what: ParkingWhat,
}

/// What is to be done with single events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParkingWhat {
    /// The event at which the consumer stopped is set aside.
    Park {
        /// The event.
        position: Position,
        /// How often it was tried.
        attempts: u32,
        /// What went wrong the last time.
        error: String,
    },
    /// Parked events are tried again.
    Retry(WhichParked),
    /// Parked events are given up.
    Discard(WhichParked),
}

/// What whoever runs a consumer has to carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It goes to another place.
    Reset(ResetAct),
    /// It stands again as a reset found it.
    Restore(RestoreAct),
    /// It goes over to another build.
    Switch(SwitchAct),
    /// It does something with single events.
    Parking(ParkingAct),
}

impl Act {
    /// Its place in the log.
    #[must_use]
    pub fn at(&self) -> Position {
        match self {
            Act::Reset(act) => act.at,
            Act::Restore(act) => act.at,
            Act::Switch(act) => act.at,
            Act::Parking(act) => act.at,
        }
    }
}

/// A change between the builds of a read model that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchAct {
    /// Its place in the log.
    pub at: Position,
    /// What it is.
    pub what: Switch,
}

/// A change between the build that answers and the one that did before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The one that did before answers again.
    Back,
    /// The one that did before is thrown away.
    Forget,
}

/// An operation as the audit stream tells it; how far it has come is for whoever runs the consumer to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Underway {
    /// Its id.
    pub id: OperationId,
    /// What it does.
    pub kind: OperationKind,
    /// How far it has come.
    pub state: OperationState,
    /// The place in the log of the act that started it.
    pub at: Position,
    /// The consumer's checkpoint when it was planned.
    pub from: Position,
    /// Where it sets the consumer.
    pub to: Position,
    /// Of a rebuild: the position of the stored copy that it begins at; without it, it begins at the log's start.
    pub copy: Option<Position>,
    /// Events that it takes.
    pub events: u64,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who started it.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// What the comparison of a rebuild found.
    pub compared: Option<Compared>,
    /// Why it ended, where it was broken off or could not be done.
    pub end_reason: Option<String>,
}

impl Underway {
    /// Where the consumer is when the operation is done: back where it was, or at the place it was sent on to.
    #[must_use]
    pub fn until(&self) -> Position {
        self.from.max(self.to)
    }
}

impl Standing {
    /// The operation that is running.
    #[must_use]
    pub fn running(&self) -> Option<&Underway> {
        self.operations
            .last()
            .filter(|operation| operation.state == OperationState::Running)
    }

    /// What is to be carried out next, by one who has carried out all acts up to a place in the log.
    #[must_use]
    pub fn next_after(&self, carried_out: Position) -> Option<Act> {
        let reset = self.reset.map(Act::Reset);
        let restore = self.restores.iter().find(|act| act.at > carried_out);
        let restore = restore.copied().map(Act::Restore);
        let switch = self.switch.map(Act::Switch);
        let parking = self.parking.iter().find(|act| act.at > carried_out);
        let parking = parking.cloned().map(Act::Parking);
        [reset, restore, switch, parking]
            .into_iter()
            .flatten()
            .filter(|act| act.at() > carried_out)
            .min_by_key(Act::at)
    }

    /// Takes in an act.
    pub(in crate::subscription) fn apply(&mut self, recorded: &RecordedEvent, act: AuditEvent) {
        match act {
            AuditEvent::Paused(act) => {
                self.paused = Some(Paused {
                    by: act.by,
                    reason: act.reason,
                    at: recorded.recorded_at,
                    until: act.until,
                });
            }
            AuditEvent::Resumed(_) => {
                self.paused = None;
                self.tried_again = recorded.position;
            }
            AuditEvent::Reset(act) => {
                self.tried_again = recorded.position;
                self.reset = Some(ResetAct {
                    at: recorded.position,
                    to: act.to,
                });
                self.start(Underway {
                    from: act.from,
                    to: act.to,
                    events: act.events,
                    ..Underway::begun(OperationKind::Reset, recorded, act.by, act.reason)
                });
            }
            AuditEvent::RebuildStarted(act) => {
                self.start(Underway {
                    from: act.from,
                    to: act.from,
                    copy: act.copy,
                    events: act.events,
                    ..Underway::begun(OperationKind::Rebuild, recorded, act.by, act.reason)
                });
            }
            AuditEvent::RebuildCompared(act) => self.compare(act),
            AuditEvent::SwitchedBack(_) => self.switch(recorded, Switch::Back),
            AuditEvent::PreviousForgotten(_) => self.switch(recorded, Switch::Forget),
            AuditEvent::OperationEnded(act) => self.end(recorded, act),
            AuditEvent::GroupDefined(act) => self.define(recorded.position, act),
            // Another one of that name does not stand under what was wanted of this one.
            AuditEvent::GroupRemoved(_) => *self = Standing::default(),
            AuditEvent::EventParked(act) => {
                self.tried_again = recorded.position;
                self.parking.push(parked(recorded.position, act));
            }
            AuditEvent::ParkedRetried(act) => {
                self.choose(recorded.position, act, ParkingWhat::Retry);
            }
            AuditEvent::ParkedDiscarded(act) => {
                self.choose(recorded.position, act, ParkingWhat::Discard);
            }
        }
    }

    fn define(&mut self, at: Position, mut act: GroupDefined) {
        match &self.group {
            // Made on two servers at once: the first has made it, and what it is made of is for ever.
            Some(before) if before.mode != act.mode => return,
            Some(before) => act.from = before.from,
            None => {
                act.from.get_or_insert(at);
                self.made = at;
            }
        }
        self.group = Some(Arc::new(act));
    }

    /// Begins an operation; one that was running is overtaken.
    fn start(&mut self, begun: Underway) {
        if let Some(running) = self.operations.last_mut() {
            running.end(OperationState::Superseded, begun.started_at, None);
        }
        self.operations.push(begun);
    }

    fn choose(
        &mut self,
        at: Position,
        act: ParkedChosen,
        what: impl Fn(WhichParked) -> ParkingWhat,
    ) {
        let what = what(WhichParked::of(act));
        self.parking.push(ParkingAct { at, what });
    }

    fn switch(&mut self, recorded: &RecordedEvent, what: Switch) {
        self.tried_again = recorded.position;
        self.switch = Some(SwitchAct {
            at: recorded.position,
            what,
        });
    }

    fn compare(&mut self, act: ConsumerRebuildCompared) {
        if let Some(operation) = self.find(act.operation) {
            operation.compared = Some(Compared {
                as_of: act.as_of,
                rows: act.rows,
                differences: act.differences,
            });
        }
    }

    fn end(&mut self, recorded: &RecordedEvent, act: ConsumerOperationEnded) {
        let Some(operation) = self.find(act.operation) else {
            return;
        };
        let cancelled = operation.is_running_reset() && act.state == OperationState::Cancelled;
        let reset = operation.at;
        operation.end(act.state, recorded.recorded_at, act.reason);
        // Other consumers cannot be set back: what they keep is made of the events.
        if cancelled && self.group.is_some() {
            let at = recorded.position;
            self.restores.push(RestoreAct { at, reset });
        }
    }

    fn find(&mut self, id: OperationId) -> Option<&mut Underway> {
        self.operations
            .iter_mut()
            .find(|operation| operation.id == id)
    }
}

fn parked(at: Position, act: ConsumerEventParked) -> ParkingAct {
    let what = ParkingWhat::Park {
        position: act.position,
        attempts: act.attempts,
        error: act.error,
    };
    ParkingAct { at, what }
}

impl Underway {
    /// What an act has begun, from where and to where left out.
    fn begun(kind: OperationKind, act: &RecordedEvent, by: String, reason: String) -> Underway {
        let EventId(id) = act.id;
        Underway {
            id: OperationId(id),
            kind,
            state: OperationState::Running,
            at: act.position,
            from: Position::START,
            to: Position::START,
            copy: None,
            events: 0,
            started_at: act.recorded_at,
            ended_at: None,
            by,
            reason,
            compared: None,
            end_reason: None,
        }
    }

    fn is_running_reset(&self) -> bool {
        self.kind == OperationKind::Reset && self.state == OperationState::Running
    }

    /// The first end counts: several servers may find the same operation done.
    fn end(&mut self, state: OperationState, at: Timestamp, reason: Option<String>) {
        if self.state == OperationState::Running {
            self.state = state;
            self.ended_at = Some(at);
            self.end_reason = reason;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{GroupMode, Metadata, Selection, StreamName, Version};
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
}
