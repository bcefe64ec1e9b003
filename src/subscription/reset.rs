//! Setting a consumer to another place in the log: the plan, and the act.

use super::control::checked;
use super::{Control, ControlError, Slot};
use crate::contract::{
    ConsumerKind, EventFilter, Operation, OperationId, Position, Principal, ResetPlan, ResetTo,
    Timestamp,
};
use crate::event_log::{LogError, LogQuery, SharedLog};
use crate::schema::{AuditEvent, ConsumerReset};

impl Control {
    /// What a reset would do.
    ///
    /// # Errors
    /// When there is no such consumer, it cannot go there, or the log cannot be read.
    pub async fn plan_reset(&self, name: &str, to: ResetTo) -> Result<ResetPlan, ControlError> {
        let slot = self.slot(name)?;
        let target = self.target(to).await?;
        let from = slot.position();
        if target > from && slot.kind == ConsumerKind::Projection {
            return Err(ControlError::CannotPassOver {
                consumer: name.to_owned(),
                from,
                to: target,
            });
        }
        let (first, last) = (from.min(target), from.max(target));
        let events = self.log.count(&slot.wanted, first, last).await?;
        // What is folded again on the way to the place, or passed over.
        let before = match slot.kind.refolds() && target < from {
            true => {
                self.log
                    .count(&slot.wanted, Position::START, target)
                    .await?
            }
            false => 0,
        };
        let held_back = match slot.kind {
            ConsumerKind::Process if target > from => events,
            ConsumerKind::Process => before,
            _ => 0,
        };
        Ok(ResetPlan {
            consumer: name.to_owned(),
            from,
            to: target,
            events,
            estimate_ms: estimate_ms(&slot, events + before),
            side_effects_held_back: held_back,
            notes: notes(&slot, from, target, before),
        })
    }

    /// Sets a consumer to another place. It goes there at its next step, wherever it runs.
    ///
    /// # Errors
    /// As [`plan_reset`](Control::plan_reset), and when the reason is wrong or the act cannot be written down.
    pub async fn reset(
        &self,
        principal: &Principal,
        name: &str,
        to: ResetTo,
        reason: &str,
    ) -> Result<Operation, ControlError> {
        let reason = checked(reason)?;
        let plan = self.plan_reset(name, to).await?;
        let slot = self.slot(name)?;
        let first = match slot.kind.refolds() && plan.to < plan.from {
            true => Position::START,
            false => plan.from.min(plan.to),
        };
        let last = plan.from.max(plan.to);
        let act = AuditEvent::Reset(ConsumerReset {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason,
            from: plan.from,
            to: plan.to,
            events: self.log.count(&slot.wanted, first, last).await?,
        });
        let written = self.audit.write(&slot.name, &act).await?;
        self.operation(OperationId(written.id.0)).await
    }

    async fn target(&self, to: ResetTo) -> Result<Position, ControlError> {
        let head = self.log.head().position;
        match to {
            ResetTo::Start => Ok(Position::START),
            ResetTo::End => Ok(head),
            ResetTo::Position(to) if to > head => Err(ControlError::BeyondHead { to, head }),
            ResetTo::Position(to) => Ok(to),
            ResetTo::Time(time) => Ok(before(&self.log, time).await?.unwrap_or(head)),
        }
    }
}

/// The last position before what was recorded at a time or later; `None` when nothing was.
async fn before(log: &SharedLog, time: Timestamp) -> Result<Option<Position>, LogError> {
    let filter = EventFilter {
        from_time: Some(time),
        ..EventFilter::default()
    };
    let query = LogQuery {
        filter,
        ..LogQuery::after(Position::START, 1)
    };
    let first = log.read(query).await?.pop();
    Ok(first.map(|event| Position(event.position.0.saturating_sub(1))))
}

pub(super) fn estimate_ms(slot: &Slot, events: u64) -> Option<u64> {
    let speed = slot.health().speed;
    (speed > 0.0).then(|| (events as f64 / speed * 1_000.0) as u64)
}

fn notes(slot: &Slot, from: Position, to: Position, before: u64) -> Vec<String> {
    let mut notes = Vec::new();
    match slot.kind {
        ConsumerKind::Projection => {
            notes.push(
                "It is emptied and folded again from the first event; until it is back it shows less than there is. \
                 A rebuild beside it would not."
                    .to_owned(),
            );
        }
        ConsumerKind::Process if to > from => notes.push(format!(
            "Commands that the events up to #{to} would cause are never sent."
        )),
        ConsumerKind::Process => {
            notes.push(
                "Its state is folded again from the first event. Commands keep their ids, so that those sent before are \
                 answered as the first time and nothing is done twice."
                    .to_owned(),
            );
            if before > 0 {
                notes.push(format!(
                    "No command is sent for the {before} events up to #{to}."
                ));
            }
        }
        _ if to > from => notes.push("The events between are never delivered.".to_owned()),
        _ => {
            notes.push("Its members get the events again.".to_owned());
            notes.push(format!(
                "Until it is back at #{from} this can be cancelled: then it stands again as it does now."
            ));
        }
    }
    if slot.paused().is_some() {
        notes.push("It is paused, and stays so.".to_owned());
    }
    notes
}
