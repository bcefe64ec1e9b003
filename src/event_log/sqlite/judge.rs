//! Judges one append against the log, before anything of it is written.

use rusqlite::Connection;

use super::known::{Known, KnownStream};
use super::repeat;
use crate::contract::Version;
use crate::event_log::prepared::PreparedAppend;
use crate::event_log::{AppendError, Appended};

/// What is to be done with an append.
pub(super) enum Verdict {
    /// It is right: write it. Where each of its streams stands, in the order of the append; `None` for a new stream.
    Write(Vec<Option<KnownStream>>),
    /// It was made before; this was the answer.
    Repeated(Appended),
    /// It is not right.
    Refused(AppendError),
}

/// Judges an append against everything before it, appends of the same transaction included. A repetition comes first:
/// it naturally expects a version that has passed.
pub(super) fn judge_in_tx(
    connection: &Connection,
    known: &mut Known,
    append: &PreparedAppend,
) -> rusqlite::Result<Verdict> {
    if let Some(command) = &append.command
        && let Some(first_answer) = repeat::of_command_in_tx(connection, command.id)?
    {
        return Ok(Verdict::Repeated(first_answer));
    }
    match repeat::of_events_in_tx(connection, known, append)? {
        Some(Ok(first_answer)) => Ok(Verdict::Repeated(first_answer)),
        Some(Err(refusal)) => Ok(Verdict::Refused(refusal)),
        None if let Some(refusal) = append.misplaced(known.head, known.last_at) => {
            Ok(Verdict::Refused(refusal))
        }
        None => judge_versions_in_tx(connection, known, append),
    }
}

fn judge_versions_in_tx(
    connection: &Connection,
    known: &mut Known,
    append: &PreparedAppend,
) -> rusqlite::Result<Verdict> {
    let mut streams = Vec::with_capacity(append.streams.len());
    for part in &append.streams {
        let stream = known.stream(connection, &part.stream)?;
        let actual = stream.map_or(Version::NONE, |stream| stream.version);
        if !part.expected.allows(actual) {
            return Ok(Verdict::Refused(AppendError::ExpectedVersionConflict {
                stream: part.stream.clone(),
                expected: part.expected,
                actual,
            }));
        }
        streams.push(stream);
    }
    Ok(Verdict::Write(streams))
}
