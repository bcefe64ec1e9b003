//! All groups of this server: made, changed and removed by acts that are written down first.

mod definitions;
mod parked;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::coordinator::Coordinator;
use super::definition::{Definition, Draft, DraftError, check_name};
use super::membership::{Group, Membership};
use super::seat::Ended;
use super::status::Status;
use super::store::{GroupStore, StoreError, WhichParked};
use super::topic::Topic;
use super::writer::Writer;
use crate::contract::{GroupMode, Principal};
use crate::event_log::{LogError, SharedLog};
use crate::schema::{AuditEvent, GroupDefined, GroupRemoved};
use crate::subscription::{ControlError, audit};

pub use parked::{Choice, ParkedAct, ParkedPlan};

/// Why something was not done with a group.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// No group has that name.
    #[error("there is no consumer group `{0}`")]
    Unknown(String),
    /// The name is that of one of the server's own consumers.
    #[error("`{0}` is a consumer of the server's own, and not a group")]
    BuiltIn(String),
    /// A group's mode is for ever.
    #[error(
        "`{name}` is in `{mode}` mode, and what it has stored has no meaning in another: remove it and make it anew"
    )]
    ModeFixed {
        /// The group.
        name: String,
        /// Its mode.
        mode: GroupMode,
    },
    /// The definition cannot be taken.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The group has ended meanwhile.
    #[error("the group has ended here")]
    Ended(Ended),
    /// The act could not be written down.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What groups stand on.
pub struct GroupParts {
    /// The log.
    pub log: SharedLog,
    /// Where they keep their place.
    pub store: Arc<dyn GroupStore>,
    /// The names that groups cannot have.
    pub built_in: Vec<String>,
}

/// The groups of this server. Cheap to clone.
#[derive(Clone)]
pub struct Groups(Arc<Inner>);

struct Inner {
    log: SharedLog,
    store: Arc<dyn GroupStore>,
    built_in: Vec<String>,
    writer: Arc<Writer>,
    groups: RwLock<BTreeMap<Arc<str>, Group>>,
    /// Acts are written down and carried out one at a time, so that both have the same order.
    acts: tokio::sync::Mutex<()>,
    /// Told when members have gone; the groups read no more.
    stop: CancellationToken,
    /// Told when the groups have ended; the writer writes once more.
    stop_writing: CancellationToken,
    reading: TaskTracker,
    writing: TaskTracker,
}

impl Groups {
    /// Takes up every group that the audit streams tell of.
    ///
    /// # Errors
    /// When the log cannot be read. A group that cannot be taken up is left out, and the others work.
    pub async fn open(parts: GroupParts) -> Result<Groups, LogError> {
        let writer = Writer::new(Arc::clone(&parts.store));
        let groups = Groups(Arc::new(Inner {
            log: parts.log,
            store: parts.store,
            built_in: parts.built_in,
            writer: Arc::clone(&writer),
            groups: RwLock::default(),
            acts: tokio::sync::Mutex::default(),
            stop: CancellationToken::new(),
            stop_writing: CancellationToken::new(),
            reading: TaskTracker::new(),
            writing: TaskTracker::new(),
        }));
        let inner = &groups.0;
        inner
            .writing
            .spawn(writer.run(inner.stop_writing.clone()));
        for definition in definitions::read(&*inner.log).await? {
            let name = Arc::clone(&definition.name);
            if let Err(error) = groups.take_up(definition).await {
                tracing::error!(consumer.name = &*name, error = %error, "a group cannot be taken up");
            }
        }
        Ok(groups)
    }

    /// Whether a member of this name could connect.
    ///
    /// # Errors
    /// When there is no such group, or the member's name cannot be one.
    pub fn check_member(&self, name: &str, member: &str) -> Result<(), GroupError> {
        self.group(name)?;
        Ok(check_name(member)?)
    }

    /// Connects a member to a group.
    ///
    /// # Errors
    /// When there is no such group, or the member's name cannot be one.
    pub fn connect(&self, name: &str, member: &str) -> Result<Membership, GroupError> {
        self.check_member(name, member)?;
        let group = self.group(name)?;
        Membership::new(group, member).map_err(GroupError::Ended)
    }

    /// Makes a group, or changes it; whether it was made.
    ///
    /// # Errors
    /// When the definition cannot be taken, or not be written down.
    pub async fn define(
        &self,
        principal: &Principal,
        name: &str,
        draft: Draft,
    ) -> Result<(Definition, bool), GroupError> {
        self.check_not_built_in(name)?;
        let _in_order = self.0.acts.lock().await;
        let head = self.0.log.head().position;
        let mut event = draft.define(name, &principal.name, head)?;
        let before = self.group(name).ok();
        if let Some(group) = &before {
            keep_what_is_fixed(&mut event, &group.definition())?;
        }
        let definition = Definition::of(&event);
        let act = AuditEvent::GroupDefined(event);
        audit::append(&*self.0.log, name, &act).await?;
        match &before {
            Some(group) => group.redefine(definition.clone()),
            None => self.take_up(definition.clone()).await?,
        }
        Ok((definition, before.is_none()))
    }

    /// Removes a group with all that is stored of it.
    ///
    /// # Errors
    /// When there is no such group, or that cannot be written down.
    pub async fn remove(&self, principal: &Principal, name: &str) -> Result<(), GroupError> {
        self.check_not_built_in(name)?;
        let _in_order = self.0.acts.lock().await;
        let group = self.group(name)?;
        let act = AuditEvent::GroupRemoved(GroupRemoved {
            consumer: name.to_owned(),
            by: principal.name.clone(),
        });
        audit::append(&*self.0.log, name, &act).await?;
        self.write().remove(name);
        group.end(Ended::Removed);
        self.0.store.forget(name).await?;
        Ok(())
    }

    /// Holds a group's deliveries back, or lets them go on.
    pub fn set_paused(&self, name: &str, paused: bool) {
        match self.group(name) {
            Ok(Group::Durable(coordinator)) => coordinator.set_paused(paused),
            Ok(Group::Topic(topic)) => topic.set_paused(paused),
            Err(_) => {}
        }
    }

    /// A group's definition.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn definition(&self, name: &str) -> Result<Definition, GroupError> {
        Ok(self.group(name)?.definition())
    }

    /// Every group with how it is doing, by name.
    #[must_use]
    pub fn statuses(&self) -> Vec<(Definition, Status)> {
        let groups = self.read();
        let groups = groups.values();
        groups
            .map(|group| (group.definition(), group.status()))
            .collect()
    }

    /// Tells the groups that the server stops: members that go from now on have not failed.
    pub fn stopping(&self) {
        for group in self.read().values() {
            if let Group::Durable(coordinator) = group {
                coordinator.stopping();
            }
        }
    }

    /// Ends the groups, once their members are gone, and writes what there is to write.
    pub async fn close(&self) {
        let inner = &self.0;
        inner.stop.cancel();
        inner.reading.close();
        inner.reading.wait().await;
        inner.stop_writing.cancel();
        inner.writing.close();
        inner.writing.wait().await;
        inner.store.close().await;
    }

    async fn take_up(&self, definition: Definition) -> Result<(), GroupError> {
        let inner = &self.0;
        let name = Arc::clone(&definition.name);
        let group = if definition.mode == GroupMode::Topic {
            let topic = Topic::new(definition, Arc::clone(&inner.log));
            let reading = Arc::clone(&topic).run(inner.stop.clone());
            inner.reading.spawn(reading);
            Group::Topic(topic)
        } else {
            let coordinator = self.claim(definition).await?;
            let reading = Arc::clone(&coordinator).run(inner.stop.clone());
            inner.reading.spawn(reading);
            Group::Durable(coordinator)
        };
        self.write().insert(name, group);
        Ok(())
    }

    async fn claim(&self, definition: Definition) -> Result<Arc<Coordinator>, StoreError> {
        let inner = &self.0;
        let name = &definition.name;
        let claim = inner.store.claim(name, definition.from).await?;
        let all = WhichParked::default();
        let parked = inner.store.parked_count(name, &all).await?;
        let (log, writer) = (Arc::clone(&inner.log), Arc::clone(&inner.writer));
        Coordinator::new(definition, claim, parked, log, writer)
    }

    fn check_not_built_in(&self, name: &str) -> Result<(), GroupError> {
        if self.0.built_in.iter().any(|taken| taken == name) {
            return Err(GroupError::BuiltIn(name.to_owned()));
        }
        Ok(())
    }

    fn group(&self, name: &str) -> Result<Group, GroupError> {
        let found = self.read().get(name).cloned();
        found.ok_or_else(|| GroupError::Unknown(name.to_owned()))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<Arc<str>, Group>> {
        self.0.groups.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<Arc<str>, Group>> {
        self.0
            .groups
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    fn definition(&self) -> Definition {
        match self {
            Group::Durable(coordinator) => coordinator.definition(),
            Group::Topic(topic) => topic.definition(),
        }
    }

    fn status(&self) -> Status {
        match self {
            Group::Durable(coordinator) => coordinator.status(),
            Group::Topic(topic) => topic.status(),
        }
    }

    fn redefine(&self, definition: Definition) {
        match self {
            Group::Durable(coordinator) => coordinator.redefine(definition),
            Group::Topic(topic) => topic.redefine(definition),
        }
    }

    fn end(&self, why: Ended) {
        match self {
            Group::Durable(coordinator) => coordinator.end(why),
            Group::Topic(topic) => topic.end(why),
        }
    }
}

/// A group that is there keeps its mode, and where it began.
fn keep_what_is_fixed(event: &mut GroupDefined, before: &Definition) -> Result<(), GroupError> {
    if event.mode != before.mode {
        return Err(GroupError::ModeFixed {
            name: event.consumer.clone(),
            mode: before.mode,
        });
    }
    event.from = before.from;
    Ok(())
}
