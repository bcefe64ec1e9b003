//! A power cut leaves of the WAL what the disk had taken: any part of it. Whatever is cut off or turned over, what is left
//! must be a log: whole appends up to one of them, and all of those that were whole in the file.

use futures_util::future::join_all;
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{AppendRequest, EventLog, Options};
use std::path::Path;
use tempfile::TempDir;

use super::sqlite::SqliteStore;
use super::support::{add, command, event, events, json, part, positions, request, to, whole};

/// The header of the WAL, and of each of its frames, which has one page of the database.
const WAL_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const FRAME: usize = FRAME_HEADER + 4_096;

/// The files of a writer that was killed, and what they ought to hold.
struct Killed {
    database: Vec<u8>,
    wal: Vec<u8>,
    /// Bytes behind its last frame.
    room: usize,
    commits: Vec<Commit>,
}

/// How large the WAL was once an append was acknowledged, and the last position then.
#[derive(Clone, Copy)]
struct Commit {
    wal: usize,
    head: u64,
}

/// Appends of all kinds, copied from under the living writer as a kill would leave them.
async fn killed() -> Killed {
    let store = SqliteStore::new();
    let log = store.open_with(Options::default()).await;
    let wal = store.folder().join("log.db-wal");
    let mut commits = Vec::new();
    for round in 0..4 {
        for together in appends(round) {
            let answers = join_all(together.into_iter().map(|r| log.append(r))).await;
            let wal = used(&std::fs::read(&wal).unwrap());
            commits.extend(answers.into_iter().map(|answer| Commit {
                wal,
                head: answer.unwrap().position.0,
            }));
        }
    }
    let mut wal = std::fs::read(&wal).unwrap();
    let room = wal.len() - used(&wal);
    wal.truncate(used(&wal));
    Killed {
        database: std::fs::read(store.file()).unwrap(),
        wal,
        room,
        commits,
    }
}

/// How much of the file has frames; behind them there is room, which is zeros. A frame begins with the number of its page.
fn used(wal: &[u8]) -> usize {
    let frames = (WAL_HEADER..wal.len())
        .step_by(FRAME)
        .take_while(|at| wal[*at..*at + 4] != [0; 4]);
    WAL_HEADER + frames.count() * FRAME
}

/// What is appended in one round, a transaction at a time.
fn appends(round: usize) -> Vec<Vec<AppendRequest>> {
    let order = format!("order-{round}");
    let mut large = event("Made");
    large.data = json(&format!("\"{}\"", "x".repeat(20_000)));
    let mut stamped = request(vec![
        part(&order, Any, events("Placed", 2)),
        part("stock-1", Any, events("Reserved", 3)),
        part("payment-1", Any, vec![event("Asked")]),
    ]);
    stamped.command = Some(command("PlaceOrder"));
    vec![
        vec![to("order-1", Any, vec![event("Made")])],
        vec![stamped],
        vec![to("order-2", Any, vec![large])],
        (0..3)
            .map(|n| to(&format!("item-{n}"), Any, events("Counted", 4)))
            .collect(),
    ]
}

impl Killed {
    /// Opens what was left when the WAL was damaged from `damaged_at` on, and checks that it is right.
    async fn check(&self, wal: &[u8], damaged_at: usize) {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("log.db"), &self.database).unwrap();
        std::fs::write(folder.path().join("log.db-wal"), wal).unwrap();
        let found = self.check_log(folder.path()).await;
        let whole = self.commits.iter().filter(|c| c.wal <= damaged_at);
        let acknowledged = whole.map(|c| c.head).max().unwrap_or(0);
        assert!(
            found >= acknowledged,
            "damaged at {damaged_at}: #{acknowledged} was whole and #{found} is there"
        );
        let ends_with_an_append = found == 0 || self.commits.iter().any(|c| c.head == found);
        assert!(
            ends_with_an_append,
            "damaged at {damaged_at}: half an append is there, up to #{found}"
        );
    }

    /// The last position; the log is in order and goes on.
    async fn check_log(&self, folder: &Path) -> u64 {
        let log = SqliteLog::open(folder, Options::default()).await.unwrap();
        let found = log.head().position.0;
        assert_eq!(
            positions(&whole(&log).await),
            (1..=found).collect::<Vec<_>>()
        );
        let next = add(&log, "order-1", "Moved", 1).await;
        assert_eq!(next.position.0, found + 1);
        assert_eq!(log.check().await.unwrap().problems, Vec::<String>::new());
        found
    }

    /// Where each frame begins.
    fn frames(&self) -> impl Iterator<Item = usize> {
        (WAL_HEADER..self.wal.len()).step_by(FRAME)
    }
}

#[tokio::test]
async fn a_wal_that_was_not_damaged_has_everything() {
    let killed = killed().await;
    assert!(killed.frames().count() > 100, "{}", killed.frames().count());
    assert!(killed.room > FRAME, "{} bytes of room", killed.room);
    killed.check(&killed.wal, killed.wal.len()).await;
    let with_room = [&killed.wal[..], &vec![0; killed.room]].concat();
    killed.check(&with_room, killed.wal.len()).await;
}

#[tokio::test]
async fn a_wal_cut_at_any_page_is_a_log_up_to_an_append() {
    let killed = killed().await;
    for (index, at) in killed.frames().enumerate() {
        let mut wal = killed.wal[..at].to_vec();
        // What the disk did not take may be room as well as nothing.
        wal.resize(at + index % 3 * FRAME, 0);
        killed.check(&wal, at).await;
    }
}

#[tokio::test]
async fn a_wal_cut_inside_of_any_page_is_a_log_up_to_an_append() {
    let killed = killed().await;
    killed.check(&[], 0).await;
    killed.check(&killed.wal[..WAL_HEADER / 2], 0).await;
    for (index, at) in killed.frames().enumerate() {
        // Inside of the frame's header, and anywhere in its page.
        let into = if index % 4 == 0 {
            7
        } else {
            1 + index * 997 % FRAME
        };
        killed.check(&killed.wal[..at + into], at).await;
    }
}

#[tokio::test]
async fn a_wal_with_a_bit_turned_over_in_any_page_is_a_log_up_to_an_append() {
    let killed = killed().await;
    for (index, at) in killed.frames().enumerate() {
        let mut wal = killed.wal.clone();
        // The second half of a page number and the salts count as much as the page. What the header says of the size of
        // the database and the checksums does too.
        let into = if index % 4 == 0 {
            index % FRAME_HEADER
        } else {
            1 + index * 997 % FRAME
        };
        wal[at + into.min(FRAME - 1)] ^= 1 << (index % 8);
        killed.check(&wal, at).await;
    }
}
