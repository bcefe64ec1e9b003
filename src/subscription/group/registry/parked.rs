//! Parked events of a group: looked at, sent again, given up.

use std::time::{Duration, Instant};

use super::{GroupError, Groups};
use crate::contract::{GroupMode, ParkedAct, ParkedRow, Position, Principal};
use crate::event_log::{LogError, StreamQuery};
use crate::schema::ParkedChosen;
use crate::subscription::control::checked;
use crate::subscription::group::definition::Definition;
use crate::subscription::group::membership::Group;
use crate::subscription::group::store::{ParkedEvent, StoreError};
use crate::subscription::parking::{Choice, ParkedPlan, WhichParked};

/// Events that are shown in a plan.
const PAGE: u32 = 500;
/// An act is written down and will be carried out; so long it is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two looks whether it is.
const LOOK: Duration = Duration::from_millis(20);
/// Events of a stream that are read at once to count those that wait.
const COUNTED: usize = 1_000;

impl Groups {
    /// Parked events of a group, in the order in which they were parked, after a number.
    ///
    /// # Errors
    /// When there is no such group, or the store or the log does not answer.
    pub async fn parked(
        &self,
        name: &str,
        after_id: u64,
        limit: u32,
    ) -> Result<Vec<ParkedRow>, GroupError> {
        let definition = self.entry(name, |entry| entry.definition.clone())?;
        if definition.mode == GroupMode::Topic {
            return Ok(Vec::new());
        }
        self.0.writer.flush().await;
        let which = WhichParked::after(after_id);
        let events = self.0.store.parked(name, &which, limit).await?;
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            let waiting_behind = self.waiting_behind(&definition, &event).await?;
            rows.push(event.row(waiting_behind));
        }
        Ok(rows)
    }

    /// Sends parked events again or gives them up; with `dry_run` only says which. Later arrivals are not meant.
    ///
    /// # Errors
    /// When there is no such group, the reason is wrong, or the act cannot be written down or carried out.
    pub async fn act_on_parked(
        &self,
        principal: &Principal,
        name: &str,
        act: ParkedAct,
        choice: Choice,
        reason: &str,
        dry_run: bool,
    ) -> Result<ParkedPlan, GroupError> {
        self.check_not_built_in(name)?;
        let reason = checked(reason)?;
        let _in_order = self.0.acts.lock().await;
        let mode = self.entry(name, |entry| entry.definition.mode)?;
        if mode == GroupMode::Topic {
            return Ok(ParkedPlan::default());
        }
        self.0.writer.flush().await;
        let chosen = ParkedChosen {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason,
            ids: choice.ids,
            up_to: choice.up_to,
            last_id: self.0.store.last_parked(name).await?,
        };
        let plan = self.plan(name, &WhichParked::of(chosen.clone())).await?;
        if dry_run || plan.events == 0 {
            return Ok(plan);
        }
        let written = self.0.audit.write(name, &act.said(chosen)).await?;
        self.until_carried_out(name, written.position).await?;
        Ok(plan)
    }

    async fn plan(&self, name: &str, which: &WhichParked) -> Result<ParkedPlan, GroupError> {
        let first = self.0.store.parked(name, which, PAGE).await?;
        Ok(ParkedPlan {
            events: self.0.store.parked_count(name, which).await?,
            ids: first.iter().map(|event| event.id).collect(),
            operation: None,
        })
    }

    /// Whoever has the group carries the act out, here or elsewhere.
    async fn until_carried_out(&self, name: &str, act: Position) -> Result<(), StoreError> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            self.0.writer.flush().await;
            if self.0.store.stands_at(name).await?.carried_out >= act {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Later events of the same stream that wait for a parked one: only where order is kept.
    async fn waiting_behind(
        &self,
        definition: &Definition,
        event: &ParkedEvent,
    ) -> Result<u64, LogError> {
        if definition.mode != GroupMode::Log {
            return Ok(0);
        }
        let looked_to = self.looked_to(&definition.name);
        let mut version = event.version.next();
        let mut waiting = 0;
        loop {
            let query = StreamQuery::from(event.stream.clone(), version, COUNTED);
            let slice = self.0.log.read_stream(query).await?;
            let seen = slice.events.iter().filter(|one| one.position <= looked_to);
            waiting += seen.filter(|one| definition.filter.wants(one)).count() as u64;
            match slice.events.last() {
                Some(last) if last.version < slice.version && last.position < looked_to => {
                    version = last.version.next();
                }
                _ => return Ok(waiting),
            }
        }
    }
}

impl Groups {
    /// How far the group has looked. Of one that another server has we know no more than that it follows the log.
    fn looked_to(&self, name: &str) -> Position {
        match self.entry(name, |entry| entry.work.clone()) {
            Ok(Some(Group::Durable(coordinator))) => coordinator.looked_to(),
            _ => self.0.log.head().position,
        }
    }
}
