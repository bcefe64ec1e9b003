//! A few streams of the log, folded afresh and compared with the rows that the read model has of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rand::RngExt;

use crate::contract::{
    Direction, EventFilter, Position, Proof, RecordedEvent, StreamName, Timestamp, Version,
};
use crate::event_log::{EventLog, LogQuery, StreamQuery};
use crate::projection::ProjectionError;
use crate::projection::model::Model;
use crate::projection::projector::Projector;
use crate::projection::verify::Pair;

/// Streams in a sample.
const STREAMS: usize = 16;
/// Longer streams are left to the whole comparison.
const LONGEST: u64 = 2_000;
/// Events read at once.
const PAGE: usize = 500;

/// Compares the rows of some streams; `None` where the log has none that are short enough.
pub(super) async fn prove<M: Model>(
    file: &Path,
    log: &dyn EventLog,
) -> Result<Option<Proof>, ProjectionError> {
    let folder = tempfile::tempdir().map_err(|source| ProjectionError::Folder {
        path: std::env::temp_dir(),
        source,
    })?;
    let fresh = folder.path().join("sample.db");
    let mut projector = Projector::<M>::open(&fresh).await?;
    let mut pair = Pair::open(file, &fresh).await?;
    let as_of = pair.as_of();
    let parked = pair.parked().await?;
    let keys: BTreeSet<&str> = parked.iter().map(|row| row.key.as_str()).collect();
    let mut events = Vec::new();
    let streams = streams(log, M::SAMPLE.category, as_of).await?;
    // Of what is parked the read model does not have everything.
    let whole = |stream: &StreamName| !keys.contains(stream.as_str());
    for stream in streams.into_iter().filter(whole) {
        events.extend(read(log, stream, as_of).await?);
    }
    if events.is_empty() {
        return Ok(None);
    }
    events.sort_by_key(|event| event.position);
    projector.fold(&events, as_of).await?;
    let sampled = M::TABLES
        .iter()
        .filter(|table| M::SAMPLE.tables.contains(&table.name));
    let (rows, differences) = pair.differences_of_fresh(sampled).await?;
    Ok(Some(Proof {
        at: Timestamp::now(),
        as_of,
        rows,
        whole: false,
        parked: parked.len() as u64,
        differences,
    }))
}

/// Streams that have events behind places in the log taken at random.
async fn streams(
    log: &dyn EventLog,
    category: &str,
    upto: Position,
) -> Result<BTreeSet<StreamName>, ProjectionError> {
    let mut streams = BTreeSet::new();
    for _ in 0..STREAMS {
        let place = Position(rand::rng().random_range(0..=upto.0));
        let query = LogQuery {
            filter: EventFilter {
                category: Some(category.to_owned()),
                ..EventFilter::default()
            },
            ..LogQuery::after(place, 1)
        };
        let found = log.read(query).await?.pop();
        streams.extend(found.map(|event| event.stream.clone()));
    }
    Ok(streams)
}

/// The events of a stream up to a position; none where it is too long.
async fn read(
    log: &dyn EventLog,
    stream: StreamName,
    upto: Position,
) -> Result<Vec<Arc<RecordedEvent>>, ProjectionError> {
    let mut events: Vec<Arc<RecordedEvent>> = Vec::new();
    loop {
        let from = events.last().map_or(Version(1), |last| last.version.next());
        let query = StreamQuery {
            stream: stream.clone(),
            from: Some(from),
            limit: PAGE,
            direction: Direction::Forward,
        };
        let page = log.read_stream(query).await?;
        if page.version.0 > LONGEST {
            return Ok(Vec::new());
        }
        let full = page.events.len() == PAGE;
        events.extend(
            page.events
                .into_iter()
                .filter(|event| event.position <= upto),
        );
        if !full {
            return Ok(events);
        }
    }
}
