//! Judges one append against the log, before anything of it is written.

use super::prepared::PreparedAppend;
use super::repeat::{self, StoredEvent};
use super::{AppendError, Appended};
use crate::contract::{CommandId, EventId, Position, StreamName, Timestamp, Version};

/// A stream as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownStream {
    /// Its number.
    pub(super) id: i64,
    /// Its last version.
    pub(super) version: Version,
}

/// The log as it stands within a transaction, appends of the same transaction included.
pub(super) trait Ledger {
    /// What may keep it from answering.
    type Error;

    /// The last position and time; no time in an empty log.
    fn end(&self) -> (Position, Option<Timestamp>);

    /// The first answer to a command; `None` where it has appended nothing.
    fn first_answer(&mut self, command: CommandId) -> Result<Option<Appended>, Self::Error>;

    /// Whether an event id is taken.
    fn has_event(&mut self, id: EventId) -> Result<bool, Self::Error>;

    /// An event; `None` where its id is not taken.
    fn stored_event(&mut self, id: EventId) -> Result<Option<StoredEvent>, Self::Error>;

    /// Where a stream stands; `None` where it does not exist.
    fn stream(&mut self, name: &StreamName) -> Result<Option<KnownStream>, Self::Error>;
}

/// What is to be done with an append.
pub(super) enum Verdict {
    /// It is right: write it. Where each of its streams stands, in the order of the append; `None` for a new stream.
    Write(Vec<Option<KnownStream>>),
    /// It was made before; this was the answer.
    Repeated(Appended),
    /// It is not right.
    Refused(AppendError),
}

/// Judges an append against everything before it. A repetition comes first: it naturally expects a version that has passed.
pub(super) fn judge<L: Ledger>(
    ledger: &mut L,
    append: &PreparedAppend,
) -> Result<Verdict, L::Error> {
    if let Some(command) = &append.command
        && let Some(first_answer) = ledger.first_answer(command.id)?
    {
        return Ok(Verdict::Repeated(first_answer));
    }
    let (head, last_at) = ledger.end();
    match repeat::of_events(ledger, append)? {
        Some(Ok(first_answer)) => Ok(Verdict::Repeated(first_answer)),
        Some(Err(refusal)) => Ok(Verdict::Refused(refusal)),
        None if let Some(refusal) = append.misplaced(head, last_at) => {
            Ok(Verdict::Refused(refusal))
        }
        None => judge_versions(ledger, append),
    }
}

fn judge_versions<L: Ledger>(ledger: &mut L, append: &PreparedAppend) -> Result<Verdict, L::Error> {
    let mut streams = Vec::with_capacity(append.streams.len());
    for part in &append.streams {
        let stream = ledger.stream(&part.stream)?;
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
