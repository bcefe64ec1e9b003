//! Steps on whole files that hold over a power failure.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::projection::ProjectionError;

/// What SQLite keeps beside a database, and what we do.
pub(super) const SIDES: [&str; 4] = ["-wal", "-shm", "-journal", "-unsynced"];

/// Gives a whole file its name: what it holds is on the disk before.
pub(crate) fn put_in_place(from: &Path, to: &Path) -> Result<(), ProjectionError> {
    let renamed = || {
        File::open(from)?.sync_all()?;
        fs::rename(from, to)?;
        sync_name(to)
    };
    renamed().map_err(failed(to))
}

/// Waits until the disk has it that a file is there under its name, or is there no more: that stands in its folder.
pub(super) fn sync_name(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Removes a database with what is kept beside it.
pub(crate) fn remove_database(path: &Path) -> Result<(), ProjectionError> {
    for end in [""].into_iter().chain(SIDES) {
        let mut file = path.to_owned().into_os_string();
        file.push(end);
        remove_file(Path::new(&file))?;
    }
    Ok(())
}

/// Removes a file, where it is there.
pub(crate) fn remove_file(path: &Path) -> Result<(), ProjectionError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

/// The names of the files in a folder; none where there is no folder. Those that are no text are none of ours.
pub(crate) fn names_in(folder: &Path) -> Result<Vec<String>, ProjectionError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed(folder))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed(folder))?.file_name();
        names.extend(name.into_string());
    }
    Ok(names)
}

/// What the file system said of a file.
pub(crate) fn failed(path: &Path) -> impl FnOnce(io::Error) -> ProjectionError + use<> {
    let path: PathBuf = path.to_owned();
    |source| ProjectionError::File { path, source }
}
