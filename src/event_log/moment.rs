//! From a point in time to a position, and from a position to the version of a stream. Both grow along the log, so that
//! halving finds them in a few reads, on any database and without an index of their own.

use std::sync::Arc;

use super::{EventLog, LogError, LogQuery, StreamQuery};
use crate::contract::{
    Direction, EventFilter, LogMoment, Position, RecordedEvent, StreamName, Timestamp, Version,
    When,
};

/// The last position that was recorded at a time or before.
///
/// # Errors
/// When the database does not answer.
pub async fn position_at(log: &dyn EventLog, time: Timestamp) -> Result<Position, LogError> {
    let head = log.head().position;
    let later = Timestamp::from_micros(time.as_micros().saturating_add(1));
    let filter = EventFilter {
        from_time: Some(later),
        ..EventFilter::default()
    };
    let first_later = log
        .read(LogQuery {
            filter,
            after: None,
            limit: 1,
            direction: Direction::Forward,
        })
        .await?;
    let before = |event: &Arc<RecordedEvent>| Position(event.position.0 - 1);
    Ok(first_later.first().map_or(head, before).min(head))
}

/// Why a moment is none that can be asked for.
#[derive(Debug, thiserror::Error)]
pub enum MomentError {
    /// The log is not that long.
    #[error("`as_of` is #{position}, and the log's head is #{head}")]
    PositionAhead {
        /// The position that was asked for.
        position: Position,
        /// The last one.
        head: Position,
    },
    /// That time has not come: what is true now may not be true then.
    #[error("`as_of` is {0}, which has not come yet by the server's clock")]
    TimeAhead(Timestamp),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] LogError),
}

/// The position that was the last one at a moment.
///
/// # Errors
/// When the moment has not come yet, or the database does not answer.
pub async fn position_of(log: &dyn EventLog, when: When) -> Result<Position, MomentError> {
    let head = log.head().position;
    match when {
        When::Position(position) if position > head => {
            Err(MomentError::PositionAhead { position, head })
        }
        When::Position(position) => Ok(position),
        When::Time(time) if time > Timestamp::now() => Err(MomentError::TimeAhead(time)),
        When::Time(time) => Ok(position_at(log, time).await?),
    }
}

/// The moment at which a position was the last one; absent, or ahead of the log, the log as it is.
///
/// # Errors
/// When the database does not answer.
pub async fn moment_at(
    log: &dyn EventLog,
    position: Option<Position>,
) -> Result<LogMoment, LogError> {
    let head = log.head();
    let Some(position) = position.filter(|position| *position < head.position) else {
        return Ok(LogMoment {
            position: head.position,
            recorded_at: head.recorded_at,
            head: head.position,
        });
    };
    let before = Position(position.0.saturating_sub(1));
    let event = log.read(LogQuery::after(before, 1)).await?;
    let event = event.first().filter(|event| event.position == position);
    Ok(LogMoment {
        position,
        recorded_at: event.map(|event| event.recorded_at),
        head: head.position,
    })
}

/// The version that a stream had when the log stood at a position; `Version::NONE` where it did not exist yet.
///
/// # Errors
/// When the database does not answer.
pub async fn version_at(
    log: &dyn EventLog,
    stream: &StreamName,
    position: Position,
) -> Result<Version, LogError> {
    let newest = StreamQuery {
        stream: stream.clone(),
        from: None,
        limit: 1,
        direction: Direction::Backward,
    };
    let newest = log.read_stream(newest).await?;
    match newest.events.first() {
        None => return Ok(Version::NONE),
        Some(event) if event.position <= position => return Ok(event.version),
        Some(_) => {}
    }
    // The event at `there` is at the position or before, the one at `later` is not.
    let (mut there, mut later) = (Version::NONE, newest.version);
    while there.next() < later {
        let middle = Version(there.0.midpoint(later.0));
        let read = StreamQuery::from(stream.clone(), middle, 1);
        match log.read_stream(read).await?.events.first() {
            Some(event) if event.position <= position => there = middle,
            _ => later = middle,
        }
    }
    Ok(there)
}
