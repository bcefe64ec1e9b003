//! Building a read model anew beside the one that answers, and going back to the one before: the plan, and the acts.

use super::control::checked;
use super::reset::estimate_ms;
use super::{Control, ControlError, Slot};
use crate::contract::{
    ConsumerKind, ConsumerRow, Operation, OperationId, Position, Principal, RebuildPlan,
};
use crate::schema::{
    AuditEvent, ConsumerPreviousForgotten, ConsumerRebuildStarted, ConsumerSwitchedBack,
};

impl Control {
    /// What a rebuild would do.
    ///
    /// # Errors
    /// When there is no such consumer, it is no read model, or the log cannot be read.
    pub async fn plan_rebuild(&self, name: &str) -> Result<RebuildPlan, ControlError> {
        let slot = self.slot(name)?;
        read_model(&slot)?;
        let events = self.events_upto(&slot, slot.position()).await?;
        let mut notes = vec![
            "The read model answers on while it is built anew beside itself. When the new build has caught up, both are \
             compared, and the new one answers."
                .to_owned(),
        ];
        if slot.health().previous {
            notes.push(
                "A build that answered before is still kept. It is thrown away when the new one answers."
                    .to_owned(),
            );
        }
        Ok(RebuildPlan {
            consumer: name.to_owned(),
            events,
            estimate_ms: estimate_ms(&slot, events),
            notes,
        })
    }

    /// Builds a read model anew beside the one that answers, and lets it answer.
    ///
    /// # Errors
    /// As [`plan_rebuild`](Control::plan_rebuild), and when the reason is wrong or the act cannot be written down.
    pub async fn rebuild(
        &self,
        principal: &Principal,
        name: &str,
        reason: &str,
    ) -> Result<Operation, ControlError> {
        let slot = self.slot(name)?;
        read_model(&slot)?;
        let from = slot.position();
        let act = AuditEvent::RebuildStarted(ConsumerRebuildStarted {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason: checked(reason)?,
            from,
            events: self.events_upto(&slot, from).await?,
        });
        let written = self.audit.write(name, &act).await?;
        self.operation(OperationId(written.id.0)).await
    }

    /// Lets the build answer again that did before the last switch.
    ///
    /// # Errors
    /// When there is no such consumer or no such build, the reason is wrong, or the act cannot be written down.
    pub async fn switch_back(
        &self,
        principal: &Principal,
        name: &str,
        reason: &str,
    ) -> Result<ConsumerRow, ControlError> {
        let slot = self.with_previous(name)?;
        let act = AuditEvent::SwitchedBack(ConsumerSwitchedBack {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason: checked(reason)?,
        });
        self.audit.write(name, &act).await?;
        self.row(&slot).await
    }

    /// Throws the build away that answered before the last switch.
    ///
    /// # Errors
    /// When there is no such consumer or no such build, the reason is wrong, or the act cannot be written down.
    pub async fn forget_previous(
        &self,
        principal: &Principal,
        name: &str,
        reason: &str,
    ) -> Result<ConsumerRow, ControlError> {
        let slot = self.with_previous(name)?;
        let act = AuditEvent::PreviousForgotten(ConsumerPreviousForgotten {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason: checked(reason)?,
        });
        self.audit.write(name, &act).await?;
        self.row(&slot).await
    }

    fn with_previous(&self, name: &str) -> Result<std::sync::Arc<Slot>, ControlError> {
        let slot = self.slot(name)?;
        match slot.health().previous {
            true => Ok(slot),
            false => Err(ControlError::NoPrevious(name.to_owned())),
        }
    }

    async fn events_upto(&self, slot: &Slot, upto: Position) -> Result<u64, ControlError> {
        let events = self.log.count(&slot.wanted, Position::START, upto);
        Ok(events.await?)
    }
}

fn read_model(slot: &Slot) -> Result<(), ControlError> {
    match slot.kind {
        ConsumerKind::Projection => Ok(()),
        _ => Err(ControlError::NoReadModel(slot.name.to_string())),
    }
}
