//! The place of a read model: one SQLite file with its rows and its checkpoint.
//!
//! Rows and checkpoint are written in one transaction, and transactions are not synced one by one
//! (`synchronous=NORMAL`): after a crash both come back together, perhaps at an earlier position, and the projection
//! catches up from there. The log is the truth; a place can always be folded again.
//!
//! Whoever opens a place to write takes a token, and each write carries it: of two owners only the later one can write.

mod background;
mod builds;
mod copies;
mod files;
mod filling;
mod names;
mod parked;
mod reader;
mod rows;
mod standing;
mod unsynced;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, QueryBuilder, Sqlite, Transaction};

use super::ProjectionError;
use super::model::Model;
use crate::contract::Position;
use crate::subscription::Checkpoint;
use crate::subscription::parking::{self, Held, Waiting};

pub(crate) use background::{in_background, start_in_background};
pub(crate) use builds::{Build, Builds, Current};
pub(crate) use copies::CopyFiles;
pub(crate) use files::{failed, names_in, put_in_place, remove_database, remove_file};
pub(crate) use names::{Part, parse, stem_of};
pub(crate) use parked::ParkedOf;
pub(crate) use reader::{Reader, Snapshot};
pub(crate) use rows::{Cell, insert_in_tx, load_in_tx, write_in_tx};
pub(crate) use standing::{Standing, standing_of};
use unsynced::Unsynced;

/// How long a connection waits for another one's lock: longer than an integrity check of a large index takes.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The writing end of a place. There is one for each place; readers have connections of their own.
pub(crate) struct Place {
    /// The projection, for messages.
    name: &'static str,
    path: PathBuf,
    writer: SqliteConnection,
    /// Ours as long as nobody opened the place after us.
    token: i64,
    /// Whether the connection is opened anew before it is used again.
    doubtful: bool,
    /// What is parked here, as of the last look.
    held: Arc<Held>,
    /// While it is filled, and the disk need not have it.
    unsynced: Option<Unsynced>,
}

impl Place {
    /// Opens a place and makes it where it is not there; `schema` must be repeatable.
    pub(crate) async fn open(
        path: &Path,
        name: &'static str,
        schema: &'static str,
    ) -> Result<Place, ProjectionError> {
        make_folder_of(path)?;
        let opened = async {
            let mut writer = connect(path).await?;
            let token = prepare(&mut writer, schema).await?;
            let held = parking::sqlite::held_in_tx(&mut writer).await?;
            Ok(Place {
                name,
                path: path.to_owned(),
                writer,
                token,
                doubtful: false,
                held: Arc::new(held),
                unsynced: None,
            })
        };
        opened.await.map_err(|source| ProjectionError::Open {
            path: path.to_owned(),
            source,
        })
    }

    /// After a failure. A full disk ends a transaction in SQLite of itself, but not in the driver's books, and no further
    /// one would begin on this connection.
    pub(crate) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// Where the place stands.
    pub(crate) async fn checkpoint(&mut self) -> Result<Checkpoint, ProjectionError> {
        if self.doubtful {
            self.writer = connect(&self.path).await?;
            self.doubtful = false;
        }
        let (position, carried_out): (i64, i64) =
            sqlx::query_as("SELECT position, carried_out FROM checkpoint")
                .fetch_one(&mut self.writer)
                .await?;
        self.held = Arc::new(parking::sqlite::held_in_tx(&mut self.writer).await?);
        Ok(Checkpoint {
            position: Position::from_sql(position),
            carried_out: Position::from_sql(carried_out),
            parked: self.held.parked(),
            ..Checkpoint::default()
        })
    }

    /// What must not be folded now.
    pub(crate) fn held(&self) -> &Arc<Held> {
        &self.held
    }

    /// Notes that an operator's act is carried out.
    pub(crate) async fn note(&mut self, act: Position) -> Result<(), ProjectionError> {
        let noted = sqlx::query(include_str!("note.sql"))
            .bind(act.to_sql())
            .bind(self.token)
            .execute(&mut self.writer)
            .await?;
        match noted.rows_affected() {
            1 => Ok(()),
            _ => Err(ProjectionError::TakenOver { name: self.name }),
        }
    }

    /// Leaves the file in order.
    pub(crate) async fn close(self) -> Result<(), ProjectionError> {
        Ok(self.writer.close().await?)
    }

    /// Begins the transaction of one batch and moves the checkpoint in it.
    ///
    /// The lock is taken at the start: a transaction that begins by reading could be refused when it comes to write.
    pub(crate) async fn begin_move(
        &mut self,
        expected: Position,
        upto: Position,
    ) -> Result<Transaction<'_, Sqlite>, ProjectionError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        move_in_tx(&mut tx, self.name, self.token, expected, upto).await?;
        Ok(tx)
    }

    /// Moves the checkpoint past events that do not concern the read model, or wait.
    pub(crate) async fn move_checkpoint(
        &mut self,
        expected: Position,
        upto: Position,
        waiting: &[Waiting],
    ) -> Result<(), ProjectionError> {
        if waiting.is_empty() {
            return move_in_tx(&mut self.writer, self.name, self.token, expected, upto).await;
        }
        let mut tx = self.begin_move(expected, upto).await?;
        parking::sqlite::wait_in_tx(&mut tx, waiting).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Empties the place, so that it stands before the first event, and notes the act that wanted it.
    pub(crate) async fn clear<M: Model>(&mut self, act: Position) -> Result<(), ProjectionError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let cleared = sqlx::query(include_str!("clear_checkpoint.sql"))
            .bind(act.to_sql())
            .bind(self.token)
            .execute(&mut *tx)
            .await?;
        if cleared.rows_affected() != 1 {
            return Err(ProjectionError::TakenOver { name: self.name });
        }
        let tables = M::TABLES
            .iter()
            .map(|table| format!("DELETE FROM {}", table.name));
        // An index over a table is not told what it loses.
        let index = M::FULL_TEXT_INDEX
            .iter()
            .map(|index| format!("INSERT INTO {index} ({index}) VALUES ('delete-all')"));
        for statement in tables.chain(index) {
            QueryBuilder::<Sqlite>::new(statement)
                .build()
                .execute(&mut *tx)
                .await?;
        }
        // Some tables have rows from the start.
        sqlx::raw_sql(M::SCHEMA).execute(&mut *tx).await?;
        parking::sqlite::clear_in_tx(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Compare-and-set: whoever finds the checkpoint elsewhere than where it was left, is not the only one here.
async fn move_in_tx(
    connection: &mut SqliteConnection,
    name: &'static str,
    token: i64,
    expected: Position,
    upto: Position,
) -> Result<(), ProjectionError> {
    let moved = sqlx::query(include_str!("move_checkpoint.sql"))
        .bind(expected.to_sql())
        .bind(upto.to_sql())
        .bind(token)
        .execute(&mut *connection)
        .await?;
    if moved.rows_affected() == 1 {
        return Ok(());
    }
    let found = checkpoint_in_tx(connection).await?;
    if found == expected {
        return Err(ProjectionError::TakenOver { name });
    }
    Err(ProjectionError::CheckpointMoved {
        name,
        expected,
        found,
    })
}

async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
        .connect()
        .await
}

/// Makes what is missing, and takes the place over from whoever had it.
async fn prepare(writer: &mut SqliteConnection, schema: &'static str) -> Result<i64, sqlx::Error> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(include_str!("checkpoint.sql"))
        .execute(&mut *tx)
        .await?;
    sqlx::raw_sql(schema).execute(&mut *tx).await?;
    sqlx::raw_sql(parking::sqlite::SCHEMA)
        .execute(&mut *tx)
        .await?;
    let token = sqlx::query_scalar("UPDATE checkpoint SET token = token + 1 RETURNING token")
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(token)
}

/// The last position whose rows are in the place that the connection sees.
pub(crate) async fn checkpoint_in_tx(
    connection: &mut SqliteConnection,
) -> Result<Position, sqlx::Error> {
    let position: i64 = sqlx::query_scalar("SELECT position FROM checkpoint")
        .fetch_one(connection)
        .await?;
    Ok(Position::from_sql(position))
}

fn make_folder_of(path: &Path) -> Result<(), ProjectionError> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|source| ProjectionError::Folder {
        path: folder.to_owned(),
        source,
    })
}
