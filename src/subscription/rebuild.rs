//! Building a read model anew beside the one that answers, and going back to the one before: the plan, and the acts.

use super::audit::Switch;
use super::control::checked;
use super::reset::estimate_ms;
use super::{Control, ControlError, Slot};
use crate::contract::{
    ConsumerKind, ConsumerRow, Operation, OperationId, Position, Principal, Proof, RebuildFrom,
    RebuildPlan, StoredCopy,
};
use crate::schema::{
    AuditEvent, ConsumerPreviousForgotten, ConsumerRebuildStarted, ConsumerSwitchedBack,
};

impl Control {
    /// What a rebuild would do. Where it is not said where it is to begin, that is at the stored copy where one fits.
    ///
    /// # Errors
    /// When there is no such consumer, it is no read model, no copy fits that is asked for, or the log cannot be read.
    pub async fn plan_rebuild(
        &self,
        name: &str,
        from: Option<RebuildFrom>,
    ) -> Result<RebuildPlan, ControlError> {
        let slot = self.slot(name)?;
        read_model(&slot)?;
        let fitting = fitting_copy(&slot);
        let begins = beginning(&slot, from, fitting)?;
        let events = self.events_upto(&slot, begins, slot.position()).await?;
        Ok(RebuildPlan {
            consumer: name.to_owned(),
            from: match begins {
                Some(_) => RebuildFrom::Copy,
                None => RebuildFrom::Start,
            },
            copy: fitting.ok(),
            events,
            estimate_ms: estimate_ms(&slot, events),
            notes: notes(&slot, begins),
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
        from: Option<RebuildFrom>,
        reason: &str,
    ) -> Result<Operation, ControlError> {
        let slot = self.slot(name)?;
        read_model(&slot)?;
        let begins = beginning(&slot, from, fitting_copy(&slot))?;
        let here = slot.position();
        let act = AuditEvent::RebuildStarted(ConsumerRebuildStarted {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason: checked(reason)?,
            from: here,
            events: self.events_upto(&slot, begins, here).await?,
            copy: begins.map(|copy| copy.as_of),
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
        let health = slot.health();
        // One that is to be forgotten is gone, also where that has not been carried out yet.
        let is_forgotten = slot
            .standing()
            .switch
            .is_some_and(|act| act.what == Switch::Forget && act.at > health.carried_out);
        match health.previous && !is_forgotten {
            true => Ok(slot),
            false => Err(ControlError::NoPrevious(name.to_owned())),
        }
    }

    /// Events that are folded up to a position by one who begins at a copy, or at the log's start.
    async fn events_upto(
        &self,
        slot: &Slot,
        copy: Option<StoredCopy>,
        upto: Position,
    ) -> Result<u64, ControlError> {
        let after = copy.map_or(Position::START, |copy| copy.as_of);
        Ok(self.log.count(&slot.wanted, after, upto).await?)
    }
}

fn read_model(slot: &Slot) -> Result<(), ControlError> {
    match slot.kind {
        ConsumerKind::Projection => Ok(()),
        _ => Err(ControlError::NoReadModel(slot.name.to_string())),
    }
}

/// Why a rebuild cannot begin at a stored copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCopy {
    /// There is none.
    #[error("none was taken yet")]
    Missing,
    /// The read model was set back since.
    #[error("it is as of #{copy}, and the read model stands at #{here}")]
    Ahead {
        /// What it is as of.
        copy: Position,
        /// Where the read model is.
        here: Position,
    },
    /// What it was copied from is wrong.
    #[error("the read model differs from the log, and so may its copy")]
    Wrong,
}

/// The stored copy that a rebuild could begin at.
fn fitting_copy(slot: &Slot) -> Result<StoredCopy, NoCopy> {
    let (health, here) = (slot.health(), slot.position());
    let is_wrong = |proof: &Proof| !proof.differences.is_empty();
    match health.copy {
        _ if health.proof.as_ref().is_some_and(is_wrong) => Err(NoCopy::Wrong),
        None => Err(NoCopy::Missing),
        Some(copy) if copy.as_of > here => Err(NoCopy::Ahead {
            copy: copy.as_of,
            here,
        }),
        Some(copy) => Ok(copy),
    }
}

/// Where a rebuild begins: at a copy, or, without one, at the log's start.
fn beginning(
    slot: &Slot,
    from: Option<RebuildFrom>,
    fitting: Result<StoredCopy, NoCopy>,
) -> Result<Option<StoredCopy>, ControlError> {
    match (from, fitting) {
        (Some(RebuildFrom::Start), _) => Ok(None),
        (None, fitting) => Ok(fitting.ok()),
        (Some(RebuildFrom::Copy), Ok(copy)) => Ok(Some(copy)),
        (Some(RebuildFrom::Copy), Err(why)) => Err(ControlError::NoCopy {
            consumer: slot.name.to_string(),
            why,
        }),
    }
}

fn notes(slot: &Slot, begins: Option<StoredCopy>) -> Vec<String> {
    let mut notes = vec![
        "The read model answers on while it is built anew beside itself. When the new build has caught up, both are \
         compared, and the new one answers."
            .to_owned(),
    ];
    if begins.is_some() {
        notes.push(
            "Only what came after the copy is folded. Where the new build then differs from the one that answers, it is built \
             once more from the log's start."
                .to_owned(),
        );
    }
    if slot.health().previous {
        notes.push(
            "A build that answered before is still kept. It is thrown away when the new one answers."
                .to_owned(),
        );
    }
    notes
}
