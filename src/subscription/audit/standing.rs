//! What the audit stream of one consumer amounts to. Pure.

use std::sync::Arc;

use super::acts::{Act, ParkingAct, ParkingWhat, ResetAct, RestoreAct, Switch, SwitchAct};
use super::underway::Underway;
use crate::contract::{
    Compared, OperationId, OperationKind, OperationState, Paused, Position, RecordedEvent,
};
use crate::schema::{
    AuditEvent, ConsumerEventParked, ConsumerOperationEnded, ConsumerRebuildCompared, GroupDefined,
    ParkedChosen,
};
use crate::subscription::parking::WhichParked;

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

#[cfg(test)]
mod tests;
