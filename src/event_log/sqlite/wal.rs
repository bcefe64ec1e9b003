//! Keeps the WAL bounded.
//!
//! What is committed is brought into the database beside the writer ([`Checkpointer`]), a piece at a time. For the WAL to begin
//! anew all of it must be there, so once it is long the writer waits for the last piece, which is small by then, and copies it
//! itself. It begins anew only in a moment in which nobody reads from it, though: readers who overlap without end, or one who
//! reads for long, let it grow. Past its bound the writer therefore waits for the readers: for a short time, since appends
//! wait too, and after a vain try not again at once.

use rusqlite::{Connection, hooks};
use std::cell::Cell;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::checkpointer::Checkpointer;
use super::open::BUSY_TIMEOUT;
use crate::event_log::metrics;

/// The last piece: so many pages the writer copies itself.
const FEW: u32 = 512;
/// So often a piece that is larger is left to the checkpointer, where the writer fills the WAL as fast as it is emptied.
const ROUNDS: u32 = 4;

/// A page in the WAL, with what is said of it.
const FRAME: u64 = 4_096 + 24;
/// What a transaction may need.
const MARGIN: u64 = 512 * 1024;
/// By so much the file is lengthened: the commit that follows brings it all to the disk, so it is not much.
const PIECE: u64 = 256 * 1024;

/// So long appends wait for readers at most.
const PATIENCE: Duration = Duration::from_millis(100);
/// So long nothing is tried after readers outlasted our patience.
const PAUSE: Duration = Duration::from_secs(2);

/// The WAL's file and its bound.
pub(super) struct Wal {
    file: PathBuf,
    bound: u64,
    /// When the next try is due; `None` at any time.
    not_before: Option<Instant>,
    checkpointer: Checkpointer,
    progress: Progress,
    /// Bytes of the file, as far as we know; a transaction that stays within them does not make it grow.
    roomy_to: u64,
}

/// How far the WAL has been brought into the database, in pages.
#[derive(Clone, Copy, Debug)]
struct Progress {
    /// A piece.
    piece: u32,
    /// Where the last piece ends that was begun.
    begun: u32,
    /// Where the WAL is to begin anew.
    long: u32,
    /// How often the last piece was too large.
    rounds: u32,
}

/// What is to be done after a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    /// The checkpointer copies what has come.
    Piece,
    /// The writer copies the rest.
    Rest,
}

impl Progress {
    /// Of a WAL that is long at half of its bound, in bytes.
    fn new(bound: u64) -> Progress {
        const PAGE: u64 = 4_096;
        let long = u32::try_from(bound / 2 / PAGE).unwrap_or(u32::MAX).max(4);
        Progress {
            piece: long / 4,
            begun: 0,
            long,
            rounds: 0,
        }
    }

    /// The WAL has so many pages, and the checkpointer has done what it was asked.
    fn step(&mut self, pages: u32) -> Step {
        let fresh = pages - self.begun;
        if pages < self.long {
            if fresh < self.piece {
                return Step::Nothing;
            }
            self.begun = pages;
            return Step::Piece;
        }
        self.begun = pages;
        if fresh > FEW && self.rounds < ROUNDS {
            self.rounds += 1;
            return Step::Piece;
        }
        // Where a reader keeps it from beginning anew, another piece may come before the next try.
        self.long = pages.saturating_add(self.piece);
        self.rounds = 0;
        Step::Rest
    }
}

impl Wal {
    /// The WAL of a database.
    pub(super) fn of(database: &Path, bound: u64) -> std::io::Result<Wal> {
        Ok(Wal {
            file: wal_of(database),
            bound,
            not_before: None,
            checkpointer: Checkpointer::start(database, bound)?,
            progress: Progress::new(bound),
            roomy_to: 0,
        })
    }

    /// Its file.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// After a commit: sees to it that the WAL is brought into the database, and cuts it back where it is over its bound and
    /// the readers allow it.
    pub(super) fn keep_bounded(&mut self, connection: &Connection) {
        self.bring_in(connection, PAGES.get());
        let size = self.size();
        metrics::wal_size(size);
        let resting = self.not_before.is_some_and(|due| Instant::now() < due);
        if size <= self.bound || resting {
            return;
        }
        self.roomy_to = 0;
        match cut(connection) {
            Ok(true) => self.not_before = None,
            Ok(false) => {
                tracing::warn!(wal.bytes = size, "readers keep the WAL from being cut back");
                self.not_before = Some(Instant::now() + PAUSE);
            }
            Err(error) => {
                tracing::warn!(wal.bytes = size, error = %error, "the WAL could not be cut back");
                self.not_before = Some(Instant::now() + PAUSE);
            }
        }
        metrics::wal_size(self.size());
    }

    /// Within a transaction: lets the file grow by a piece where the transaction might come to its end. A commit to a file that
    /// grows has two things to bring to the disk, its pages and the file's new size, and takes up to twice as long. What
    /// stands behind the last frame is not read by anyone: it has no right checksum.
    ///
    /// The transaction holds the lock without which nobody writes to the WAL, so that nobody's frames are written over.
    pub(super) fn make_room(&mut self) {
        let needed = u64::from(PAGES.get()) * FRAME + MARGIN;
        if needed <= self.roomy_to {
            return;
        }
        let size = self.size();
        self.roomy_to = size;
        if needed <= size || needed > self.bound / 2 {
            return;
        }
        match lengthen(&self.file, size) {
            Ok(()) => self.roomy_to = size + PIECE,
            Err(error) => {
                // Commits go on without; whether there is room for them they find out by themselves.
                tracing::debug!(error = %error, "no room was made for the WAL");
                self.roomy_to = u64::MAX;
            }
        }
    }

    fn bring_in(&mut self, connection: &Connection, pages: u32) {
        if pages < self.progress.begun {
            self.progress = Progress::new(self.bound);
        }
        if self.checkpointer.is_at_work() {
            return;
        }
        match self.progress.step(pages) {
            Step::Nothing => {}
            Step::Piece => self.checkpointer.begin(),
            Step::Rest => {
                if let Err(error) = copy(connection, "writer") {
                    tracing::warn!(error = %error, "the WAL could not be brought into the database");
                }
            }
        }
    }

    fn size(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |file| file.len())
    }
}

/// Adds a piece behind the end of a file; all of it or nothing.
fn lengthen(file: &Path, size: u64) -> std::io::Result<()> {
    let mut file = File::options().write(true).open(file)?;
    file.seek(SeekFrom::Start(size))?;
    // Real zeros: a hole, or blocks that are only reserved, would be one more thing to bring to the disk with each commit.
    let zeros = vec![0; PIECE as usize];
    file.write_all(&zeros).or_else(|error| {
        file.set_len(size)?;
        Err(error)
    })
}

thread_local! {
    /// Pages in the WAL after the last commit of this thread. SQLite tells them to a plain function, which has no other place
    /// to leave them.
    static PAGES: Cell<u32> = const { Cell::new(0) };
}

/// Lets a connection say after each commit how many pages the WAL has, instead of copying them then.
pub(super) fn watch(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.wal_hook(Some(note_pages));
    Ok(())
}

fn note_pages(_: &hooks::Wal, pages: i32) -> rusqlite::Result<()> {
    PAGES.set(pages.unsigned_abs());
    Ok(())
}

/// Copies what is committed into the database, as far as readers allow it, without waiting for anybody.
pub(super) fn copy(connection: &Connection, by: &'static str) -> rusqlite::Result<()> {
    let begun = Instant::now();
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    metrics::wal_copied(by, begun.elapsed());
    Ok(())
}

/// The WAL of a database, which need not be there.
pub(super) fn wal_of(database: &Path) -> PathBuf {
    database.with_extension("db-wal")
}

/// Brings all of the WAL into the database and empties its file. `false` when readers held it for too long.
fn cut(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(PATIENCE)?;
    let cut = checkpoint(connection);
    connection.busy_timeout(BUSY_TIMEOUT)?;
    cut
}

/// Brings all of the WAL into the database and empties its file, waiting for readers as long as the connection does.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<bool> {
    let busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(!busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkpointer_copies_pieces_and_the_writer_a_small_rest() {
        let mut progress = Progress::new(2 * 4_096 * 8_000);
        assert_eq!(progress.step(1_999), Step::Nothing);
        assert_eq!(progress.step(2_000), Step::Piece);
        assert_eq!(progress.step(3_999), Step::Nothing);
        assert_eq!(progress.step(4_100), Step::Piece);
        // It has become long while the last piece was copied.
        assert_eq!(progress.step(9_000), Step::Piece);
        assert_eq!(progress.step(9_400), Step::Rest);
        // A reader kept it from beginning anew.
        assert_eq!(progress.step(9_500), Step::Nothing);
        assert_eq!(progress.step(11_400), Step::Piece);
    }

    #[test]
    fn a_writer_that_is_faster_copies_the_rest_in_the_end() {
        let mut progress = Progress::new(2 * 4_096 * 8_000);
        let steps: Vec<Step> = (1..=6).map(|n| progress.step(n * 9_000)).collect();
        assert_eq!(steps[..4], [Step::Piece; 4]);
        assert_eq!(steps[4], Step::Rest);
    }
}
