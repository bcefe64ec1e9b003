//! Which file of a read model answers: the first one, or one that was built beside it later.
//!
//! The files of a read model are `views/<name>_v<version>.db` and `views/<name>_v<version>.b<number>.db`. Which of them
//! answers is said by `views/<name>_v<version>.json`, which is replaced as a whole: a switch is one step, also for a power
//! failure. Without it the first one answers.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::{failed, put_in_place, remove_database};
use super::names::stem_of;
use crate::contract::Position;
use crate::projection::ProjectionError;
use crate::projection::model::Model;

/// A file of a read model: the place in the log of the act that wanted it; the first one was wanted by nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Build(Position);

impl Build {
    /// The one that an act at this place in the log wants.
    pub(crate) fn wanted_at(act: Position) -> Build {
        Build(act)
    }

    /// The place in the log of the act that wanted it.
    pub(crate) fn act(self) -> Position {
        self.0
    }
}

/// Which file answers, and which one did before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Current {
    /// The one that answers.
    pub(crate) answers: Build,
    /// The one that did before, as long as it is kept.
    pub(crate) previous: Option<Build>,
}

/// The files of one read model.
#[derive(Clone, Debug)]
pub(crate) struct Builds {
    folder: PathBuf,
    /// What all their names begin with.
    stem: String,
}

impl Builds {
    /// Those below the data folder.
    pub(crate) fn of<M: Model>(data: &Path) -> Builds {
        Builds {
            folder: data.join("views"),
            stem: stem_of::<M>(),
        }
    }

    /// Where a build is.
    pub(crate) fn path(&self, build: Build) -> PathBuf {
        let stem = &self.stem;
        self.folder.join(match build {
            Build(Position::START) => format!("{stem}.db"),
            Build(number) => format!("{stem}.b{number}.db"),
        })
    }

    /// Where one is made before anything answers.
    pub(crate) fn unfinished(&self) -> PathBuf {
        self.folder.join(format!("{}.unfinished.db", self.stem))
    }

    /// The file that answers.
    pub(crate) fn answering(&self) -> Result<PathBuf, ProjectionError> {
        Ok(self.path(self.current()?.answers))
    }

    /// Which file answers, and which one did before.
    pub(crate) fn current(&self) -> Result<Current, ProjectionError> {
        let path = self.pointer();
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map_err(|_| ProjectionError::Corrupt("name of the file that answers")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Current::default()),
            Err(error) => Err(failed(&path)(error)),
        }
    }

    /// Lets another file answer from now on, and after every restart.
    pub(crate) fn switch(&self, current: Current) -> Result<(), ProjectionError> {
        let path = self.pointer();
        let new = path.with_extension("json.new");
        let written = serde_json::to_vec(&current).map_err(io::Error::from);
        let written = written.and_then(|json| fs::write(&new, json));
        written.map_err(failed(&path))?;
        put_in_place(&new, &path)
    }

    /// Throws a build away.
    pub(crate) fn delete(&self, build: Build) -> Result<(), ProjectionError> {
        remove_database(&self.path(build))
    }

    fn pointer(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.stem))
    }
}
