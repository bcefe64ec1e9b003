//! Taking a snapshot up: only where it fits this program and this log.

use super::metrics;
use crate::command::CommandError;
use crate::command::aggregates::Loaded;
use crate::contract::{StreamName, Version};
use crate::domain::Aggregate;
use crate::event_log::{EventLog, Snapshot, SnapshotStore, StreamQuery};

/// What a look for a snapshot gave.
pub(super) enum Found<A> {
    /// The aggregate as it was at the snapshot's version.
    Fitting(Loaded<A>),
    /// There is one, and it is of no use.
    Unfit(Unfit),
    /// There is none, or the store does not answer, which is the same to whoever loads.
    Nothing,
}

/// Why a snapshot is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// An older program took it.
    OlderShape,
    /// A newer program took it.
    NewerShape,
    /// It does not parse.
    Unreadable,
    /// It was taken of another log.
    OtherLog,
}

impl Unfit {
    /// The word that is counted under.
    pub(super) fn word(self) -> &'static str {
        match self {
            Unfit::OlderShape => "older_shape",
            Unfit::NewerShape => "newer_shape",
            Unfit::Unreadable => "unreadable",
            Unfit::OtherLog => "other_log",
        }
    }
}

/// The newest snapshot of a stream at a version or before. One that does not fit is counted.
pub(super) async fn newest<A: Aggregate>(
    log: &dyn EventLog,
    store: &dyn SnapshotStore,
    stream: &StreamName,
    at_most: Version,
) -> Result<Found<A>, CommandError> {
    let snapshot = match store.newest(stream, at_most).await {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return Ok(Found::Nothing),
        Err(error) => {
            tracing::warn!(stream = %stream, error = %error, "a snapshot could not be read");
            metrics::failed();
            return Ok(Found::Nothing);
        }
    };
    let found = match state_of::<A>(&snapshot) {
        Ok(state) if is_of_log(log, &snapshot).await? => Found::Fitting(Loaded {
            version: snapshot.version,
            state,
        }),
        Ok(_) => Found::Unfit(Unfit::OtherLog),
        Err(reason) => Found::Unfit(reason),
    };
    if let Found::Unfit(reason) = found {
        metrics::ignored(reason);
    }
    Ok(found)
}

fn state_of<A: Aggregate>(snapshot: &Snapshot) -> Result<A, Unfit> {
    if snapshot.shape < A::SHAPE {
        return Err(Unfit::OlderShape);
    }
    if snapshot.shape > A::SHAPE {
        return Err(Unfit::NewerShape);
    }
    serde_json::from_str(snapshot.state.get()).map_err(|_| Unfit::Unreadable)
}

/// Whether the log has the event at the snapshot's version that had been there when it was taken.
async fn is_of_log(log: &dyn EventLog, snapshot: &Snapshot) -> Result<bool, CommandError> {
    let query = StreamQuery::from(snapshot.stream.clone(), snapshot.version, 1);
    let slice = log.read_stream(query).await?;
    let event = slice.events.first();
    Ok(event.is_some_and(|event| event.id == snapshot.event_id))
}
