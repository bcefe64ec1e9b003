//! Setting events aside, trying them again and giving them up, for the server's own consumers: the plans, and the acts.

use std::sync::Arc;

use super::{Choice, ParkedEvents, ParkedPlan, WhichParked};
use crate::contract::{
    ConsumerKind, ParkPlan, ParkedAct, ParkedRow, Position, Principal, RecordedEvent,
};
use crate::event_log::{LogError, LogQuery};
use crate::schema::{AuditEvent, ConsumerEventParked, ParkedChosen};
use crate::subscription::control::checked;
use crate::subscription::{Control, ControlError, Failing, Recall, Slot};

/// Parked events that a plan names.
const NAMED: u32 = 500;
/// Events read at once to count those that would wait.
const PAGE: usize = 1_000;
/// Events that are looked at to count those that would wait: a plan must not take as long as catching up.
const LOOKED_AT: u64 = 100_000;

impl Control {
    /// What parking the event would mean at which a consumer has stopped.
    ///
    /// # Errors
    /// When there is no such consumer, it has not stopped at an event, or the log cannot be read.
    pub async fn plan_park(&self, name: &str) -> Result<ParkPlan, ControlError> {
        let slot = self.slot(name)?;
        let failing = stopped_at(&slot)?;
        let lot = self.lot(name)?;
        let event = Recall::new(Arc::clone(&self.log))
            .at(failing.position)
            .await;
        let event = event.map_err(ControlError::Parked)?;
        let key = lot.key_of(&event);
        let after = failing.position.max(slot.position());
        let (waiting_behind, looked_to) = self.waiting(&slot, lot, &key, after).await?;
        Ok(ParkPlan {
            consumer: name.to_owned(),
            position: failing.position,
            event_id: event.id,
            event_type: event.event_type.clone(),
            key,
            attempts: failing.attempts,
            error: failing.error,
            waiting_behind,
            notes: notes(&slot, looked_to),
        })
    }

    /// Parks the event at which a consumer has stopped; it goes on at its next step, wherever it runs. `expected` is the event
    /// that the operator has seen.
    ///
    /// # Errors
    /// As [`plan_park`](Control::plan_park), when it has stopped at another event than the expected one, the reason is wrong,
    /// or the act cannot be written down.
    pub async fn park(
        &self,
        principal: &Principal,
        name: &str,
        expected: Option<Position>,
        reason: &str,
    ) -> Result<ParkPlan, ControlError> {
        let reason = checked(reason)?;
        let plan = self.plan_park(name).await?;
        if expected.is_some_and(|expected| expected != plan.position) {
            return Err(ControlError::StoppedElsewhere {
                consumer: name.to_owned(),
                at: plan.position,
            });
        }
        let act = AuditEvent::EventParked(ConsumerEventParked {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason,
            position: plan.position,
            event_id: plan.event_id,
            event_type: plan.event_type.clone(),
            key: plan.key.clone(),
            attempts: plan.attempts,
            error: plan.error.clone(),
        });
        self.audit.write(name, &act).await?;
        Ok(plan)
    }

    /// Whether a consumer is one of the server's own, whose parked events are meant here.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.lots.of(name).is_some()
    }

    /// Parked events of one of the server's own consumers, after a number.
    pub(super) async fn parked(
        &self,
        name: &str,
        after_id: u64,
        limit: u32,
    ) -> Result<Vec<ParkedRow>, ControlError> {
        let which = WhichParked::after(after_id);
        let found = self.lot(name)?.find(&which, limit).await;
        Ok(found.map_err(ControlError::Parked)?.rows)
    }

    /// Has one of the server's own consumers try parked events again or give them up; with `dry_run` only says which.
    pub(super) async fn act_on_parked(
        &self,
        principal: &Principal,
        name: &str,
        act: ParkedAct,
        choice: Choice,
        reason: &str,
        dry_run: bool,
    ) -> Result<ParkedPlan, ControlError> {
        let reason = checked(reason)?;
        let slot = self.slot(name)?;
        check_act(&slot, act, &choice)?;
        let which = WhichParked {
            ids: choice.ids,
            up_to: choice.up_to,
            ..WhichParked::default()
        };
        let found = self.lot(name)?.find(&which, NAMED).await;
        let found = found.map_err(ControlError::Parked)?;
        let mut plan = ParkedPlan {
            events: found.count,
            ids: found.rows.iter().map(|row| row.id).collect(),
            operation: None,
        };
        if dry_run || plan.events == 0 {
            return Ok(plan);
        }
        if slot.kind == ConsumerKind::Projection {
            plan.operation = Some(self.rebuild(principal, name, None, &reason).await?);
            return Ok(plan);
        }
        let chosen = ParkedChosen {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason,
            ids: which.ids,
            up_to: which.up_to,
            last_id: found.last_id,
        };
        self.audit.write(name, &act.said(chosen)).await?;
        Ok(plan)
    }

    fn lot(&self, name: &str) -> Result<&dyn ParkedEvents, ControlError> {
        let lot = self.lots.of(name);
        lot.ok_or_else(|| ControlError::UnknownConsumer(name.to_owned()))
    }

    /// How many wanted events of a key there are after a position, and how far that was looked for.
    async fn waiting(
        &self,
        slot: &Slot,
        lot: &dyn ParkedEvents,
        key: &str,
        after: Position,
    ) -> Result<(u64, Option<Position>), LogError> {
        let (mut waiting, mut looked_to) = (0, after);
        while looked_to.events_after(after) < LOOKED_AT {
            let page = self.log.read(LogQuery::after(looked_to, PAGE)).await?;
            let Some(last) = page.last() else {
                return Ok((waiting, None));
            };
            looked_to = last.position;
            let is_behind =
                |event: &&Arc<RecordedEvent>| slot.wanted.wants(event) && lot.key_of(event) == key;
            waiting += page.iter().filter(is_behind).count() as u64;
        }
        Ok((waiting, Some(looked_to)))
    }
}

/// The event at which a consumer has given up.
fn stopped_at(slot: &Slot) -> Result<Failing, ControlError> {
    let health = slot.health();
    let failing = health.failing.filter(|_| health.faulted);
    failing.ok_or_else(|| ControlError::NotFaulted(slot.name.to_string()))
}

/// A read model is made of everything in the order of the log: nothing comes late, and nothing is left out for good.
fn check_act(slot: &Slot, act: ParkedAct, choice: &Choice) -> Result<(), ControlError> {
    match (slot.kind, act) {
        (ConsumerKind::Projection, ParkedAct::Discard) => {
            Err(ControlError::CannotDiscard(slot.name.to_string()))
        }
        (ConsumerKind::Projection, ParkedAct::Retry) if !choice.is_all() => {
            Err(ControlError::CannotChoose(slot.name.to_string()))
        }
        _ => Ok(()),
    }
}

fn notes(slot: &Slot, looked_to: Option<Position>) -> Vec<String> {
    let mut notes = vec![match slot.kind {
        ConsumerKind::Projection => {
            "The read model goes on without this event and all later ones of its key: it shows that key as it was before. \
             Once the cause is mended, a retry builds it anew with all of them."
        }
        _ => {
            "It goes on with everything else. Later events of the same key wait until this one is tried again or given up."
        }
    }
    .to_owned()];
    if let Some(looked_to) = looked_to {
        notes.push(format!(
            "Those that would wait are counted up to #{looked_to}; there may be more after it."
        ));
    }
    if slot.paused().is_some() {
        notes.push("It is paused, and stays so.".to_owned());
    }
    notes
}

impl ParkedAct {
    /// The act as it is written down.
    pub(in crate::subscription) fn said(self, chosen: ParkedChosen) -> AuditEvent {
        match self {
            ParkedAct::Retry => AuditEvent::ParkedRetried(chosen),
            ParkedAct::Discard => AuditEvent::ParkedDiscarded(chosen),
        }
    }
}
