//! Folds a long stretch of the log: while one batch is written, the next ones are read and decoded.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::contract::Position;
use crate::event_log::{EventLog, LogQuery, SharedLog};
use crate::projection::ProjectionError;
use crate::projection::decoded::Decoded;
use crate::projection::model::Model;
use crate::projection::projector::Projector;
use crate::subscription::parking::Held;

/// Events in a batch. The rows that it touches are written once, so that larger ones cost less; these fit into the memory of
/// a small machine many times.
const BATCH: usize = 5_000;
/// Batches that are ready while one is written.
const READY: usize = 2;
/// Events in a page where only a few are missing.
const PAGE: usize = 1_000;

/// A batch on its way.
struct Batch {
    decoded: Decoded,
    upto: Position,
}

/// Folds the log up to `upto` or to its end, and says after each batch where it is.
pub(crate) async fn fold<M: Model>(
    projector: &mut Projector<M>,
    log: &SharedLog,
    upto: Position,
    mut came_to: impl FnMut(Position) + Send,
) -> Result<(), ProjectionError> {
    let after = projector.stands_at().await?.position;
    let held = Arc::clone(projector.held());
    let (batches, mut ready) = mpsc::channel(READY);
    let reading = tokio::spawn(read::<M>(Arc::clone(log), held, after, upto, batches));
    let _ends_with_us = AbortOnDropHandle::new(reading);
    while let Some(batch) = ready.recv().await {
        let Batch { decoded, upto } = batch?;
        projector.fold_decoded(decoded, upto).await?;
        came_to(upto);
    }
    Ok(())
}

/// Brings a projector to a position that is not far away.
pub(crate) async fn catch_up<M: Model>(
    projector: &mut Projector<M>,
    log: &dyn EventLog,
    upto: Position,
) -> Result<(), ProjectionError> {
    let mut after = projector.stands_at().await?.position;
    while after < upto {
        let mut page = log.read(LogQuery::after(after, PAGE)).await?;
        page.retain(|event| event.position <= upto);
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.position;
        projector.fold(&page, after).await?;
    }
    Ok(())
}

async fn read<M: Model>(
    log: SharedLog,
    held: Arc<Held>,
    mut after: Position,
    upto: Position,
    batches: mpsc::Sender<Result<Batch, ProjectionError>>,
) {
    while after < upto {
        let batch = next::<M>(&log, &held, after, upto).await;
        let done = match &batch {
            Ok(Some(batch)) => {
                after = batch.upto;
                false
            }
            Ok(None) | Err(_) => true,
        };
        let Some(batch) = batch.transpose() else {
            return;
        };
        if batches.send(batch).await.is_err() || done {
            return;
        }
    }
}

async fn next<M: Model>(
    log: &SharedLog,
    held: &Arc<Held>,
    after: Position,
    upto: Position,
) -> Result<Option<Batch>, ProjectionError> {
    let mut events = log.read(LogQuery::after(after, BATCH)).await?;
    events.retain(|event| event.position <= upto);
    let Some(last) = events.last() else {
        return Ok(None);
    };
    let upto = last.position;
    let held = Arc::clone(held);
    let decoding = tokio::task::spawn_blocking(move || Decoded::of::<M>(&events, &held));
    match decoding.await {
        Ok(decoded) => Ok(Some(Batch {
            decoded: decoded?,
            upto,
        })),
        // Only a server that stops breaks it off.
        Err(_) => Ok(None),
    }
}
