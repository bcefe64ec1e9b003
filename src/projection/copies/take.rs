//! Takes a copy of the file that answers: on a thread of low priority, from one reading transaction, under a name of its own
//! until it is whole, on the disk, and found to be what the log says.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{Copier, KeepCopy};
use crate::contract::{Position, StoredCopy};
use crate::event_log::EventLog;
use crate::projection::ProjectionError;
use crate::projection::model::Model;
use crate::projection::place::{
    BUSY_TIMEOUT, Builds, Standing, failed, in_background, remove_database, standing_of,
};
use crate::projection::proof::compare_file;
use crate::projection::verify::check_index;

/// A copy that has no name yet.
pub(crate) struct Made {
    /// The file that it is a copy of.
    of: PathBuf,
    as_of: Position,
}

#[async_trait]
impl<M: Model> KeepCopy for Copier<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn newest(&self) -> Result<Option<StoredCopy>, ProjectionError> {
        self.files.newest()
    }

    async fn make(&self, log: &dyn EventLog) -> Result<Made, ProjectionError> {
        let of = Builds::of::<M>(&self.data).answering()?;
        let new = self.files.unfinished();
        remove_database(&new)?;
        check_room(&of)?;
        copy(&of, &new).await?;
        let Standing { position, parked } = standing_of(&new).await?;
        let unsound = |why: String| ProjectionError::UnsoundCopy {
            path: new.clone(),
            why,
        };
        if parked > 0 {
            return Err(unsound("an event was parked meanwhile".to_owned()));
        }
        let index = match M::FULL_TEXT_INDEX {
            Some(index) => check_index(&new, index).await?,
            None => None,
        };
        let proof = compare_file::<M>(&new, log).await?;
        let found = proof.and_then(|proof| proof.differences.into_iter().next());
        match index.or(found) {
            Some(difference) => Err(unsound(difference)),
            None => Ok(Made {
                of,
                as_of: position,
            }),
        }
    }

    fn keep(&self, made: &Made) -> Result<StoredCopy, ProjectionError> {
        if Builds::of::<M>(&self.data).answering()? != made.of {
            return Err(ProjectionError::UnsoundCopy {
                path: self.files.unfinished(),
                why: "another build answers now".to_owned(),
            });
        }
        self.files.keep(made.as_of)
    }

    fn drop_unfinished(&self) {
        if let Err(error) = remove_database(&self.files.unfinished()) {
            tracing::warn!(consumer.name = M::NAME, error = %error, "a copy that was not finished could not be removed");
        }
    }
}

/// A copy must not take the room that the log needs next: as much as it takes at most is left.
fn check_room(of: &Path) -> Result<(), ProjectionError> {
    let bytes = fs::metadata(of).map_err(failed(of))?.len();
    let disk = rustix::fs::statvfs(of).map_err(|error| failed(of)(error.into()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    match free >= bytes.saturating_mul(2) {
        true => Ok(()),
        false => Err(ProjectionError::NoRoom {
            path: of.to_owned(),
            bytes,
            free,
        }),
    }
}

/// Writes a file anew under another name, as it is at one moment; whoever writes it goes on meanwhile. The pages come out in order
/// and without gaps, so that a build that begins with them reads and writes fewer.
async fn copy(of: &Path, new: &Path) -> Result<(), ProjectionError> {
    let (file, new) = (of.to_owned(), new.to_owned());
    let copied = in_background(async move || {
        let mut connection = SqliteConnectOptions::new()
            .filename(&file)
            .read_only(true)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging()
            .connect()
            .await?;
        sqlx::query("VACUUM INTO ?1")
            .bind(new.display().to_string())
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        // Here, where waiting for the disk keeps nobody from anything.
        File::open(&new)?.sync_all()?;
        Ok(())
    });
    let copied = copied.await;
    let copied = copied.map_err(|source| ProjectionError::Background { source })?;
    copied.map_err(ProjectionError::Database)
}
