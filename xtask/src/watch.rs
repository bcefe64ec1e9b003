//! Waits for a source to change. Looking at a few hundred files takes a millisecond or two, so looking is enough.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::project::Project;
use crate::stamp::fingerprint;

const WATCHED: [&str; 7] = [
    "src",
    "style",
    "public",
    "migrations",
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
];

/// How often we look.
const LOOK: Duration = Duration::from_millis(250);

/// The sources as they were last seen.
pub struct Watch {
    paths: Vec<PathBuf>,
    seen: String,
}

impl Watch {
    pub fn new(project: &Project) -> Watch {
        let paths = WATCHED.map(|path| project.at(path)).to_vec();
        let seen = look(&paths);
        Watch { paths, seen }
    }

    /// Whether something changed since the last time that this was asked. An editor that writes many files at once is
    /// given the time to finish.
    pub fn changed(&mut self) -> bool {
        thread::sleep(LOOK);
        let mut now = look(&self.paths);
        if now == self.seen {
            return false;
        }
        loop {
            thread::sleep(LOOK / 2);
            let later = look(&self.paths);
            if later == now {
                break;
            }
            now = later;
        }
        self.seen = now;
        true
    }
}

fn look(paths: &[PathBuf]) -> String {
    let paths: Vec<_> = paths.iter().map(PathBuf::as_path).collect();
    fingerprint(&paths)
}
