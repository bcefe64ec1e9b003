//! Recognises an append that was made before, and finds the answer it got then.
//!
//! It is the same append where all its events are in the log, in its streams, with its content, one behind the other. What else was
//! appended together with them does not matter: whoever repeats a part of an append is told where that part is.

use uuid::Uuid;

use super::judge::Ledger;
use super::prepared::{PreparedAppend, PreparedEvent, PreparedStream};
use super::{AppendError, Appended, StreamAppended};
use crate::contract::{Position, Timestamp, Version};

/// An event as the database has it.
#[derive(Clone, Debug)]
pub(super) struct StoredEvent {
    pub(super) position: Position,
    pub(super) stream: String,
    pub(super) version: Version,
    pub(super) event_type: String,
    pub(super) schema_version: u32,
    pub(super) recorded_at: Timestamp,
    pub(super) correlation_id: Option<Uuid>,
    pub(super) causation_id: Option<Uuid>,
    pub(super) data: String,
    /// The metadata beside the two ids, as JSON.
    pub(super) extra: Option<String>,
}

/// The first answer to an append whose events are all in the log, or the refusal where they are there otherwise; `None`
/// where none of them is.
pub(super) fn of_events<L: Ledger>(
    ledger: &mut L,
    append: &PreparedAppend,
) -> Result<Option<Result<Appended, AppendError>>, L::Error> {
    let mut found = 0_usize;
    let mut first_found = None;
    for id in append.event_ids() {
        if ledger.has_event(id)? {
            found += 1;
            first_found.get_or_insert(id);
        }
    }
    let Some(id) = first_found else {
        return Ok(None);
    };
    let all = append.event_count();
    if found < all {
        let detail = format!(
            "is in the log already, as are {found} of the {all} ids of this append: a repetition has all of them"
        );
        return Ok(Some(Err(AppendError::EventIdReused { id, detail })));
    }
    first_answer(ledger, append)
}

/// What the log has under the ids of an append, if that is this append and nothing else.
fn first_answer<L: Ledger>(
    ledger: &mut L,
    append: &PreparedAppend,
) -> Result<Option<Result<Appended, AppendError>>, L::Error> {
    let mut streams = Vec::with_capacity(append.streams.len());
    let mut first: Option<Position> = None;
    let mut last = (Position::START, Timestamp::default());
    for part in &append.streams {
        let mut versions: Option<(Version, Version)> = None;
        for event in &part.events {
            let id = event.event.id;
            let Some(stored) = ledger.stored_event(id)? else {
                return Ok(None);
            };
            let follows = first.is_none() || stored.position == last.0.next();
            if let Some(detail) = difference(&stored, part, event, follows) {
                return Ok(Some(Err(AppendError::EventIdReused { id, detail })));
            }
            first.get_or_insert(stored.position);
            last = (stored.position, stored.recorded_at);
            versions = Some((versions.map_or(stored.version, |v| v.0), stored.version));
        }
        let (first_version, last_version) = versions.unwrap_or_default();
        streams.push(StreamAppended {
            stream: part.stream.clone(),
            first_version,
            last_version,
            position: last.0,
        });
    }
    Ok(Some(Ok(Appended {
        streams,
        first_position: first.unwrap_or_default(),
        position: last.0,
        committed_at: last.1,
        duplicate: true,
    })))
}

/// How a stored event is not the one that is to be appended; `None` where it is the same.
fn difference(
    stored: &StoredEvent,
    part: &PreparedStream,
    prepared: &PreparedEvent,
    follows: bool,
) -> Option<String> {
    let at = stored.position;
    if stored.stream != part.stream.as_str() {
        let stream = &stored.stream;
        return Some(format!(
            "is in the log in another stream, `{stream}`, at position {at}"
        ));
    }
    if !has_content(stored, prepared) {
        return Some(format!(
            "is in the log with other content, at position {at}"
        ));
    }
    if !follows {
        return Some(format!(
            "is in the log at position {at}, but was not appended together with the others, or not in this order"
        ));
    }
    None
}

/// Whether the content is the same, byte for byte.
fn has_content(stored: &StoredEvent, prepared: &PreparedEvent) -> bool {
    let event = &prepared.event;
    stored.event_type == event.event_type
        && stored.schema_version == event.schema_version
        && stored.data == event.data.get()
        && stored.extra == prepared.extra
        && stored.correlation_id == event.metadata.correlation_id
        && stored.causation_id == event.metadata.causation_id
}
