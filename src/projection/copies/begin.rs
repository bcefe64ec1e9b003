//! Begins with a stored copy what would else begin with the log's start.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::contract::{Position, StoredCopy};
use crate::projection::ProjectionError;
use crate::projection::model::Model;
use crate::projection::place::{
    Builds, CopyFiles, Place, Standing, failed, in_background, put_in_place, remove_database,
    remove_file, standing_of,
};

/// Puts a copy of the newest copy into the place `to`, where it is not beyond `upto`, and says what it is as of. One that is damaged
/// is thrown away: then there is none.
pub(crate) async fn begin_at_copy(
    files: &CopyFiles,
    to: &Path,
    upto: Position,
) -> Result<Option<Position>, ProjectionError> {
    let newest = files.newest()?.filter(|copy| copy.as_of <= upto);
    let Some(StoredCopy { as_of, .. }) = newest else {
        return Ok(None);
    };
    let path = files.path(as_of);
    if let Err(error) = check(&path, as_of).await {
        tracing::warn!(error = %error, "a stored copy of a read model cannot be used: the log is folded from its start");
        files.forget()?;
        return Ok(None);
    }
    duplicate(&path, to).await?;
    Ok(Some(as_of))
}

/// At the start of a server: begins with its copy a read model whose file is lost, and removes what a server that died has left half
/// done. Without it the log is folded from its start, so that a failure is no reason not to start.
pub(crate) async fn begin_lost<M: Model>(data: &Path, head: Position) {
    let begun = async {
        let files = CopyFiles::of::<M>(data);
        files.clear_up()?;
        let builds = Builds::of::<M>(data);
        let answers = builds.current()?.answers;
        let path = builds.path(answers);
        if path.exists() {
            return Ok(None);
        }
        let begun = begin_at_copy(&files, &path, head).await?;
        if begun.is_some() {
            // The act that wanted the file is carried out in it.
            let mut place = Place::open(&path, M::NAME, M::SCHEMA).await?;
            place.note(answers.act()).await?;
            place.close().await?;
        }
        Ok::<_, ProjectionError>(begun)
    };
    match begun.await {
        Ok(Some(as_of)) => {
            tracing::warn!(
                consumer.name = M::NAME,
                copy.position = as_of.0,
                "the file of the read model is lost: it begins with its stored copy"
            );
        }
        Ok(None) => {}
        Err(error) => {
            tracing::warn!(consumer.name = M::NAME, error = %error, "the stored copies of the read model cannot be used");
        }
    }
}

/// Whether a copy is whole, as of what its name says, and lacks nothing.
async fn check(path: &Path, as_of: Position) -> Result<(), ProjectionError> {
    let unsound = |why: String| ProjectionError::UnsoundCopy {
        path: path.to_owned(),
        why,
    };
    let file = path.to_owned();
    let said = in_background(async move || {
        let mut connection = SqliteConnectOptions::new()
            .filename(&file)
            .immutable(true)
            .read_only(true)
            .disable_statement_logging()
            .connect()
            .await?;
        let said: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&mut connection)
            .await?;
        connection.close().await?;
        Ok::<_, sqlx::Error>(said)
    });
    let said = said.await;
    let said = said.map_err(|source| ProjectionError::Background { source })??;
    if said != "ok" {
        return Err(unsound(said));
    }
    let Standing { position, parked } = standing_of(path).await?;
    match position == as_of && parked == 0 {
        true => Ok(()),
        false => Err(unsound(format!(
            "it is as of #{position}, with {parked} events parked"
        ))),
    }
}

/// Copies a file that nobody writes into a place, at once or not at all.
async fn duplicate(from: &Path, to: &Path) -> Result<(), ProjectionError> {
    let new = on_its_way_to(to);
    let (source, target) = (from.to_owned(), new.clone());
    let copying = tokio::task::spawn_blocking(move || {
        fs::copy(source, &target)?;
        File::open(&target)?.sync_all()
    });
    let copied = copying.await.map_err(std::io::Error::other);
    if let Err(error) = copied.and_then(|copied| copied) {
        // The room is needed, and the first error says more than a second one.
        drop(remove_file(&new));
        return Err(failed(&new)(error));
    }
    // What SQLite had left beside a file that is lost belongs to that one.
    remove_database(to)?;
    put_in_place(&new, to)
}

fn on_its_way_to(path: &Path) -> PathBuf {
    let mut new = path.to_owned().into_os_string();
    new.push(".new");
    new.into()
}
