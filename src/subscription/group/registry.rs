//! All groups of this server: made, changed and removed by acts that are written down first.

mod parked;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::coordinator::Coordinator;
use super::definition::{Definition, Draft, DraftError, check_name};
use super::membership::{Group, Membership};
use super::seat::Ended;
use super::store::{GroupStore, StoreError};
use super::topic::Topic;
use super::writer::Writer;
use crate::contract::{ConsumerKind, GroupMode, OnPoison, Position, Principal, Timestamp};
use crate::event_log::{LogError, SharedLog};
use crate::schema::{AuditEvent, GroupDefined, GroupRemoved};
use crate::subscription::parking::WhichParked;
use crate::subscription::{Audit, Board, ControlError, Slot};

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
    /// Where they are shown. What is there already are the server's own consumers.
    pub board: Board,
    /// Tells which groups there are, and learns what is done to them.
    pub audit: Audit,
}

/// The groups of this server. Cheap to clone.
#[derive(Clone)]
pub struct Groups(Arc<Inner>);

struct Inner {
    log: SharedLog,
    store: Arc<dyn GroupStore>,
    board: Board,
    audit: Audit,
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
    /// Takes up every group that the audit streams tell of. One that cannot be taken up is left out, and the others work.
    pub async fn open(parts: GroupParts) -> Groups {
        let writer = Writer::new(Arc::clone(&parts.store));
        let groups = Groups(Arc::new(Inner {
            log: parts.log,
            store: parts.store,
            board: parts.board,
            audit: parts.audit,
            writer: Arc::clone(&writer),
            groups: RwLock::default(),
            acts: tokio::sync::Mutex::default(),
            stop: CancellationToken::new(),
            stop_writing: CancellationToken::new(),
            reading: TaskTracker::new(),
            writing: TaskTracker::new(),
        }));
        let inner = &groups.0;
        inner.writing.spawn(writer.run(inner.stop_writing.clone()));
        for event in inner.audit.groups().await {
            // What was taken in from the log says where it began.
            let definition = Definition::of(&event, Position::START);
            let name = Arc::clone(&definition.name);
            if let Err(error) = groups.take_up(definition).await {
                tracing::error!(consumer.name = &*name, error = %error, "a group cannot be taken up");
            }
        }
        groups
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
        let act = AuditEvent::GroupDefined(event.clone());
        let written = self.0.audit.write(name, &act).await?;
        let definition = Definition::of(&event, written.position);
        match &before {
            Some(group) => {
                let slot = self.show_anew(&definition).await;
                group.redefine(definition.clone(), slot);
            }
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
        self.0.audit.write(name, &act).await?;
        self.write().remove(name);
        group.end(Ended::Removed);
        self.0.board.remove(name);
        self.0.store.forget(name).await?;
        Ok(())
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
            let slot = self.show(&definition).await;
            let topic = Topic::new(definition, slot, Arc::clone(&inner.log));
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
        let slot = self.show(&definition).await;
        slot.moved_to(claim.progress.checkpoint);
        slot.report(|health| {
            health.parked = parked;
            health.carried_out = claim.carried_out;
            health.on_poison = Some(OnPoison::Park);
        });
        let (log, writer) = (Arc::clone(&inner.log), Arc::clone(&inner.writer));
        Coordinator::new(definition, claim, slot, log, writer)
    }

    /// Puts a group on the board, where it shows no life before it has a member.
    async fn show(&self, definition: &Definition) -> Arc<Slot> {
        let wanted = (*definition.filter).clone();
        let board = &self.0.board;
        let slot = board.add(&definition.name, ConsumerKind::Group, wanted);
        slot.beat(Timestamp::default());
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

    fn check_not_built_in(&self, name: &str) -> Result<(), GroupError> {
        match self.0.board.slot(name) {
            Some(slot) if slot.kind != ConsumerKind::Group => {
                Err(GroupError::BuiltIn(name.to_owned()))
            }
            _ => Ok(()),
        }
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

    fn redefine(&self, definition: Definition, slot: Arc<Slot>) {
        match self {
            Group::Durable(coordinator) => coordinator.redefine(definition, slot),
            Group::Topic(topic) => topic.redefine(definition, slot),
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
    event.from = Some(before.from);
    Ok(())
}
