//! Keeps up with what other servers append: woken by their words, and by a look every second in case one was lost.

use sqlx::postgres::{PgListener, PgNotification, PgPool};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::failure;
use super::read::Reads;
use crate::contract::{Direction, EventFilter, Head, Position};
use crate::event_log::published::Published;
use crate::event_log::reading::{Disk, Stretch};
use crate::event_log::{LogError, StorageCause, StorageFailure};

/// Where servers tell each other how far the log goes.
const CHANNEL: &str = "highwater_log";
/// Between two looks at the head.
const LOOK: Duration = Duration::from_secs(1);
/// Events read at once.
const PAGE: usize = 1_000;

/// Publishes on this server what others append.
pub(super) struct Follower {
    published: Arc<Published>,
    reads: Reads,
    /// A jump over more than so many events begins the tail anew.
    tail_events: usize,
    /// One reads at a time, so that nothing is read twice.
    reading: Mutex<()>,
}

impl Follower {
    /// A follower of the log that these reads are from.
    pub(super) fn new(published: Arc<Published>, reads: Reads, tail_events: usize) -> Follower {
        Follower {
            published,
            reads,
            tail_events,
            reading: Mutex::new(()),
        }
    }

    /// Publishes everything up to a position that is committed.
    pub(super) async fn reach(&self, position: Position) -> Result<(), LogError> {
        if self.published.head().position >= position {
            return Ok(());
        }
        let _one_at_a_time = self.reading.lock().await;
        self.read_upto(position).await
    }

    /// Publishes everything up to the head as it is in the database.
    async fn catch_up(&self) -> Result<(), LogError> {
        let head = self.reads.head().await?;
        let _one_at_a_time = self.reading.lock().await;
        let here = self.published.head().position;
        if head.position.events_after(here) > self.tail_events as u64 {
            self.published.restart(head);
            return Ok(());
        }
        self.read_upto(head.position).await
    }

    async fn read_upto(&self, upto: Position) -> Result<(), LogError> {
        loop {
            let after = self.published.head().position;
            if after >= upto {
                return Ok(());
            }
            let (stretch, everything) = (Stretch { after, upto }, EventFilter::default());
            let page = self
                .reads
                .log(stretch, &everything, Direction::Forward, PAGE)
                .await?;
            if page
                .first()
                .is_none_or(|first| first.position != after.next())
            {
                return Err(not_there(after.next()));
            }
            self.published.publish(page);
        }
    }

    /// Whether the log as it is in the database is the one that we know: its head does not fall.
    pub(super) fn is_whole(&self, head: Head) -> Result<(), StorageFailure> {
        let here = self.published.head().position;
        if head.position >= here {
            return Ok(());
        }
        let detail = format!(
            "the log ends at position {}, but it had reached {here}: it was replaced or restored from a backup. \
             Start this server again, with an empty data folder",
            head.position
        );
        Err(StorageFailure::new(StorageCause::Corrupt, detail))
    }

    /// Listens and looks until it is told to stop. `server` is what this server is called in its own words.
    pub(super) async fn run(
        self: Arc<Self>,
        listeners: PgPool,
        server: Uuid,
        stop: CancellationToken,
    ) {
        let following = async {
            // The first failure of several in a row is worth a word, and so is their end.
            let mut failed = false;
            loop {
                let Err(error) = self.follow(&listeners, server, &mut failed).await else {
                    continue;
                };
                if !failed {
                    tracing::warn!(error = %error, "cannot follow what other servers append; trying again");
                }
                failed = true;
                sleep(LOOK / 4).await;
            }
        };
        tokio::select! {
            () = following => {}
            () = stop.cancelled() => {}
        }
        listeners.close().await;
    }

    /// Follows over one connection, until it is lost.
    async fn follow(
        &self,
        listeners: &PgPool,
        server: Uuid,
        failed: &mut bool,
    ) -> Result<(), LogError> {
        let of_listener = |error: sqlx::Error| failure::of_read(&error);
        let mut listener = PgListener::connect_with(listeners)
            .await
            .map_err(of_listener)?;
        // A lost connection is told at once, for words were lost with it.
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await.map_err(of_listener)?;
        // What was appended before we listened.
        self.catch_up().await?;
        if std::mem::take(failed) {
            tracing::info!("following again what other servers append");
        }
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                heard = listener.try_recv() => match heard.map_err(of_listener)? {
                    Some(word) => self.hear(&word, server).await?,
                    // The connection was lost, and words with it.
                    None => return Ok(()),
                },
                _ = looks.tick() => self.catch_up().await?,
            }
        }
    }

    async fn hear(&self, word: &PgNotification, server: Uuid) -> Result<(), LogError> {
        let Some((from, position)) = word.payload().split_once(' ') else {
            return Ok(());
        };
        // Our own writer publishes what it has committed; to read it again would be work for nothing.
        if from.parse() == Ok(server) {
            return Ok(());
        }
        match position.parse() {
            Ok(position) => self.reach(Position(position)).await,
            Err(_) => Ok(()),
        }
    }
}

fn not_there(position: Position) -> LogError {
    LogError::Storage(StorageFailure::new(
        StorageCause::Corrupt,
        format!("no event stands at position {position}, which was committed"),
    ))
}
