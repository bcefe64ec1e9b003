//! What a reader asks for.

use std::sync::Arc;

use crate::contract::{
    Direction, EventFilter, Position, RecordedEvent, StreamName, Timestamp, Version,
};

/// A page of the log.
#[derive(Clone, Debug)]
pub struct LogQuery {
    /// Which events are wanted.
    pub filter: EventFilter,
    /// Where the page starts, this position left out: later ones going forward, earlier ones going backward. `None` is the
    /// beginning of the log going forward and its head going backward.
    pub after: Option<Position>,
    /// At most so many events. Fewer are returned only where there are no more.
    pub limit: usize,
    /// The order.
    pub direction: Direction,
}

impl LogQuery {
    /// All events after a position, oldest first: how a subscription reads.
    #[must_use]
    pub fn after(position: Position, limit: usize) -> LogQuery {
        LogQuery {
            filter: EventFilter::default(),
            after: Some(position),
            limit,
            direction: Direction::Forward,
        }
    }
}

/// A page of one stream.
#[derive(Clone, Debug)]
pub struct StreamQuery {
    /// The stream.
    pub stream: StreamName,
    /// The version at which the page starts, itself included. `None` is the first going forward and the last going backward.
    pub from: Option<Version>,
    /// At most so many events.
    pub limit: usize,
    /// The order.
    pub direction: Direction,
}

impl StreamQuery {
    /// The stream from a version on, oldest first: how an aggregate is loaded.
    #[must_use]
    pub fn from(stream: StreamName, version: Version, limit: usize) -> StreamQuery {
        StreamQuery {
            stream,
            from: Some(version),
            limit,
            direction: Direction::Forward,
        }
    }
}

/// A page of one stream as it was at one moment.
#[derive(Clone, Debug)]
pub struct StreamSlice {
    /// The stream's last version at that moment; `Version::NONE` where no event was ever appended to it.
    pub version: Version,
    /// The events, in the order asked for.
    pub events: Vec<Arc<RecordedEvent>>,
}

/// A page of the list of streams.
#[derive(Clone, Debug)]
pub struct StreamsQuery {
    /// Only streams of this category.
    pub category: Option<String>,
    /// Only streams whose name begins so.
    pub prefix: Option<String>,
    /// Where the page starts, this name left out.
    pub after: Option<StreamName>,
    /// At most so many streams.
    pub limit: usize,
}

/// One stream in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSummary {
    /// Its name.
    pub stream: StreamName,
    /// Its last version.
    pub version: Version,
    /// The position of its last event.
    pub last_position: Position,
    /// When that event was recorded.
    pub last_at: Timestamp,
}
