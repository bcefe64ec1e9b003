//! Reads a page of the log: from memory where the tail reaches, from disk where it does not. Nothing is read past the head
//! as it was published when the read began.

use std::sync::Arc;

use super::published::Published;
use super::{LogError, LogQuery, metrics};
use crate::contract::{Direction, EventFilter, Position, RecordedEvent, Selection, Timestamp};

/// A stretch of the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// This position is left out.
    pub(super) after: Position,
    /// This position is the last.
    pub(super) upto: Position,
}

/// What is read where memory does not reach.
pub(super) trait Disk: Sync {
    /// Wanted events of a stretch of the log. The time of the filter must be in the stretch already.
    fn log(
        &self,
        stretch: Stretch,
        filter: &EventFilter,
        direction: Direction,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Arc<RecordedEvent>>, LogError>> + Send;

    /// How many wanted events lie in a stretch.
    fn count_wanted(
        &self,
        stretch: Stretch,
        wanted: &Selection,
    ) -> impl Future<Output = Result<u64, LogError>> + Send;

    /// The first wanted event of a stretch.
    fn first_wanted(
        &self,
        stretch: Stretch,
        wanted: &Selection,
    ) -> impl Future<Output = Result<Option<Arc<RecordedEvent>>, LogError>> + Send;

    /// The last position before those recorded at a time or later, in a log with this head.
    fn position_before(
        &self,
        time: Timestamp,
        head: Position,
    ) -> impl Future<Output = Result<Position, LogError>> + Send;
}

/// A page of the log.
pub(super) async fn page(
    published: &Published,
    disk: &impl Disk,
    query: &LogQuery,
) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
    let head = published.head().position;
    if query.limit == 0 {
        return Ok(Vec::new());
    }
    match query.direction {
        Direction::Forward => {
            let after = query.after.unwrap_or(Position::START);
            forward(published, disk, Stretch { after, upto: head }, query).await
        }
        Direction::Backward => {
            let before = |after: Position| Position(after.0.saturating_sub(1)).min(head);
            let stretch = Stretch {
                after: Position::START,
                upto: query.after.map_or(head, before),
            };
            backward(published, disk, stretch, query).await
        }
    }
}

/// How many wanted events lie in a stretch that ends at the head or before.
pub(super) async fn count(
    published: &Published,
    disk: &impl Disk,
    wanted: &Selection,
    stretch: Stretch,
) -> Result<u64, LogError> {
    let Stretch { after, upto } = stretch;
    let upto = upto.min(published.head().position);
    if after >= upto {
        return Ok(0);
    }
    if wanted.is_all() {
        return Ok(upto.events_after(after));
    }
    match published.count(after, upto, wanted) {
        Some(count) => Ok(count),
        None => disk.count_wanted(Stretch { after, upto }, wanted).await,
    }
}

/// The first wanted event after a position.
pub(super) async fn first(
    published: &Published,
    disk: &impl Disk,
    wanted: &Selection,
    after: Position,
) -> Result<Option<Arc<RecordedEvent>>, LogError> {
    let upto = published.head().position;
    if after >= upto {
        return Ok(None);
    }
    match published.first(after, upto, wanted) {
        Some(first) => Ok(first),
        None => disk.first_wanted(Stretch { after, upto }, wanted).await,
    }
}

async fn forward(
    published: &Published,
    disk: &impl Disk,
    stretch: Stretch,
    query: &LogQuery,
) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
    let in_memory = published.forward(stretch.after, stretch.upto, &query.filter, query.limit);
    if let Some(events) = in_memory {
        metrics::read("memory");
        return Ok(events);
    }
    metrics::read("disk");
    from_disk(disk, stretch, query, query.limit).await
}

async fn backward(
    published: &Published,
    disk: &impl Disk,
    stretch: Stretch,
    query: &LogQuery,
) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
    let (mut events, upto) = published.backward(stretch.upto, &query.filter, query.limit);
    if events.len() == query.limit || upto == Position::START {
        metrics::read("memory");
        return Ok(events);
    }
    metrics::read("disk");
    let rest = Stretch { upto, ..stretch };
    let limit = query.limit - events.len();
    events.extend(from_disk(disk, rest, query, limit).await?);
    Ok(events)
}

async fn from_disk(
    disk: &impl Disk,
    mut stretch: Stretch,
    query: &LogQuery,
    limit: usize,
) -> Result<Vec<Arc<RecordedEvent>>, LogError> {
    if let Some(time) = query.filter.from_time {
        let before = disk.position_before(time, stretch.upto).await?;
        stretch.after = stretch.after.max(before);
    }
    if stretch.after >= stretch.upto {
        return Ok(Vec::new());
    }
    disk.log(stretch, &query.filter, query.direction, limit)
        .await
}
