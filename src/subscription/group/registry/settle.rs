//! Makes the groups of this server those that the audit streams tell of, on whichever server they were made.

use std::sync::Arc;
use tokio::sync::watch;

use super::{Entry, GroupError, Groups};
use crate::contract::{ConsumerKind, GroupMode, OnPoison, Position, Timestamp};
use crate::subscription::Slot;
use crate::subscription::group::coordinator::Coordinator;
use crate::subscription::group::definition::Definition;
use crate::subscription::group::membership::Group;
use crate::subscription::group::seat::Ended;
use crate::subscription::group::store::StoreError;
use crate::subscription::group::topic::Topic;
use crate::subscription::parking::WhichParked;

impl Groups {
    /// Takes in what is done to groups until told to stop.
    pub(super) async fn follow(self, mut told: watch::Receiver<Position>) {
        let stop = self.0.stop.clone();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                changed = told.changed() => if changed.is_err() { return },
            }
            let _in_order = self.0.acts.lock().await;
            self.settle_all().await;
        }
    }

    /// Makes every group what it is told to be.
    pub(super) async fn settle_all(&self) {
        let told = self.0.audit.groups().await;
        let is_told = |name: &str| told.iter().any(|(event, _)| event.consumer == name);
        let here: Vec<Arc<str>> = self.read().keys().cloned().collect();
        for name in here.iter().filter(|name| !is_told(name)) {
            self.end(name);
        }
        for (event, made) in told {
            let definition = Definition::of(&event, made);
            if let Err(error) = self.settle(definition, made).await {
                tracing::error!(consumer.name = event.consumer, error = %error, "a group cannot be taken up");
            }
        }
    }

    /// Makes one group what it is told to be.
    pub(super) async fn settle(
        &self,
        definition: Definition,
        made: Position,
    ) -> Result<(), GroupError> {
        let name = Arc::clone(&definition.name);
        let before = self.entry(&name, |entry| (entry.definition.clone(), entry.made));
        match before {
            Ok((before, _)) if before == definition => Ok(()),
            Ok((_, then)) if then == made => {
                self.redefine(definition).await;
                Ok(())
            }
            // Removed and made again.
            Ok(_) => {
                self.end(&name);
                self.take_up(definition, made).await
            }
            Err(_) => self.take_up(definition, made).await,
        }
    }

    async fn take_up(&self, definition: Definition, made: Position) -> Result<(), GroupError> {
        let inner = &self.0;
        let (name, over) = (Arc::clone(&definition.name), inner.stop.child_token());
        let slot = self.show(&definition).await;
        let mut entry = Entry {
            definition: definition.clone(),
            made,
            work: None,
            over: over.clone(),
            lease: None,
        };
        if definition.mode == GroupMode::Topic {
            // Nothing is stored, so that each server has its own members.
            let topic = Topic::new(definition, slot, Arc::clone(&inner.log));
            inner.reading.spawn(Arc::clone(&topic).run(over));
            entry.work = Some(Group::Topic(topic));
        } else if let Some(leases) = &inner.leases {
            let lease = leases.lease(&name);
            entry.lease = Some(lease.clone());
            self.write().insert(Arc::clone(&name), entry);
            inner.reading.spawn(self.clone().keep(name, lease, over));
            return Ok(());
        } else {
            let claimed = self.claim(definition, slot).await;
            let coordinator = claimed.inspect_err(|_| inner.board.remove(&name))?;
            inner.reading.spawn(Arc::clone(&coordinator).run(over));
            entry.work = Some(Group::Durable(coordinator));
        }
        self.write().insert(name, entry);
        Ok(())
    }

    /// Takes a group from the store: whoever had it before can write no more.
    pub(super) async fn claim(
        &self,
        definition: Definition,
        slot: Arc<Slot>,
    ) -> Result<Arc<Coordinator>, StoreError> {
        let inner = &self.0;
        let name = &definition.name;
        let claim = inner.store.claim(name, definition.from).await?;
        let all = WhichParked::default();
        let parked = inner.store.parked_count(name, &all).await?;
        slot.moved_to(claim.progress.checkpoint);
        slot.report(|health| {
            health.parked = parked;
            health.carried_out = claim.carried_out;
        });
        let (log, writer) = (Arc::clone(&inner.log), Arc::clone(&inner.writer));
        Coordinator::new(definition, claim, slot, log, writer)
    }

    async fn redefine(&self, definition: Definition) {
        let slot = self.show_anew(&definition).await;
        let mut groups = self.write();
        if let Some(entry) = groups.get_mut(&definition.name) {
            if let Some(group) = &entry.work {
                group.redefine(definition.clone(), slot);
            }
            entry.definition = definition;
        }
    }

    /// Ends a group that was removed.
    pub(super) fn end(&self, name: &str) {
        let Some(entry) = self.write().remove(name) else {
            return;
        };
        entry.over.cancel();
        if let Some(group) = entry.work {
            group.end(Ended::Removed);
        }
        self.0.board.remove(name);
    }

    /// Puts a group on the board, where it shows no life before it has a member.
    async fn show(&self, definition: &Definition) -> Arc<Slot> {
        let wanted = (*definition.filter).clone();
        let board = &self.0.board;
        let slot = board.add(&definition.name, ConsumerKind::Group, wanted);
        slot.beat(Timestamp::default());
        // What a topic's members cannot handle is their own affair: nothing is stored for them.
        let parks = definition.mode != GroupMode::Topic;
        slot.report(|health| health.on_poison = parks.then_some(OnPoison::Park));
        self.0.audit.tell(&slot).await;
        slot
    }

    /// Puts a group on the board that is there already and wants other events.
    async fn show_anew(&self, definition: &Definition) -> Arc<Slot> {
        let before = self.0.board.slot(&definition.name);
        let slot = self.show(definition).await;
        if let Some(before) = before {
            slot.report(|health| *health = before.health());
            slot.moved_to(before.position());
        }
        slot
    }
}
