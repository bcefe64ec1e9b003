//! Stored copies of read models, so that a rebuild, or a read model whose file is lost, begins near where the log ends.
//!
//! A copy is taken beside everything else, of a read model that has nothing set aside, and compared with the log before it gets
//! its name. Any comparison that finds a read model wrong throws its copies away: what is there may be begun at.

mod begin;
mod take;

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::ProjectionError;
use super::model::Model;
use super::place::CopyFiles;
use crate::contract::{Position, StoredCopy};
use crate::event_log::{EventLog, SharedLog};
use crate::subscription::{Board, Slot};

pub(crate) use begin::{begin_at_copy, begin_lost};
pub(crate) use take::Made;

/// How often it is asked whether a copy is due.
const LOOK: Duration = Duration::from_secs(1);
/// The wait after one that could not be taken.
const PAUSE: Duration = Duration::from_secs(60);

/// A read model of which copies are kept.
#[async_trait]
pub(crate) trait KeepCopy: Send + Sync {
    /// The consumer's name.
    fn name(&self) -> &'static str;

    /// The newest copy.
    fn newest(&self) -> Result<Option<StoredCopy>, ProjectionError>;

    /// Makes a copy, and compares it with the log.
    async fn make(&self, log: &dyn EventLog) -> Result<Made, ProjectionError>;

    /// Keeps what was made, and nothing older.
    fn keep(&self, made: &Made) -> Result<StoredCopy, ProjectionError>;

    /// Throws away what was made, or was not finished.
    fn drop_unfinished(&self);
}

/// The copies of one read model below a data folder.
pub(crate) struct Copier<M> {
    data: PathBuf,
    files: CopyFiles,
    model: std::marker::PhantomData<M>,
}

impl<M: Model> Copier<M> {
    pub(crate) fn new(data: &Path) -> Copier<M> {
        Copier {
            data: data.to_owned(),
            files: CopyFiles::of::<M>(data),
            model: std::marker::PhantomData,
        }
    }
}

/// The read models of which copies are kept.
pub struct Copies(Vec<Copied>);

struct Copied {
    model: Box<dyn KeepCopy>,
    /// Not before this: the last one could not be taken.
    not_before: Instant,
}

impl Copies {
    pub(super) fn new(models: Vec<Box<dyn KeepCopy>>) -> Copies {
        let not_before = Instant::now();
        let copied = |model| Copied { model, not_before };
        Copies(models.into_iter().map(copied).collect())
    }

    /// Tells the board which copies there are.
    pub fn show(&self, board: &Board) {
        for one in &self.0 {
            if let Some(slot) = board.slot(one.model.name()) {
                show(one.model.newest(), &slot);
            }
        }
    }

    /// Takes a copy of each read model whenever so many events came since its last one, until told to stop; none where that is 0.
    pub async fn run(mut self, every: u64, log: SharedLog, board: Board, stop: CancellationToken) {
        let taking = async {
            loop {
                tokio::time::sleep(LOOK).await;
                self.round(every, &*log, &board).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = taking => {}
        }
    }

    /// Takes those that are due.
    pub async fn round(&mut self, every: u64, log: &dyn EventLog, board: &Board) {
        for one in &mut self.0 {
            let Some(slot) = board.slot(one.model.name()) else {
                continue;
            };
            if !is_due(&slot, every) || Instant::now() < one.not_before {
                continue;
            }
            if let Err(error) = take(&*one.model, log, &slot).await {
                one.model.drop_unfinished();
                one.not_before = Instant::now() + PAUSE;
                tracing::warn!(
                    consumer.name = %slot.name,
                    error = %error,
                    "no copy of the read model could be stored; it will be tried again"
                );
            }
        }
    }
}

async fn take(
    model: &dyn KeepCopy,
    log: &dyn EventLog,
    slot: &Slot,
) -> Result<(), ProjectionError> {
    let made = model.make(log).await?;
    // What was found out meanwhile holds for the copy too.
    if !may_be_copied(slot) {
        model.drop_unfinished();
        return Ok(());
    }
    let kept = model.keep(&made)?;
    slot.report(|health| health.copy = Some(kept));
    tracing::info!(
        consumer.name = %slot.name,
        copy.position = kept.as_of.0,
        copy.bytes = kept.bytes,
        "a copy of the read model is stored"
    );
    Ok(())
}

fn is_due(slot: &Slot, every: u64) -> bool {
    let last = slot
        .health()
        .copy
        .map_or(Position::START, |copy| copy.as_of);
    every > 0 && slot.position().events_after(last) >= every && may_be_copied(slot)
}

/// Nothing is known to be wrong with the read model or to be missing in it, and no other build is about to take its place.
fn may_be_copied(slot: &Slot) -> bool {
    let health = slot.health();
    let is_right = health
        .proof
        .is_none_or(|proof| proof.differences.is_empty());
    let is_left_alone = health.building.is_none() && slot.standing().running().is_none();
    is_right && is_left_alone && health.parked == 0
}

/// Tells the board what copy there is.
pub(crate) fn show(newest: Result<Option<StoredCopy>, ProjectionError>, slot: &Slot) {
    let newest = newest.unwrap_or_else(|error| {
        tracing::warn!(consumer.name = %slot.name, error = %error, "the stored copies of a read model cannot be seen");
        None
    });
    slot.report(|health| health.copy = newest);
}

/// Throws the copies of a read model away: it is not what the log says, and so they may not be.
pub(crate) fn distrust(files: &CopyFiles, slot: &Slot) {
    slot.report(|health| health.copy = None);
    if let Err(error) = files.forget() {
        tracing::warn!(consumer.name = %slot.name, error = %error, "a stored copy could not be thrown away");
    }
}
