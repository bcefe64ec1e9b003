//! What only the log on PostgreSQL has: several servers, connections that break, a database that goes away.

mod broken_commit;
mod outage;
mod plans;
mod servers;
mod store;
mod tls;
mod two_logs;

use async_trait::async_trait;
use highwater::event_log::postgres::{PostgresAddress, PostgresLog};
use highwater::event_log::{EventLog, Options};
use std::sync::Arc;

use super::support::Store;
use crate::support::{Database, Postgres};

/// A database of its own, gone with the test.
pub struct PostgresStore {
    database: Database,
}

impl PostgresStore {
    pub fn new() -> PostgresStore {
        PostgresStore {
            database: Postgres::shared().database(),
        }
    }

    /// Ends every connection to the database.
    pub fn break_connections(&self) {
        self.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
    }

    fn address(&self) -> PostgresAddress {
        self.database.url().parse().unwrap()
    }

    async fn open_with(&self, options: Options) -> Arc<PostgresLog> {
        Arc::new(PostgresLog::open(&self.address(), options).await.unwrap())
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn open_as(&self, options: Options) -> Arc<dyn EventLog> {
        self.open_with(options).await
    }
}
