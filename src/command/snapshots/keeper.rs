//! Takes snapshots in the background, one stream after the other.

use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::take_up::{Found, Unfit, newest};
use super::{EVERY, KEEP_EACH, Shared, metrics};
use crate::command::CommandError;
use crate::command::aggregates::{Loaded, OfDomain, fold};
use crate::contract::{EventId, StreamName, Version};
use crate::domain::Aggregate;
use crate::event_log::{SharedLog, Snapshot, SnapshotStore, StreamQuery};

/// A stream that has outgrown its snapshots.
pub(super) struct Wanted {
    pub(super) stream: StreamName,
    /// [`cover`] for the kind of aggregate that the stream is of.
    cover: Cover,
}

type Cover = for<'a> fn(
    &'a Keeper,
    &'a StreamName,
    &'a CancellationToken,
) -> BoxFuture<'a, Result<(), CommandError>>;

impl Wanted {
    pub(super) fn of<A: Aggregate>(stream: StreamName) -> Wanted
    where
        A::Event: OfDomain,
    {
        Wanted {
            stream,
            cover: |keeper, stream, stop| Box::pin(cover::<A>(keeper, stream, stop)),
        }
    }
}

/// Takes the snapshots that streams want, as long as it runs.
pub struct Keeper {
    log: SharedLog,
    shared: Arc<Shared>,
    wanted: mpsc::Receiver<Wanted>,
}

impl Keeper {
    pub(super) fn new(
        log: SharedLog,
        shared: Arc<Shared>,
        wanted: mpsc::Receiver<Wanted>,
    ) -> Keeper {
        Keeper {
            log,
            shared,
            wanted,
        }
    }

    /// Runs until it is told to stop.
    pub async fn run(mut self, stop: CancellationToken) {
        while let Some(Some(wanted)) = stop.run_until_cancelled(self.wanted.recv()).await {
            self.shared.taken_in_hand(&wanted.stream);
            if let Err(error) = (wanted.cover)(&self, &wanted.stream, &stop).await {
                tracing::warn!(stream = %wanted.stream, error = %error, "no snapshot could be taken");
                metrics::failed();
            }
        }
    }

    fn store(&self) -> &dyn SnapshotStore {
        &*self.shared.store
    }
}

/// Takes the snapshots that a stream lacks, from its newest one on.
async fn cover<A: Aggregate>(
    keeper: &Keeper,
    stream: &StreamName,
    stop: &CancellationToken,
) -> Result<(), CommandError>
where
    A::Event: OfDomain,
{
    let found = newest::<A>(&*keeper.log, keeper.store(), stream, Version(u64::MAX)).await?;
    let mut loaded = match found {
        Found::Fitting(loaded) => loaded,
        Found::Nothing => Loaded::default(),
        // Another server has moved on to a newer program already: its snapshots are left to it.
        Found::Unfit(Unfit::NewerShape) => return Ok(()),
        Found::Unfit(_) => {
            keeper.store().forget(stream).await?;
            Loaded::default()
        }
    };
    while let Some(last) = next_step(keeper, stream, &mut loaded).await? {
        let snapshot = snapshot(stream, &loaded, last)?;
        keeper.store().save(&snapshot, KEEP_EACH).await?;
        metrics::taken();
        if stop.is_cancelled() {
            break;
        }
    }
    Ok(())
}

/// Folds up to the next version at which a snapshot will stay, or, where the stream is not that long yet, up to the last one
/// at which there should be one. The event at that version; `None` where there is nothing to do.
async fn next_step<A: Aggregate>(
    keeper: &Keeper,
    stream: &StreamName,
    loaded: &mut Loaded<A>,
) -> Result<Option<EventId>, CommandError>
where
    A::Event: OfDomain,
{
    let most = KEEP_EACH - loaded.version.0 % KEEP_EACH;
    let limit = usize::try_from(most).unwrap_or(usize::MAX);
    let query = StreamQuery::from(stream.clone(), loaded.version.next(), limit);
    let slice = keeper.log.read_stream(query).await?;
    let target = slice.version.0.min(loaded.version.0 + most) / EVERY * EVERY;
    let wanted = usize::try_from(target.saturating_sub(loaded.version.0)).unwrap_or(0);
    let Some(events) = slice.events.get(..wanted) else {
        return Ok(None);
    };
    fold(loaded, events)?;
    Ok(events.last().map(|event| event.id))
}

fn snapshot<A: Aggregate>(
    stream: &StreamName,
    loaded: &Loaded<A>,
    event_id: EventId,
) -> Result<Snapshot, CommandError> {
    Ok(Snapshot {
        stream: stream.clone(),
        version: loaded.version,
        event_id,
        shape: A::SHAPE,
        state: serde_json::value::to_raw_value(&loaded.state).map_err(CommandError::State)?,
    })
}
