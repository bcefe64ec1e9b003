//! Leases: which of several servers on one PostgreSQL runs a consumer whose work must be done once.
//!
//! A lease is a row in the log's database. It holds for six seconds by that database's clock and is renewed every two. A server
//! that could not renew stops working a second before, by its own clock, which is asked for spans of time and never for the
//! time. Each taking raises the lease's token; what is stored of the consumer carries the token, so that a holder that was
//! frozen and goes on too late writes nothing.

mod hold;
mod told;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::PgPool;
use sqlx::types::Json;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Board;
use crate::contract::Timestamp;
use told::Told;

pub use hold::Lease;

/// For so long a lease holds after it was taken or renewed.
const HOLDS: Duration = Duration::from_secs(6);
/// So long before that its holder stops working, where it could not renew.
const MARGIN: Duration = Duration::from_secs(1);
/// How often a lease is renewed.
const RENEWED: Duration = Duration::from_secs(2);
/// How often we look who has which lease.
const LOOK: Duration = Duration::from_millis(500);
/// A trip to the database takes no longer.
const TRIP: Duration = Duration::from_secs(2);

/// The leases cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The database failed.
    #[error("the leases' database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// It did not answer in time.
    #[error("the leases' database did not answer in time")]
    Late,
}

/// Who we are in the leases.
#[derive(Clone, Debug)]
pub struct Owner {
    /// This run of this server, for people.
    pub name: String,
    /// How other servers reach it: `http://host:port`.
    pub address: String,
}

/// Who has a lease, as far as we have looked.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Which run of which server, for people.
    pub owner: Arc<str>,
    /// How it is reached.
    pub address: Arc<str>,
    /// Whether the lease holds; else it waits to be taken.
    pub holds: bool,
    /// Milliseconds since the lease was renewed.
    age_ms: i64,
    told: Told,
}

/// A lease that is ours.
#[derive(Clone, Copy, Debug)]
struct Held {
    token: i64,
    /// From then on it is not ours any more, by our own clock.
    until: Instant,
}

type Holders = BTreeMap<Arc<str>, Holder>;

/// The leases of a log, those of this server among them. Cheap to clone.
#[derive(Clone)]
pub struct Leases(Arc<Inner>);

struct Inner {
    pool: PgPool,
    owner: Owner,
    /// Consumers that other servers run are shown here as those tell.
    board: Board,
    held: Mutex<BTreeMap<Arc<str>, Held>>,
    /// What the last look has found; told with each look, also where nothing is new.
    holders: watch::Sender<Arc<Holders>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

#[derive(sqlx::FromRow)]
struct LeaseRow {
    consumer: String,
    owner: String,
    address: String,
    held: bool,
    age_ms: i64,
    health: Option<Json<Told>>,
}

impl Leases {
    /// The leases in a database. Those that others have are shown on the board.
    #[must_use]
    pub fn new(pool: PgPool, owner: Owner, board: Board) -> Leases {
        Leases(Arc::new(Inner {
            pool,
            owner,
            board,
            held: Mutex::default(),
            holders: watch::Sender::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }))
    }

    /// Looks who has which lease, and goes on looking, and renewing ours, until it is closed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn start(&self) -> Result<(), LeaseError> {
        self.look().await?;
        let inner = &self.0;
        inner.tasks.spawn(self.clone().run(inner.stop.clone()));
        Ok(())
    }

    /// The lease of a consumer, whoever has it.
    #[must_use]
    pub fn lease(&self, consumer: &str) -> Lease {
        Lease::new(self.clone(), consumer)
    }

    /// Ends. What is still ours then runs out by itself.
    pub async fn close(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        self.0.pool.close().await;
    }

    async fn run(self, stop: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let (mut renewed_at, mut failed) = (Instant::now(), false);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            let kept = self.keep(&mut renewed_at).await;
            // The first failure of several in a row is worth a word, and so is their end.
            match &kept {
                Err(error) if !failed => {
                    tracing::warn!(error = %error, "the leases cannot be kept; trying again");
                }
                Ok(()) if failed => tracing::info!("the leases are kept again"),
                _ => {}
            }
            failed = kept.is_err();
        }
    }

    /// Renews what is ours when it is time, and looks who has what.
    async fn keep(&self, renewed_at: &mut Instant) -> Result<(), LeaseError> {
        if renewed_at.elapsed() >= RENEWED {
            let begun = Instant::now();
            self.renew(begun).await?;
            *renewed_at = begun;
        }
        self.look().await
    }

    async fn renew(&self, begun: Instant) -> Result<(), LeaseError> {
        let held: Vec<_> = {
            let mut held = self.lock();
            held.retain(|_, one| one.until > begun);
            held.iter()
                .map(|(name, one)| (name.clone(), one.token))
                .collect()
        };
        if held.is_empty() {
            return Ok(());
        }
        let (names, tokens): (Vec<_>, Vec<_>) = held
            .iter()
            .map(|(name, token)| (name.to_string(), *token))
            .unzip();
        let health: Vec<_> = held.iter().map(|(name, _)| Json(self.told(name))).collect();
        let renewing = sqlx::query_scalar::<_, String>(include_str!("renew.sql"))
            .bind(names)
            .bind(tokens)
            .bind(health)
            .bind(millis(HOLDS))
            .fetch_all(&self.0.pool);
        let ours = in_time(renewing).await?;
        let mut now_held = self.lock();
        for (name, token) in held {
            // It may have been given back, or lost and taken again, while we asked.
            let same = now_held.get_mut(&name).filter(|one| one.token == token);
            match same {
                Some(one) if ours.iter().any(|kept| **kept == *name) => one.until = until(begun),
                Some(_) => drop(now_held.remove(&name)),
                None => {}
            }
        }
        Ok(())
    }

    async fn look(&self) -> Result<(), LeaseError> {
        let looking = sqlx::query_as(include_str!("look.sql")).fetch_all(&self.0.pool);
        let rows: Vec<LeaseRow> = in_time(looking).await?;
        let holders: Holders = rows.into_iter().map(LeaseRow::read).collect();
        self.show(&holders);
        self.0.holders.send_replace(Arc::new(holders));
        Ok(())
    }

    /// Shows on the board what others tell of the consumers that they run.
    fn show(&self, holders: &Holders) {
        // Held meanwhile: what becomes ours now must not be shown as somebody else's after that.
        let held = self.lock();
        for (name, holder) in holders {
            let ours = held.get(name).is_some_and(Held::holds);
            if let Some(slot) = self.0.board.slot(name).filter(|_| !ours) {
                slot.report(|health| {
                    holder.told.show(health, holder.age_ms);
                    health.run_by = Some(Arc::clone(&holder.owner));
                });
            }
        }
    }

    fn told(&self, consumer: &str) -> Told {
        let slot = self.0.board.slot(consumer);
        slot.map_or_else(Told::default, |slot| Told::of(&slot, Timestamp::now()))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Held>> {
        // Single entries are set under this lock, so a poisoned one is still right.
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn holds(&self) -> bool {
        Instant::now() < self.until
    }
}

impl LeaseRow {
    fn read(self) -> (Arc<str>, Holder) {
        let holder = Holder {
            owner: self.owner.into(),
            address: self.address.into(),
            holds: self.held,
            age_ms: self.age_ms,
            told: self.health.map(|Json(told)| told).unwrap_or_default(),
        };
        (self.consumer.into(), holder)
    }
}

/// Until when a lease is ours that was asked for at a moment: the database's span began later.
fn until(begun: Instant) -> Instant {
    begun + (HOLDS - MARGIN)
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

async fn in_time<T>(trip: impl Future<Output = sqlx::Result<T>>) -> Result<T, LeaseError> {
    match tokio::time::timeout(TRIP, trip).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(LeaseError::Late),
    }
}
