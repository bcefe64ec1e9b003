//! A copy of a log as it is at one moment, made while a server writes it: what a backup and a restore are.
//!
//! SQLite's own backup copies the pages. It would start again at every commit of another process, so all of it reads one
//! snapshot; until it is done the WAL grows by what is appended, and is given back afterwards. `VACUUM INTO` would hold the
//! same snapshot for longer, because it builds every index anew, and cannot say how far it is.
//!
//! The copy grows under another name, is synced and checked wholly, and only then gets its own.

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use super::read::Reads;
use super::{examine, failure, open};
use crate::contract::Head;
use crate::event_log::lock::FolderLock;
use crate::event_log::{CheckReport, LogError};

/// Pages of one step: 4 MiB, after which it says how far it is and whether it should stop.
const PAGES: i32 = 1_024;
/// How long it waits where a lock is in its way.
const PAUSE: Duration = Duration::from_millis(50);
/// What the copy is called until it is whole.
const UNFINISHED: &str = "log.db.unfinished";

/// A copy that is in its place.
#[derive(Clone, Debug)]
pub struct Copied {
    /// Where the log ends.
    pub head: Head,
    /// What is in it; nothing of it is wrong.
    pub report: CheckReport,
    /// How large it is.
    pub bytes: u64,
}

/// Why there is no copy. What was there of it is gone again.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is nothing to copy.
    #[error("there is no log in `{}`", .0.display())]
    NoLog(PathBuf),
    /// The target is taken.
    #[error("there is `{found}` in `{}` already: name a folder that is empty or not there yet", folder.display())]
    Occupied {
        /// The target.
        folder: PathBuf,
        /// What is in it.
        found: String,
    },
    /// The copy is damaged, and so is what it was made of.
    #[error("the log in `{}` is damaged, and no copy of it was kept: {}", folder.display(), problems.join("; "))]
    Damaged {
        /// Where the damaged log is.
        folder: PathBuf,
        /// What is wrong with it.
        problems: Vec<String>,
    },
    /// It was told to stop.
    #[error("stopped; nothing of the copy was kept")]
    Stopped,
    /// Reading or writing failed.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Copies the log of one folder into another, which is empty or not there yet. Others may write the first; nobody may
/// have the second. `program` is what holds it meanwhile, and `progress` is told the bytes done and their whole.
///
/// # Errors
/// See [`CopyError`].
pub async fn copy(
    from: &Path,
    to: &Path,
    program: &str,
    stop: CancellationToken,
    progress: impl FnMut(u64, u64) + Send + 'static,
) -> Result<Copied, CopyError> {
    let source = from.join("log.db");
    if !source.exists() {
        return Err(CopyError::NoLog(from.to_owned()));
    }
    examine::before_reading(from)?;
    open::make_folder(to)?;
    let _lock = FolderLock::take(to, program)?;
    check_empty(to)?;

    let unfinished = Unfinished(to.join(UNFINISHED));
    let (file, stopped) = (unfinished.0.clone(), stop.clone());
    let pages = tokio::task::spawn_blocking(move || copy_pages(&source, &file, &stopped, progress));
    pages
        .await
        .map_err(|error| unusable(to, io::Error::other(error)))??;
    let copied = tokio::select! {
        copied = examine_copy(&unfinished.0) => copied?,
        () = stop.cancelled() => return Err(CopyError::Stopped),
    };
    if !copied.report.problems.is_empty() {
        return Err(CopyError::Damaged {
            folder: from.to_owned(),
            problems: copied.report.problems,
        });
    }
    put_in_place(&unfinished.0, to).map_err(|error| unusable(to, error))?;
    Ok(copied)
}

/// A folder counts as empty that has nothing but a lock and what an earlier copy left when it was killed.
fn check_empty(folder: &Path) -> Result<(), CopyError> {
    let entries = std::fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(folder, error))?;
    let found = entries
        .iter()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "log.lock" && !name.starts_with(UNFINISHED))
        .min();
    match found {
        Some(found) => Err(CopyError::Occupied {
            folder: folder.to_owned(),
            found,
        }),
        None => Ok(()),
    }
}

/// A copy that is not whole yet. It is gone with whoever makes it; what a killed process left is overwritten.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// Removes a database and what may stand beside it. Where there is none, all is well.
fn remove(file: &Path) {
    for beside in ["", "-journal", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        drop(std::fs::remove_file(name));
    }
}

fn copy_pages(
    source: &Path,
    target: &Path,
    stop: &CancellationToken,
    progress: impl FnMut(u64, u64),
) -> Result<(), CopyError> {
    remove(target);
    let whole = step_through(source, target, stop, progress)
        .and_then(|whole| leave_wal_mode(target).map(|()| whole))
        .map_err(|error| LogError::Storage(failure::of_rusqlite(&error)))?;
    if !whole {
        return Err(CopyError::Stopped);
    }
    let synced = File::open(target).and_then(|file| file.sync_all());
    synced.map_err(|error| unusable(target, error))
}

/// Copies the pages; whether it came to the end.
fn step_through(
    source: &Path,
    target: &Path,
    stop: &CancellationToken,
    mut progress: impl FnMut(u64, u64),
) -> rusqlite::Result<bool> {
    let from = examine::connect(source)?;
    let mut to = Connection::open(target)?;
    // Nobody reads it until it is whole and synced.
    to.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
    from.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")?;
    let page: u32 = from.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let backup = Backup::new(&from, &mut to)?;
    while !stop.is_cancelled() {
        let step = backup.step(PAGES)?;
        let pages = backup.progress();
        let bytes = |pages: i32| u64::from(pages.unsigned_abs()) * u64::from(page);
        progress(
            bytes(pages.pagecount - pages.remaining),
            bytes(pages.pagecount),
        );
        match step {
            StepResult::Done => return Ok(true),
            StepResult::Busy | StepResult::Locked => std::thread::sleep(PAUSE),
            _ => {}
        }
    }
    Ok(false)
}

/// A copy is one file, which can be read where nothing can be written.
fn leave_wal_mode(file: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(file)?;
    connection.pragma_update(None, "journal_mode", "delete")?;
    connection.close().map_err(|(_, error)| error)
}

async fn examine_copy(file: &Path) -> Result<Copied, CopyError> {
    let reads = Reads::new(file.to_owned(), 1);
    let report = reads.check().await?;
    let head = reads.head().await?;
    reads.close().await;
    let bytes = std::fs::metadata(file).map_or(0, |file| file.len());
    Ok(Copied {
        head,
        report,
        bytes,
    })
}

/// Gives the copy its name, for good.
fn put_in_place(file: &Path, folder: &Path) -> io::Result<()> {
    std::fs::rename(file, folder.join("log.db"))?;
    File::open(folder)?.sync_all()?;
    match folder.canonicalize()?.parent() {
        Some(above) => File::open(above)?.sync_all(),
        None => Ok(()),
    }
}

fn unusable(folder: &Path, error: io::Error) -> CopyError {
    CopyError::Log(LogError::Folder {
        folder: folder.to_owned(),
        detail: error.to_string(),
    })
}
