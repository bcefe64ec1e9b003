//! What every case is given: how long to measure, and where things lie.

use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

use crate::failure::Outcome;
use crate::load::Load;

pub struct Bench {
    /// How often everything is measured; medians are reported.
    pub runs: u32,
    /// How long one load lasts.
    pub lasting: Duration,
    pub warm_up: Duration,
    /// Events of the log that is read from the beginning.
    pub catch_up_events: u64,
    /// Events that a group consumes.
    pub group_events: u64,
    /// Events of the large log.
    pub growth_events: u64,
    /// Events of the long stream.
    pub stream_events: u64,
    /// Events of the log whose past is read.
    pub as_of_events: u64,
    pub places: Places,
}

pub struct Places {
    /// The program of Highwater's server.
    pub server: PathBuf,
    /// Where data, peers and results lie: on the disk that is measured.
    pub folder: PathBuf,
    /// The folder of PostgreSQL's programs.
    pub postgres: PathBuf,
}

impl Places {
    /// An empty folder on the disk that is measured, removed when dropped.
    pub fn empty_folder(&self, name: &str) -> Outcome<TempDir> {
        let work = self.folder.join("work");
        std::fs::create_dir_all(&work)?;
        Ok(tempfile::Builder::new().prefix(name).tempdir_in(work)?)
    }

    /// A copy of a folder, for what would leave something behind in it.
    pub fn copy_of(&self, folder: &Path) -> Outcome<TempDir> {
        let copy = self.empty_folder("copy-")?;
        copy_into(folder, copy.path())?;
        Ok(copy)
    }

    /// Where a peer was installed.
    pub fn peer(&self, name: &str, version: &str) -> PathBuf {
        self.folder.join("peers").join(format!("{name}-{version}"))
    }
}

impl Bench {
    /// A load of requests with so many events each.
    pub fn load(&self, events: u32) -> Load {
        Load {
            events,
            warm_up: self.warm_up,
            lasting: self.lasting,
        }
    }
}

fn copy_into(folder: &Path, copy: &Path) -> Outcome<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let to = copy.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir(&to)?;
            copy_into(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}
