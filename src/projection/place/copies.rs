//! The files of a read model's stored copies: `views/<name>_v<version>.c<position>.db`. The newest one is kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::files::{failed, names_in, put_in_place, remove_database, remove_file};
use super::names::{Part, parse, stem_of};
use crate::contract::{Position, StoredCopy, Timestamp};
use crate::projection::ProjectionError;
use crate::projection::model::Model;

/// The copies of one read model.
#[derive(Clone, Debug)]
pub(crate) struct CopyFiles {
    folder: PathBuf,
    stem: String,
}

impl CopyFiles {
    /// Those below the data folder.
    pub(crate) fn of<M: Model>(data: &Path) -> CopyFiles {
        CopyFiles {
            folder: data.join("views"),
            stem: stem_of::<M>(),
        }
    }

    /// Where the one as of a position is.
    pub(crate) fn path(&self, as_of: Position) -> PathBuf {
        self.folder.join(format!("{}.c{as_of}.db", self.stem))
    }

    /// Where one is made.
    pub(crate) fn unfinished(&self) -> PathBuf {
        self.folder.join(format!("{}.copying.db", self.stem))
    }

    /// The newest one.
    pub(crate) fn newest(&self) -> Result<Option<StoredCopy>, ProjectionError> {
        match self.all()?.into_iter().max() {
            None => Ok(None),
            Some(as_of) => self.look_at(as_of).map(Some),
        }
    }

    /// Gives the one that was made its name, and throws those before it away.
    pub(crate) fn keep(&self, as_of: Position) -> Result<StoredCopy, ProjectionError> {
        put_in_place(&self.unfinished(), &self.path(as_of))?;
        self.remove(|other| other != as_of)?;
        self.look_at(as_of)
    }

    /// Throws all of them away.
    pub(crate) fn forget(&self) -> Result<(), ProjectionError> {
        self.remove(|_| true)
    }

    /// Removes what a server that died has left half done.
    pub(crate) fn clear_up(&self) -> Result<(), ProjectionError> {
        remove_database(&self.unfinished())?;
        for name in names_in(&self.folder)? {
            if parse(&name) == Some((&self.stem, Part::New)) {
                remove_file(&self.folder.join(name))?;
            }
        }
        let newest = self.all()?.into_iter().max();
        self.remove(|as_of| Some(as_of) != newest)
    }

    fn look_at(&self, as_of: Position) -> Result<StoredCopy, ProjectionError> {
        let path = self.path(as_of);
        let file = fs::metadata(&path).map_err(failed(&path))?;
        let written = file.modified().map_err(failed(&path))?;
        Ok(StoredCopy {
            as_of,
            bytes: file.len(),
            taken_at: timestamp(written),
        })
    }

    fn remove(&self, unwanted: impl Fn(Position) -> bool) -> Result<(), ProjectionError> {
        let unwanted = self.all()?.into_iter().filter(|as_of| unwanted(*as_of));
        for as_of in unwanted {
            remove_database(&self.path(as_of))?;
        }
        Ok(())
    }

    fn all(&self) -> Result<Vec<Position>, ProjectionError> {
        let as_of = |name: String| match parse(&name) {
            Some((stem, Part::Copy(as_of))) if stem == self.stem => Some(as_of),
            _ => None,
        };
        Ok(names_in(&self.folder)?
            .into_iter()
            .filter_map(as_of)
            .collect())
    }
}

fn timestamp(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
