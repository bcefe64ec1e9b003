//! What must be done once: by this server where it is alone, by one of several where the database is shared.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::command::CommandBus;
use crate::contract::ConsumerKind;
use crate::event_log::postgres::{PostgresAddress, shared_pool};
use crate::process_manager::{ProcessError, fulfilment};
use crate::subscription::group::{GroupStore, PostgresGroups, SqliteGroups, StoreError};
use crate::subscription::{Board, Consumer, Lease, LeaseError, Leases, Owner, RunnerSettings};

/// Connections for the leases, which wait for nothing else.
const LEASES: u32 = 2;
/// Connections for a process: it works by itself, and is looked at meanwhile.
const PROCESS: u32 = 2;
/// Connections for the groups: one to write, and others to look.
const GROUPS: u32 = 3;
/// How often a checkpoint in the shared database moves past events that are not wanted.
const PASS_OVER: Duration = Duration::from_millis(200);

/// The database that other servers may share with this one, and the leases in it.
pub(super) struct Shared(Option<Both>);

struct Both {
    address: PostgresAddress,
    leases: Leases,
}

impl Shared {
    /// Of a database; without one this server is alone.
    pub fn new(address: Option<PostgresAddress>, owner: Owner, board: Board) -> Shared {
        Shared(address.map(|address| Both {
            leases: Leases::new(shared_pool(&address, LEASES), owner, board),
            address,
        }))
    }

    /// Looks who has which lease. What is on the board by then is shown from the beginning as others tell.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn start(&self) -> Result<(), LeaseError> {
        match &self.0 {
            Some(both) => both.leases.start().await,
            None => Ok(()),
        }
    }

    /// Opens the process.
    ///
    /// # Errors
    /// When its place cannot be made or opened.
    pub async fn open_process(
        &self,
        folder: &Path,
        bus: CommandBus,
    ) -> Result<fulfilment::Opened, ProcessError> {
        let folder = folder.join("processes");
        match &self.0 {
            Some(both) => {
                let pool = shared_pool(&both.address, PROCESS);
                let lease = both.leases.lease(fulfilment::NAME);
                fulfilment::open_shared(pool, lease, &folder, bus).await
            }
            None => fulfilment::open(&folder, bus).await,
        }
    }

    /// Opens the place of the groups.
    ///
    /// # Errors
    /// When it cannot be made or opened.
    pub async fn open_groups(&self, folder: &Path) -> Result<Arc<dyn GroupStore>, StoreError> {
        Ok(match &self.0 {
            Some(both) => {
                let pool = shared_pool(&both.address, GROUPS);
                Arc::new(PostgresGroups::open(pool).await?)
            }
            None => Arc::new(SqliteGroups::open(folder).await?),
        })
    }

    /// The leases, where others could have them.
    pub fn leases(&self) -> Option<Leases> {
        self.0.as_ref().map(|both| both.leases.clone())
    }

    /// What a consumer needs before it may work, where others could run it too.
    pub fn lease(&self, consumer: &dyn Consumer) -> Option<Lease> {
        let both = self.0.as_ref()?;
        // Each server has read models of its own.
        let is_shared = consumer.kind() != ConsumerKind::Projection;
        is_shared.then(|| both.leases.lease(consumer.name()))
    }

    /// Ends, once nothing here works under a lease any more.
    pub async fn close(&self) {
        if let Some(both) = &self.0 {
            both.leases.close().await;
        }
    }
}

/// How the runner of a consumer paces itself.
pub(super) fn pace(lease: Option<&Lease>) -> RunnerSettings {
    let settings = RunnerSettings::default();
    match lease {
        Some(_) => RunnerSettings {
            pass_over: PASS_OVER,
            ..settings
        },
        None => settings,
    }
}
