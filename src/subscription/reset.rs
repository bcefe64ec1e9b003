//! Setting a consumer to another place in the log: the plan, the act, and how far it has come.

use super::audit::Underway;
use super::control::checked;
use super::{Control, ControlError, Slot};
use crate::contract::{
    ConsumerKind, EventFilter, Operation, OperationId, OperationState, Position, Principal,
    ResetPlan, ResetTo, Timestamp,
};
use crate::event_log::{LogError, LogQuery, SharedLog};
use crate::schema::{AuditEvent, ConsumerOperationEnded, ConsumerReset};

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
        let written = self.act(&slot, &act).await?;
        self.operation(OperationId(written.id.0)).await
    }

    /// One operation, as far as it has come.
    ///
    /// # Errors
    /// When there is none of that id, or the log cannot be read.
    pub async fn operation(&self, id: OperationId) -> Result<Operation, ControlError> {
        let (slot, underway) = self.underway(id).await?;
        Ok(progress(&self.log, slot.as_deref(), &underway).await?)
    }

    /// Breaks an operation off.
    ///
    /// # Errors
    /// When there is none of that id, it has ended, or half of it would be worse than all of it; when the reason is wrong or
    /// the act cannot be written down.
    pub async fn cancel(
        &self,
        principal: &Principal,
        id: OperationId,
        reason: &str,
    ) -> Result<Operation, ControlError> {
        let reason = checked(reason)?;
        let (slot, underway) = self.underway(id).await?;
        let slot = slot.ok_or(ControlError::Ended(id))?;
        if underway.state != OperationState::Running {
            return Err(ControlError::Ended(id));
        }
        if slot.kind.refolds() {
            return Err(ControlError::NotCancellable(slot.name.to_string()));
        }
        let act = AuditEvent::OperationEnded(ConsumerOperationEnded {
            consumer: slot.name.to_string(),
            operation: id,
            state: OperationState::Cancelled,
            by: principal.name.clone(),
            reason: Some(reason),
        });
        self.act(&slot, &act).await?;
        self.operation(id).await
    }

    async fn underway(
        &self,
        id: OperationId,
    ) -> Result<(Option<std::sync::Arc<Slot>>, Underway), ControlError> {
        let unknown = || ControlError::UnknownOperation(id);
        let (consumer, standing) = self.audit.of_operation(id).await.ok_or_else(unknown)?;
        let found = standing.operations.iter().find(|one| one.id == id);
        let underway = found.cloned().ok_or_else(unknown)?;
        Ok((self.slot(&consumer).ok(), underway))
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

fn estimate_ms(slot: &Slot, events: u64) -> Option<u64> {
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
        _ => notes.push("Its members get the events again.".to_owned()),
    }
    if slot.paused().is_some() {
        notes.push("It is paused, and stays so.".to_owned());
    }
    notes
}

/// An operation as far as it has come. Without the consumer nobody knows how far that is.
pub(super) async fn progress(
    log: &SharedLog,
    slot: Option<&Slot>,
    underway: &Underway,
) -> Result<Operation, LogError> {
    let done = match (underway.state, slot) {
        (OperationState::Done, _) => underway.events,
        (OperationState::Running, Some(slot)) => underway
            .events
            .saturating_sub(left(log, slot, underway).await?),
        _ => 0,
    };
    let running = underway.state == OperationState::Running;
    let left = underway.events - done;
    Ok(Operation {
        id: underway.id,
        kind: underway.kind,
        consumer: slot.map_or_else(String::new, |slot| slot.name.to_string()),
        state: underway.state,
        done,
        total: underway.events,
        eta_ms: slot
            .filter(|_| running)
            .and_then(|slot| estimate_ms(slot, left)),
        started_at: underway.started_at,
        ended_at: underway.ended_at,
        by: underway.by.clone(),
        reason: underway.reason.clone(),
        from: underway.from,
        to: underway.to,
    })
}

async fn left(log: &SharedLog, slot: &Slot, underway: &Underway) -> Result<u64, LogError> {
    if slot.health().carried_out < underway.at {
        return Ok(underway.events);
    }
    log.count(&slot.wanted, slot.position(), underway.until())
        .await
}
