//! All groups of this server: made, changed and removed by acts that are written down first.

mod leased;
mod parked;
mod settle;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::definition::{Definition, Draft, DraftError, check_name};
use super::membership::{Group, Membership};
use super::seat::Ended;
use super::store::{GroupStore, StoreError};
use super::writer::Writer;
use crate::contract::{ConsumerKind, GroupMode, Position, Principal};
use crate::event_log::{LogError, SharedLog};
use crate::schema::{AuditEvent, GroupDefined, GroupRemoved};
use crate::subscription::{Audit, Board, ControlError, Lease, Leases, Slot};

use leased::ended_elsewhere;
pub use leased::{Elsewhere, Place};

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
    /// Another server has the group, or none at the moment.
    #[error("this server does not have `{0}` at present: connect again in a moment")]
    NotHere(String),
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
    /// Where other servers could have a group too: which of them has it.
    pub leases: Option<Leases>,
}

/// The groups of this server. Cheap to clone.
#[derive(Clone)]
pub struct Groups(Arc<Inner>);

struct Inner {
    log: SharedLog,
    store: Arc<dyn GroupStore>,
    board: Board,
    audit: Audit,
    leases: Option<Leases>,
    writer: Arc<Writer>,
    groups: RwLock<BTreeMap<Arc<str>, Entry>>,
    /// Acts are written down and carried out one at a time, so that both have the same order.
    acts: tokio::sync::Mutex<()>,
    /// Told when members have gone; the groups read no more.
    stop: CancellationToken,
    /// Told when the groups have ended; the writer writes once more.
    stop_writing: CancellationToken,
    reading: TaskTracker,
    writing: TaskTracker,
}

/// A group that there is.
struct Entry {
    definition: Definition,
    /// The place in the log of the act that made it.
    made: Position,
    /// The group at work, where it is at work here.
    work: Option<Group>,
    /// Told when the group is over.
    over: CancellationToken,
    /// What has to be ours before the group works here.
    lease: Option<Lease>,
}

impl Groups {
    /// Takes up every group that the audit streams tell of, now and later. One that cannot be taken up is left out, and the
    /// others work.
    pub async fn open(parts: GroupParts) -> Groups {
        let writer = Writer::new(Arc::clone(&parts.store));
        let groups = Groups(Arc::new(Inner {
            log: parts.log,
            store: parts.store,
            board: parts.board,
            audit: parts.audit,
            leases: parts.leases,
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
        let told = inner.audit.watch_groups();
        groups.settle_all().await;
        inner.reading.spawn(groups.clone().follow(told));
        groups
    }

    /// Whether a member of this name could connect.
    ///
    /// # Errors
    /// When there is no such group, or the member's name cannot be one.
    pub fn check_member(&self, name: &str, member: &str) -> Result<(), GroupError> {
        self.entry(name, |_| ())?;
        Ok(check_name(member)?)
    }

    /// Connects a member to a group that this server has.
    ///
    /// # Errors
    /// When there is no such group, the member's name cannot be one, or another server has the group.
    pub fn connect(&self, name: &str, member: &str) -> Result<Membership, GroupError> {
        self.check_member(name, member)?;
        let group = self.entry(name, |entry| entry.work.clone())?;
        let group = group.ok_or_else(|| GroupError::NotHere(name.to_owned()))?;
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
        let before = self.entry(name, |entry| entry.definition.clone()).ok();
        if let Some(before) = &before {
            keep_what_is_fixed(&mut event, before)?;
        }
        let act = AuditEvent::GroupDefined(event.clone());
        self.0.audit.write(name, &act).await?;
        let told = self.0.audit.group(name).await;
        let (told, made) = told.ok_or_else(|| GroupError::Unknown(name.to_owned()))?;
        let definition = Definition::of(&told, made);
        // It may have been made on another server at the same time.
        keep_what_is_fixed(&mut event, &definition)?;
        self.settle(definition.clone(), made).await?;
        Ok((definition, before.is_none()))
    }

    /// Removes a group with all that is stored of it.
    ///
    /// # Errors
    /// When there is no such group, or that cannot be written down.
    pub async fn remove(&self, principal: &Principal, name: &str) -> Result<(), GroupError> {
        self.check_not_built_in(name)?;
        let _in_order = self.0.acts.lock().await;
        let lease = self.entry(name, |entry| entry.lease.clone())?;
        let act = AuditEvent::GroupRemoved(GroupRemoved {
            consumer: name.to_owned(),
            by: principal.name.clone(),
        });
        self.0.audit.write(name, &act).await?;
        self.end(name);
        ended_elsewhere(lease).await;
        self.0.store.forget(name).await?;
        Ok(())
    }

    /// Tells the groups that the server stops: members that go from now on have not failed.
    pub fn stopping(&self) {
        for entry in self.read().values() {
            if let Some(Group::Durable(coordinator)) = &entry.work {
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
        self.give_back().await;
        inner.store.close().await;
    }

    fn check_not_built_in(&self, name: &str) -> Result<(), GroupError> {
        match self.0.board.slot(name) {
            Some(slot) if slot.kind != ConsumerKind::Group => {
                Err(GroupError::BuiltIn(name.to_owned()))
            }
            _ => Ok(()),
        }
    }

    fn entry<T>(&self, name: &str, read: impl FnOnce(&Entry) -> T) -> Result<T, GroupError> {
        let groups = self.read();
        let entry = groups.get(name);
        entry
            .map(read)
            .ok_or_else(|| GroupError::Unknown(name.to_owned()))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<Arc<str>, Entry>> {
        self.0.groups.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<Arc<str>, Entry>> {
        self.0
            .groups
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
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
