//! A real log that can be stopped and started, in order or not.

use async_trait::async_trait;
use highwater::contract::Timestamp;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{EventLog, Limits, Options, TailBounds};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

use crate::event_log::postgres::PostgresStore;
use crate::event_log::support::Store;

/// The log under test.
#[async_trait]
pub trait Harness {
    /// As it is open now.
    fn log(&self) -> &Arc<dyn EventLog>;

    /// Closes it and opens it again.
    async fn restart(&mut self);

    /// Opens what would be found if the process had been killed at this moment.
    async fn crash(&mut self);
}

/// A time that moves when the test says so.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Default for Clock {
    fn default() -> Clock {
        Clock(Arc::new(AtomicI64::new(1_700_000_000_000_000)))
    }
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    pub fn move_by(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

/// What is small in the log is used up soon: the tail, and the streams that the writer remembers.
fn options(limits: Limits, clock: Clock) -> Options {
    Options {
        limits,
        tail: TailBounds {
            events: 8,
            bytes: usize::MAX,
        },
        remembered_streams: 2,
        readers: 2,
        clock: Arc::new(move || clock.now()),
        ..Options::default()
    }
}

/// The log on SQLite.
pub struct SqliteHarness {
    options: Options,
    log: Arc<dyn EventLog>,
    /// The last one is in use; those before it are what crashes have left.
    folders: Vec<TempDir>,
}

impl SqliteHarness {
    pub async fn start(limits: Limits, clock: Clock) -> SqliteHarness {
        let options = options(limits, clock);
        let folder = tempfile::tempdir().unwrap();
        SqliteHarness {
            log: open(&folder, &options).await,
            options,
            folders: vec![folder],
        }
    }

    fn folder(&self) -> &TempDir {
        self.folders.last().unwrap()
    }
}

async fn open(folder: &TempDir, options: &Options) -> Arc<dyn EventLog> {
    let log = SqliteLog::open(folder.path(), options.clone()).await;
    Arc::new(log.unwrap())
}

#[async_trait]
impl Harness for SqliteHarness {
    fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    async fn restart(&mut self) {
        self.log.close().await;
        self.log = open(self.folder(), &self.options).await;
    }

    async fn crash(&mut self) {
        let left = tempfile::tempdir().unwrap();
        for file in ["log.db", "log.db-wal"] {
            let from = self.folder().path().join(file);
            if from.exists() {
                std::fs::copy(from, left.path().join(file)).unwrap();
            }
        }
        self.log = open(&left, &self.options).await;
        self.folders.push(left);
    }
}

/// The log on PostgreSQL.
pub struct PostgresHarness {
    options: Options,
    store: PostgresStore,
    log: Arc<dyn EventLog>,
}

impl PostgresHarness {
    pub async fn start(limits: Limits, clock: Clock) -> PostgresHarness {
        let options = options(limits, clock);
        let store = PostgresStore::new();
        PostgresHarness {
            log: store.open_as(options.clone()).await,
            options,
            store,
        }
    }
}

#[async_trait]
impl Harness for PostgresHarness {
    fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    async fn restart(&mut self) {
        self.log.close().await;
        self.log = self.store.open_as(self.options.clone()).await;
    }

    /// What the database sees of a killed process: its connections break.
    async fn crash(&mut self) {
        self.store.break_connections();
        self.log = self.store.open_as(self.options.clone()).await;
    }
}
