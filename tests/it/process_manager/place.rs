//! Where the process keeps its state: a folder of one server's, or the database that servers share.

use highwater::command::CommandBus;
use highwater::event_log::postgres::{PostgresAddress, PostgresLog, shared_pool};
use highwater::event_log::{EventLog, Options, SharedLog};
use highwater::process_manager::fulfilment;
use highwater::subscription::{Board, Lease, Leases, Owner};
use std::path::Path;
use tempfile::TempDir;

use super::worker::Worker;
use crate::support::{Database, Postgres};

/// Makes tests of functions that take a place: each runs on both databases.
macro_rules! on_each_database {
    ($($test:ident),+ $(,)?) => {
        on_each_database! { @module sqlite; $($test),+ }
        on_each_database! { @module postgres; $($test),+ }
    };
    (@module $database:ident; $($test:ident),+) => {
        mod $database {
            $(#[tokio::test]
            async fn $test() {
                let place = $crate::process_manager::Place::$database().await;
                super::$test(place).await;
            })+
        }
    };
}
pub(super) use on_each_database;

pub enum Place {
    Sqlite(TempDir),
    Postgres(SharedPlace, Option<Lease>),
}

impl Place {
    pub async fn sqlite() -> Place {
        Place::Sqlite(tempfile::tempdir().unwrap())
    }

    pub async fn postgres() -> Place {
        Place::Postgres(SharedPlace::new().await, None)
    }

    /// Another one of the kind.
    pub async fn another(&self) -> Place {
        match self {
            Place::Sqlite(_) => Place::sqlite().await,
            Place::Postgres(..) => Place::postgres().await,
        }
    }

    /// Opens the process, as after a start. Whoever had it before is dead.
    pub async fn open(&mut self, log: &SharedLog, bus: CommandBus) -> Worker {
        match self {
            Place::Sqlite(folder) => {
                let process = fulfilment::open(&folder.path().join("processes"), bus).await;
                Worker::over(process.unwrap(), log)
            }
            Place::Postgres(place, before) => {
                if let Some(before) = before.take() {
                    before.release().await;
                }
                let lease = place.lease("a server");
                assert!(lease.take().await.unwrap());
                *before = Some(lease.clone());
                place.worker(&lease, Path::new("nowhere"), log, bus).await
            }
        }
    }
}

/// A database that servers share.
pub struct SharedPlace {
    pub database: Database,
}

impl SharedPlace {
    pub async fn new() -> SharedPlace {
        let place = SharedPlace {
            database: Postgres::shared().database(),
        };
        place.log().await.close().await;
        place
    }

    pub fn address(&self) -> PostgresAddress {
        self.database.url().parse().unwrap()
    }

    pub async fn log(&self) -> PostgresLog {
        let opened = PostgresLog::open(&self.address(), Options::default()).await;
        opened.unwrap()
    }

    /// The process's lease as a server knows it that never renews.
    pub fn lease(&self, server: &str) -> Lease {
        let owner = Owner {
            name: server.to_owned(),
            address: "http://127.0.0.1:1".to_owned(),
        };
        let pool = shared_pool(&self.address(), 1);
        Leases::new(pool, owner, Board::default()).lease(fulfilment::NAME)
    }

    /// The process of a server that has the lease, or believes so.
    pub async fn worker(
        &self,
        lease: &Lease,
        folder: &Path,
        log: &SharedLog,
        bus: CommandBus,
    ) -> Worker {
        let pool = shared_pool(&self.address(), 1);
        let process = fulfilment::open_shared(pool, lease.clone(), folder, bus).await;
        Worker::over(process.unwrap(), log)
    }
}
