//! Pages of the log for people and programs: bounded, with a cursor, and with what caused what.

use std::sync::Arc;
use uuid::Uuid;

use super::{EventLog, LogError, LogQuery, StreamQuery};
use crate::contract::{
    CommandId, CommandOfEvent, Direction, EventFilter, EventId, EventPage, EventView, Position,
    RecordedEvent, StreamName, StreamPage, Version,
};

/// The most events that a page holds.
pub const PAGE_LIMIT: u32 = 1_000;
/// The most effects of one event that are shown.
const EFFECTS: usize = 100;

/// Why a page cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// No event was ever appended to the stream.
    #[error("no event was ever appended to `{0}`")]
    StreamNotFound(StreamName),
    /// No event has that id.
    #[error("no event has the id {0}")]
    EventNotFound(EventId),
    /// The page is too large, or empty.
    #[error("`limit` is {0}, and must be from 1 to {PAGE_LIMIT}")]
    Limit(u32),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// A page of the log, filtered.
///
/// # Errors
/// When the limit is out of bounds or the database does not answer.
pub async fn page(
    log: &dyn EventLog,
    filter: EventFilter,
    after: Option<Position>,
    direction: Direction,
    limit: u32,
) -> Result<EventPage, PageError> {
    let limit = checked(limit)?;
    let head = log.head().position;
    let mut events = log
        .read(LogQuery {
            filter,
            after,
            // One more than wanted says whether there is more.
            limit: limit + 1,
            direction,
        })
        .await?;
    let more = events.len() > limit;
    events.truncate(limit);
    let next = events.last().filter(|_| more).map(|event| event.position);
    Ok(EventPage {
        events: owned(&events),
        next,
        head,
    })
}

/// A page of one stream.
///
/// # Errors
/// When there is no such stream, the limit is out of bounds, or the database does not answer.
pub async fn stream_page(
    log: &dyn EventLog,
    stream: StreamName,
    from: Option<Version>,
    direction: Direction,
    limit: u32,
) -> Result<StreamPage, PageError> {
    let limit = checked(limit)?;
    let slice = log
        .read_stream(StreamQuery {
            stream: stream.clone(),
            from,
            limit,
            direction,
        })
        .await?;
    if slice.version == Version::NONE {
        return Err(PageError::StreamNotFound(stream));
    }
    let last = slice.events.last().map(|event| event.version);
    let next = last
        .filter(|_| slice.events.len() == limit)
        .and_then(|last| match direction {
            Direction::Forward => (last < slice.version).then(|| last.next()),
            Direction::Backward => (last > Version(1)).then(|| Version(last.0 - 1)),
        });
    Ok(StreamPage {
        stream,
        version: slice.version,
        events: owned(&slice.events),
        next,
    })
}

/// One event with what caused it and what it caused.
///
/// # Errors
/// When there is no such event or the database does not answer.
pub async fn event_view(log: &dyn EventLog, id: EventId) -> Result<EventView, PageError> {
    let event = log.event(id).await?.ok_or(PageError::EventNotFound(id))?;
    let (command, cause) = match event.metadata.causation_id {
        Some(causation) => behind(log, causation).await?,
        None => (None, None),
    };
    let caused_by = match cause {
        Some(cause) => log.event(EventId(cause)).await?,
        None => None,
    };
    let caused = log.caused_by(id.0, EFFECTS).await?;
    Ok(EventView {
        command,
        caused_by: caused_by.map(|cause| (*cause).clone()),
        caused: owned(&caused),
        event: (*event).clone(),
    })
}

/// The command behind a causation id, and the id of the event that is the cause: of the command, or itself.
async fn behind(
    log: &dyn EventLog,
    causation: Uuid,
) -> Result<(Option<CommandOfEvent>, Option<Uuid>), LogError> {
    Ok(match log.command(CommandId(causation)).await? {
        Some(record) => {
            let command = CommandOfEvent {
                id: record.id,
                name: record.name,
            };
            (Some(command), record.causation_id)
        }
        None => (None, Some(causation)),
    })
}

fn checked(limit: u32) -> Result<usize, PageError> {
    if !(1..=PAGE_LIMIT).contains(&limit) {
        return Err(PageError::Limit(limit));
    }
    Ok(limit as usize)
}

fn owned(events: &[Arc<RecordedEvent>]) -> Vec<RecordedEvent> {
    events.iter().map(|event| (**event).clone()).collect()
}
