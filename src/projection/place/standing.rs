//! Where a file stands that nobody writes.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::checkpoint_in_tx;
use crate::contract::Position;
use crate::projection::ProjectionError;
use crate::subscription::parking::sqlite;

/// Where a file stands.
pub(crate) struct Standing {
    /// The last position whose rows are in it.
    pub(crate) position: Position,
    /// Events set aside.
    pub(crate) parked: u64,
}

/// Reads where a file stands, and leaves nothing beside it.
pub(crate) async fn standing_of(path: &Path) -> Result<Standing, ProjectionError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .immutable(true)
        .read_only(true)
        .disable_statement_logging()
        .connect()
        .await?;
    let position = checkpoint_in_tx(&mut connection).await?;
    let held = sqlite::held_in_tx(&mut connection).await?;
    connection.close().await?;
    Ok(Standing {
        position,
        parked: held.parked(),
    })
}
