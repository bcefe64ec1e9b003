//! A request that has passed the limits, with the work done that needs no database.

use super::{AppendError, CommandStamp, ExpectedVersion, NewEvent, Recorded};
use crate::contract::{EventId, Position, RecordedEvent, StreamName, Timestamp, Version};

/// One append, ready to be judged.
#[derive(Debug)]
pub(super) struct PreparedAppend {
    pub(super) streams: Vec<PreparedStream>,
    pub(super) command: Option<CommandStamp>,
    /// Where it must come to stand, and with which time; `None` for an append that is new.
    pub(super) recorded: Option<Recorded>,
    /// Payloads and metadata of all events.
    pub(super) bytes: usize,
}

impl PreparedAppend {
    /// The ids of all events, in the order of the request.
    pub(super) fn event_ids(&self) -> impl Iterator<Item = EventId> {
        self.streams
            .iter()
            .flat_map(|stream| stream.events.iter().map(|prepared| prepared.event.id))
    }

    /// Why it cannot be put back into a log that has come this far; `None` where it can, and for an append that is new.
    pub(super) fn misplaced(
        &self,
        head: Position,
        last_at: Option<Timestamp>,
    ) -> Option<AppendError> {
        let recorded = self.recorded?;
        let (next, wanted) = (head.next(), recorded.first_position);
        let refusal = if next != wanted {
            format!("it stands at #{wanted}, and the log goes on at #{next}")
        } else {
            let last = last_at.filter(|last| *last > recorded.recorded_at)?;
            let at = recorded.recorded_at;
            format!("it was recorded at {at}, and the event in front of it later, at {last}")
        };
        Some(AppendError::InvalidEvent(refusal))
    }

    /// How many events it has.
    pub(super) fn event_count(&self) -> usize {
        self.streams.iter().map(|stream| stream.events.len()).sum()
    }
}

/// What goes to one stream.
#[derive(Debug)]
pub(super) struct PreparedStream {
    pub(super) stream: StreamName,
    pub(super) expected: ExpectedVersion,
    pub(super) events: Vec<PreparedEvent>,
}

/// One event, its metadata already written as JSON.
#[derive(Debug)]
pub(super) struct PreparedEvent {
    pub(super) event: NewEvent,
    /// The metadata beside correlation and causation; `None` where there is nothing.
    pub(super) extra: Option<String>,
}

impl PreparedEvent {
    /// Payload and metadata.
    pub(super) fn bytes(&self) -> usize {
        self.event.data.get().len() + self.extra.as_ref().map_or(0, String::len)
    }

    /// The event in its place.
    pub(super) fn recorded(
        self,
        stream: StreamName,
        version: Version,
        position: Position,
        recorded_at: Timestamp,
    ) -> RecordedEvent {
        RecordedEvent {
            id: self.event.id,
            event_type: self.event.event_type,
            schema_version: self.event.schema_version,
            stream,
            version,
            position,
            recorded_at,
            data: self.event.data,
            metadata: self.event.metadata,
        }
    }
}
