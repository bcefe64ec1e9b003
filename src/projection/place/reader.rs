use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Sqlite, Transaction};

use super::{BUSY_TIMEOUT, checkpoint_in_tx};
use crate::contract::Position;
use crate::projection::ProjectionError;
use crate::subscription::parking::{Held, sqlite};

/// Connections that may read one place at the same time. The machine's cores are shared with the writers, and a page
/// asks for little: more would only queue elsewhere.
const READERS: u32 = 4;

/// The reading end of a place: a pool of connections that cannot write.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    /// The connections to the file that answers now.
    pool: Arc<RwLock<SqlitePool>>,
}

impl Reader {
    /// Opens a place that exists.
    pub(crate) async fn open(path: &Path) -> Result<Reader, ProjectionError> {
        let pool = Arc::new(RwLock::new(connect(path).await?));
        Ok(Reader { pool })
    }

    /// Goes over to another file, for all clones, once `decided` has made that hold for the next start too. Questions that are
    /// under way are answered from the file that they were put to.
    pub(crate) async fn go_over_to(
        &self,
        path: &Path,
        decided: impl FnOnce() -> Result<(), ProjectionError>,
    ) -> Result<(), ProjectionError> {
        let new = connect(path).await?;
        decided()?;
        let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        let left = std::mem::replace(&mut *pool, new);
        drop(pool);
        tokio::spawn(async move { left.close().await });
        Ok(())
    }

    fn pool(&self) -> SqlitePool {
        self.pool
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Begins to read: all that is read through the snapshot is as of one position.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, ProjectionError> {
        let mut tx = self.pool().begin().await?;
        let as_of = checkpoint_in_tx(&mut tx).await?;
        Ok(Snapshot { tx, as_of })
    }

    /// Begins to read what was, as of a position that the place has come to.
    pub(crate) async fn past(&self, at: Position) -> Result<Snapshot, ProjectionError> {
        let snapshot = self.snapshot().await?;
        if at > snapshot.as_of {
            return Err(ProjectionError::NotThere {
                as_of: snapshot.as_of,
                wanted: at,
            });
        }
        Ok(Snapshot {
            as_of: at,
            ..snapshot
        })
    }

    /// What is parked in the place.
    pub(crate) async fn held(&self) -> Result<Held, ProjectionError> {
        let mut connection = self.pool().acquire().await?;
        Ok(sqlite::held_in_tx(&mut connection).await?)
    }

    /// The last position whose rows are in the place.
    pub(crate) async fn checkpoint(&self) -> Result<Position, ProjectionError> {
        let mut connection = self.pool().acquire().await?;
        Ok(checkpoint_in_tx(&mut connection).await?)
    }
}

/// The place at one moment, asked about one position.
pub(crate) struct Snapshot {
    tx: Transaction<'static, Sqlite>,
    as_of: Position,
}

impl Snapshot {
    /// The position that the rows are as of.
    pub(crate) fn as_of(&self) -> Position {
        self.as_of
    }

    /// The connection to ask.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }
}

async fn connect(path: &Path) -> Result<SqlitePool, ProjectionError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging();
    SqlitePoolOptions::new()
        .max_connections(READERS)
        // A local file does not go away between two queries.
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(|source| ProjectionError::Open {
            path: path.to_owned(),
            source,
        })
}
