//! Operations: how far they have come, and breaking them off.

use std::sync::Arc;

use super::audit::{Ending, Underway};
use super::control::checked;
use super::reset::estimate_ms;
use super::{Control, ControlError, Slot};
use crate::contract::{Operation, OperationId, OperationKind, OperationState, Position, Principal};
use crate::event_log::{LogError, SharedLog};

impl Control {
    /// One operation, as far as it has come.
    ///
    /// # Errors
    /// When there is none of that id, or the log cannot be read.
    pub async fn operation(&self, id: OperationId) -> Result<Operation, ControlError> {
        let (consumer, underway) = self.underway(id).await?;
        let slot = self.slot(&consumer).ok();
        Ok(progress(&self.log, &consumer, slot.as_deref(), &underway).await?)
    }

    /// Every operation on a consumer, the latest first.
    ///
    /// # Errors
    /// When there is no such consumer, or the log cannot be read.
    pub async fn operations(&self, consumer: &str) -> Result<Vec<Operation>, ControlError> {
        let slot = self.slot(consumer)?;
        let mut operations = Vec::new();
        for underway in slot.standing().operations.iter().rev() {
            operations.push(progress(&self.log, consumer, Some(&slot), underway).await?);
        }
        Ok(operations)
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
        let (consumer, underway) = self.underway(id).await?;
        if underway.state != OperationState::Running {
            return Err(ControlError::Ended(id));
        }
        let slot: Arc<Slot> = self.slot(&consumer)?;
        if underway.kind == OperationKind::Reset && slot.kind.refolds() {
            return Err(ControlError::NotCancellable(consumer));
        }
        let ending = Ending {
            operation: id,
            state: OperationState::Cancelled,
            by: principal.name.clone(),
            reason: Some(reason),
        };
        self.audit.end(&consumer, ending).await?;
        self.operation(id).await
    }

    async fn underway(&self, id: OperationId) -> Result<(String, Underway), ControlError> {
        let unknown = || ControlError::UnknownOperation(id);
        let (consumer, standing) = self.audit.of_operation(id).await.ok_or_else(unknown)?;
        let found = standing.operations.iter().find(|one| one.id == id);
        Ok((consumer, found.cloned().ok_or_else(unknown)?))
    }
}

/// An operation as far as it has come. Without the consumer nobody knows how far that is.
pub(super) async fn progress(
    log: &SharedLog,
    consumer: &str,
    slot: Option<&Slot>,
    underway: &Underway,
) -> Result<Operation, LogError> {
    let running = underway.state == OperationState::Running;
    let left = match (underway.state, slot) {
        (OperationState::Done, _) => 0,
        (OperationState::Running, Some(slot)) => left(log, slot, underway).await?,
        _ => underway.events,
    };
    Ok(Operation {
        id: underway.id,
        kind: underway.kind,
        consumer: consumer.to_owned(),
        state: underway.state,
        done: underway.events.saturating_sub(left),
        total: underway.events,
        eta_ms: slot
            .filter(|_| running)
            .and_then(|slot| eta_ms(slot, underway, left)),
        started_at: underway.started_at,
        ended_at: underway.ended_at,
        by: underway.by.clone(),
        reason: underway.reason.clone(),
        from: underway.from,
        to: underway.to,
        copy: underway.copy,
        compared: underway.compared.clone(),
        end_reason: underway.end_reason.clone(),
    })
}

async fn left(log: &SharedLog, slot: &Slot, underway: &Underway) -> Result<u64, LogError> {
    match underway.kind {
        OperationKind::Reset if slot.health().carried_out < underway.at => Ok(underway.events),
        OperationKind::Reset => count(log, slot, slot.position(), underway.until()).await,
        OperationKind::Rebuild => {
            let building = slot.health().building;
            let building = building.filter(|building| building.act == underway.at);
            let begins = underway.copy.unwrap_or(Position::START);
            let here = building.map_or(begins, |building| building.position);
            count(log, slot, here, underway.from).await
        }
    }
}

/// Wanted events in a stretch. Pages look again and again, so that only what was done since the last look is counted.
async fn count(
    log: &SharedLog,
    slot: &Slot,
    after: Position,
    upto: Position,
) -> Result<u64, LogError> {
    let counted = slot.counted();
    let counted = counted.between(&**log, &slot.wanted, after, upto).await?;
    slot.keep_counted(counted);
    Ok(counted.events)
}

fn eta_ms(slot: &Slot, underway: &Underway, left: u64) -> Option<u64> {
    match underway.kind {
        OperationKind::Reset => estimate_ms(slot, left),
        OperationKind::Rebuild => {
            let building = slot.health().building?;
            let far = underway.from.events_after(building.position) as f64;
            (building.speed > 0.0).then(|| (far / building.speed * 1_000.0) as u64)
        }
    }
}
