//! Folds a long stretch of the log: while one batch is written, the next ones are read and decoded.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio_util::task::AbortOnDropHandle;

use crate::contract::{Position, RecordedEvent};
use crate::event_log::{EventLog, LogQuery, SharedLog};
use crate::projection::ProjectionError;
use crate::projection::decoded::Decoded;
use crate::projection::model::Model;
use crate::projection::place::{in_background, start_in_background};
use crate::projection::projector::Projector;
use crate::subscription::parking::Held;

/// Events in a batch. The rows that it touches are written once, so that larger ones cost less; these fit into the memory of
/// a small machine many times.
const BATCH: usize = 5_000;
/// Batches that are ready while one is written, and pages while one is decoded.
const READY: usize = 1;
/// Events in a page where only a few are missing.
const PAGE: usize = 1_000;

/// A batch on its way: as it was read, and as it is folded.
struct Batch<T> {
    events: T,
    upto: Position,
}

type Page = Result<Batch<Vec<Arc<RecordedEvent>>>, ProjectionError>;

/// How far the log was folded.
pub(crate) struct Folded<M> {
    /// It comes back also where it could not go on.
    pub(crate) projector: Projector<M>,
    pub(crate) outcome: Result<(), ProjectionError>,
}

/// Folds the log up to `upto` or to its end, in the background, and says where it is.
pub(crate) async fn fold<M: Model>(
    mut projector: Projector<M>,
    log: &SharedLog,
    upto: Position,
    mut came_to: impl FnMut(Position) + Send,
) -> Result<Folded<M>, ProjectionError> {
    let after = projector.stands_at().await?.position;
    let held = Arc::clone(projector.held());
    let (read_pages, pages) = mpsc::channel(READY);
    let (decoded, ready) = mpsc::channel(READY);
    let (tell, mut told) = watch::channel(after);
    let background = |source| ProjectionError::Background { source };
    let reading = tokio::spawn(read(Arc::clone(log), after, upto, read_pages));
    let _ends_with_us = AbortOnDropHandle::new(reading);
    // Both threads end with the pages, also where nobody waits for them any more.
    start_in_background(move || decode::<M>(&held, pages, &decoded)).map_err(background)?;
    let mut writing = pin!(in_background(async move || {
        let outcome = write(&mut projector, ready, &tell).await;
        Folded { projector, outcome }
    }));
    loop {
        tokio::select! {
            folded = &mut writing => return folded.map_err(background),
            Ok(()) = told.changed() => came_to(*told.borrow_and_update()),
        }
    }
}

/// Folds batch after batch, and tells where it is.
async fn write<M: Model>(
    projector: &mut Projector<M>,
    mut ready: mpsc::Receiver<Result<Batch<Decoded>, ProjectionError>>,
    tell: &watch::Sender<Position>,
) -> Result<(), ProjectionError> {
    while let Some(batch) = ready.recv().await {
        let Batch { events, upto } = batch?;
        projector.fold_decoded(events, upto).await?;
        tell.send_replace(upto);
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

async fn read(log: SharedLog, mut after: Position, upto: Position, pages: mpsc::Sender<Page>) {
    while after < upto {
        let page = next(&log, after, upto).await.transpose();
        let Some(page) = page else {
            return;
        };
        match &page {
            Ok(page) => after = page.upto,
            Err(_) => after = upto,
        }
        if pages.send(page).await.is_err() {
            return;
        }
    }
}

async fn next(
    log: &SharedLog,
    after: Position,
    upto: Position,
) -> Result<Option<Batch<Vec<Arc<RecordedEvent>>>>, ProjectionError> {
    let mut events = log.read(LogQuery::after(after, BATCH)).await?;
    events.retain(|event| event.position <= upto);
    let last = events.last().map(|event| event.position);
    Ok(last.map(|upto| Batch { events, upto }))
}

/// Decodes page after page, and ends with the first that cannot be read or decoded.
fn decode<M: Model>(
    held: &Held,
    mut pages: mpsc::Receiver<Page>,
    decoded: &mpsc::Sender<Result<Batch<Decoded>, ProjectionError>>,
) {
    while let Some(page) = pages.blocking_recv() {
        let batch = page.and_then(|page| {
            Ok(Batch {
                events: Decoded::of::<M>(&page.events, held)?,
                upto: page.upto,
            })
        });
        let is_last = batch.is_err();
        if decoded.blocking_send(batch).is_err() || is_last {
            return;
        }
    }
}
