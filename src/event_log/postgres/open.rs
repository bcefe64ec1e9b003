//! Opens the connections: migrations, the writer's, the readers', the listener's.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor};
use std::time::Duration;

use super::address::PostgresAddress;
use super::failure;
use crate::event_log::{LogError, StorageFailure};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/log/postgres");

/// How long we wait for a connection.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long a reader waits for one of the readers' connections.
const WAITING: Duration = Duration::from_secs(5);

/// Settings of every connection. The plans of our statements do not depend on statistics, which a young table has not: with
/// indexes for all of them, anything but walking an index is wrong. A connection whose other end has gone is noticed within
/// seconds, and so is a server of ours that dies with the head's lock in its hands.
const SETTINGS: [(&str, &str); 9] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
    ("lock_timeout", "20s"),
    ("idle_in_transaction_session_timeout", "5s"),
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
];

/// Settings of the writer's connection: its few statements are large, and planning them takes longer than what they do.
const WRITER: [(&str, &str); 1] = [("plan_cache_mode", "force_generic_plan")];

/// A commit must be on the disk when it returns. A stricter setting of the database's own stays as it is.
const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', FALSE) \
                       WHERE current_setting('synchronous_commit') = 'off'";

fn options(address: &PostgresAddress) -> PgConnectOptions {
    address
        .options()
        .application_name("highwater")
        .options(SETTINGS)
        .disable_statement_logging()
}

/// Says whether the database can be had, and where it is when not; a pool only says that it waited.
pub(super) async fn greet(address: &PostgresAddress) -> Result<(), LogError> {
    let greeting = connect(address).await.map_err(LogError::Storage)?;
    // Whether it says goodbye does not matter.
    drop(greeting.close().await);
    Ok(())
}

/// Brings the database to the present version. Servers that start together take turns, and building an index on a large log
/// takes longer than one waits for a lock.
pub(super) async fn migrate(address: &PostgresAddress) -> Result<(), LogError> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECTING)
        .connect_lazy_with(options(address).options([("lock_timeout", "0")]));
    let migrated = MIGRATIONS.run(&pool).await;
    pool.close().await;
    migrated.map_err(|error| migration_failure(address, error))
}

fn migration_failure(address: &PostgresAddress, error: MigrateError) -> LogError {
    let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    match error {
        MigrateError::VersionMissing(found) if found > known => LogError::NewerVersion {
            database: address.to_string(),
            found,
            known,
        },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            failure::of_read(&error)
        }
        other => LogError::Migration(other.to_string()),
    }
}

/// A connection of the writer's own.
pub(super) async fn connect(address: &PostgresAddress) -> Result<PgConnection, StorageFailure> {
    let connecting = async {
        let mut connection = PgConnection::connect_with(&options(address).options(WRITER)).await?;
        connection.execute(DURABLE).await?;
        Ok(connection)
    };
    match tokio::time::timeout(CONNECTING, connecting).await {
        Ok(connected) => {
            connected.map_err(|error: sqlx::Error| at(address, failure::of_sqlx(&error)))
        }
        Err(_) => Err(at(address, failure::no_answer())),
    }
}

/// Says which database it was.
fn at(address: &PostgresAddress, failure: StorageFailure) -> StorageFailure {
    StorageFailure::new(failure.cause, format!("{address}: {}", failure.detail))
}

/// Connections for what servers share beside the log. They never wait long for each other, and one that has stopped in the
/// middle of a transaction is thrown out soon: whoever takes over its work waits for its locks.
#[must_use]
pub fn shared_pool(address: &PostgresAddress, connections: u32) -> PgPool {
    let settings = [
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "3s"),
        ("client_min_messages", "warning"),
    ];
    PgPoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(WAITING)
        .after_connect(|connection, _| {
            Box::pin(async move { connection.execute(DURABLE).await.map(drop) })
        })
        .connect_lazy_with(options(address).options(settings))
}

/// The connections of the readers, who cannot write. Made as they are needed.
pub(super) fn read_pool(address: &PostgresAddress, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(WAITING)
        .connect_lazy_with(options(address).options([("default_transaction_read_only", "on")]))
}
