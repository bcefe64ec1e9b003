//! Groups that several servers could have: at work where the lease is ours, and shown as they are stored where it is not.

use futures_util::future::join_all;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

use super::{GroupError, Groups};
use crate::subscription::group::coordinator::Coordinator;
use crate::subscription::group::membership::Group;
use crate::subscription::group::seat::Ended;
use crate::subscription::{Holder, Lease};

/// So long a member that wants to connect waits for a server to have its group: longer than it takes until one has it.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long a server that has a group is waited for when the group is removed.
const ENDING: Duration = Duration::from_secs(2);
/// So long nothing is tried after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Where a member of a group belongs.
pub enum Place {
    /// Here.
    Here,
    /// To another server.
    Elsewhere(Elsewhere),
}

/// A group that another server has.
pub struct Elsewhere {
    holder: Holder,
    lease: Lease,
}

impl Elsewhere {
    /// How that server is reached: `http://host:port`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.holder.address
    }

    /// Returns once that server does not have the group any more.
    pub async fn moved(&self) {
        let same = |now: Holder| now.owner == self.holder.owner;
        while self.lease.elsewhere().is_some_and(same) {
            self.lease.looked().await;
        }
    }
}

/// Until the server that has a group has ended it, and told its members why. One that does not end it writes nothing more once it
/// is forgotten.
pub(super) async fn ended_elsewhere(lease: Option<Lease>) {
    let Some(lease) = lease else {
        return;
    };
    let ended = async {
        while lease.elsewhere().is_some() {
            lease.looked().await;
        }
    };
    let _late = tokio::time::timeout(ENDING, ended).await;
}

impl Groups {
    /// Where a member belongs. Waits a while for some server to have the group.
    ///
    /// # Errors
    /// When there is no such group, the member's name cannot be one, or no server has the group.
    pub async fn place(&self, name: &str, member: &str) -> Result<Place, GroupError> {
        let begun = Instant::now();
        loop {
            self.check_member(name, member)?;
            let (works, lease) =
                self.entry(name, |entry| (entry.work.is_some(), entry.lease.clone()))?;
            let Some(lease) = lease.filter(|_| !works) else {
                return Ok(Place::Here);
            };
            if let Some(holder) = lease.elsewhere() {
                return Ok(Place::Elsewhere(Elsewhere { holder, lease }));
            }
            if begun.elapsed() >= PATIENCE {
                return Err(GroupError::NotHere(name.to_owned()));
            }
            lease.looked().await;
        }
    }

    /// Has a group at work here while its lease is ours, until it is over.
    pub(super) async fn keep(self, name: Arc<str>, lease: Lease, over: CancellationToken) {
        while self.stand_by(&name, &lease, &over).await {
            match self.take_over(&name, &over).await {
                Ok(coordinator) => {
                    tokio::select! {
                        biased;
                        () = lease.lost() => tracing::warn!(
                            consumer.name = &*name,
                            "the group's lease is lost: it waits for another server, or for the database"
                        ),
                        () = Arc::clone(&coordinator).run(over.clone()) => {}
                    }
                    if !over.is_cancelled() {
                        self.leave(&name, &coordinator);
                    }
                }
                Err(error) => {
                    tracing::error!(consumer.name = &*name, error = %error, "a group cannot be taken up");
                    lease.release().await;
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
        // Where the server stops there is still something to write.
        if !self.0.stop.is_cancelled() {
            lease.release().await;
        }
    }

    /// Waits until the lease is ours; `false` when the group is over.
    async fn stand_by(&self, name: &str, lease: &Lease, over: &CancellationToken) -> bool {
        while !over.is_cancelled() {
            match lease.take().await {
                Ok(true) => return true,
                Ok(false) => {}
                Err(error) => tracing::warn!(
                    consumer.name = name, error = %error, "the group's lease could not be asked for"
                ),
            }
            self.watch(name).await;
            tokio::select! {
                () = over.cancelled() => {}
                () = lease.looked() => {}
            }
        }
        false
    }

    /// Shows where the group stands as whoever has it has stored it. Where that cannot be read it is shown once it can.
    async fn watch(&self, name: &str) {
        let stands = self.0.store.stands_at(name).await;
        if let (Ok(stands), Some(slot)) = (stands, self.0.board.slot(name)) {
            slot.stands_at(stands);
        }
    }

    async fn take_over(
        &self,
        name: &str,
        over: &CancellationToken,
    ) -> Result<Arc<Coordinator>, GroupError> {
        let unknown = || GroupError::Unknown(name.to_owned());
        let definition = self.entry(name, |entry| entry.definition.clone())?;
        let slot = self.0.board.slot(name).ok_or_else(unknown)?;
        let coordinator = self.claim(definition.clone(), slot).await?;
        let mut groups = self.write();
        let entry = groups.get_mut(name).filter(|_| !over.is_cancelled());
        let entry = entry.ok_or_else(unknown)?;
        // It may have been changed while we asked the store.
        if let Some(slot) = self.0.board.slot(name)
            && entry.definition != definition
        {
            coordinator.redefine(entry.definition.clone(), slot);
        }
        entry.work = Some(Group::Durable(Arc::clone(&coordinator)));
        tracing::info!(consumer.name = name, "this server has the group now");
        Ok(coordinator)
    }

    fn leave(&self, name: &str, coordinator: &Coordinator) {
        if let Some(entry) = self.write().get_mut(name) {
            entry.work = None;
        }
        coordinator.end(Ended::Moved);
    }

    /// Lets other servers have the groups, once everything is written.
    pub(super) async fn give_back(&self) {
        let leases: Vec<Lease> = self
            .read()
            .values()
            .filter_map(|entry| entry.lease.clone())
            .collect();
        join_all(leases.iter().map(Lease::release)).await;
    }
}
