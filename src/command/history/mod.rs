//! Aggregates as they were: at a version, a position or a time, and what each event changed.
//!
//! Whatever moment is asked for becomes a version of the stream first. The state is then the fold up to it, from the nearest
//! snapshot before: the same events through the same `evolve` as when a command is decided on, and no aggregate in use is
//! touched or waited for.

mod changes;
mod error;

use serde_json::Value;
use std::sync::Arc;

use super::CommandError;
use super::aggregates::{Loaded, OfDomain, fold, fold_page};
use super::snapshots::{KEEP_EACH, Snapshots};
use crate::contract::{
    AggregateAt, AggregateHistory, Position, RecordedEvent, Step, StreamName, Timestamp, Version,
};
use crate::domain::Aggregate;
use crate::domain::inventory::Product;
use crate::domain::orders::Order;
use crate::domain::payments::Payment;
use crate::event_log::{SharedLog, StreamQuery, position_at, version_at};

pub use error::HistoryError;

/// The categories whose streams have a state.
const CATEGORIES: &[&str] = &[Order::CATEGORY, Product::CATEGORY, Payment::CATEGORY];

/// Events folded at once.
const PAGE: u64 = 1_000;

/// A moment in the life of an aggregate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moment {
    /// As it is.
    #[default]
    Now,
    /// After its nth event.
    Version(Version),
    /// When the log stood at a position.
    Position(Position),
    /// When all that was recorded at a time or before was in the log, and no more.
    Time(Timestamp),
}

/// Looks aggregates up as they were. Cheap to clone.
#[derive(Clone)]
pub struct History {
    log: SharedLog,
    snapshots: Snapshots,
}

/// A moment of one stream, found.
#[derive(Clone, Copy)]
struct Found {
    version: Version,
    /// `None`: the position of that version's event.
    as_of: Option<Position>,
    head_version: Version,
    head: Position,
}

/// The versions whose steps are wanted, both included.
#[derive(Clone, Copy)]
struct Window {
    from: Version,
    to: Version,
}

impl History {
    /// Over a log and the snapshots of its streams.
    #[must_use]
    pub fn new(log: SharedLog, snapshots: Snapshots) -> History {
        History { log, snapshots }
    }

    /// The state of an aggregate at a moment.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub async fn at(
        &self,
        stream: &StreamName,
        moment: Moment,
    ) -> Result<AggregateAt, HistoryError> {
        let history = self.around(stream, moment, 0).await?;
        Ok(history.at)
    }

    /// The state of an aggregate at a moment, and what its events changed: the one before the moment, and `reach` to either
    /// side of it.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub async fn around(
        &self,
        stream: &StreamName,
        moment: Moment,
        reach: u64,
    ) -> Result<AggregateHistory, HistoryError> {
        let found = self.find(stream, moment).await?;
        match stream.category() {
            Order::CATEGORY => self.tell::<Order>(stream, found, reach).await,
            Product::CATEGORY => self.tell::<Product>(stream, found, reach).await,
            Payment::CATEGORY => self.tell::<Payment>(stream, found, reach).await,
            _ => Err(no_aggregate(stream)),
        }
    }

    async fn find(&self, stream: &StreamName, moment: Moment) -> Result<Found, HistoryError> {
        if !CATEGORIES.contains(&stream.category()) {
            return Err(no_aggregate(stream));
        }
        let log = &*self.log;
        let head = log.head().position;
        let head_version = version_at(log, stream, head).await?;
        if head_version == Version::NONE {
            return Err(HistoryError::NoStream(stream.clone()));
        }
        let (version, as_of) = match moment {
            Moment::Now => (head_version, Some(head)),
            Moment::Version(version) if version > head_version => {
                return Err(HistoryError::VersionAhead {
                    stream: stream.clone(),
                    version,
                    head_version,
                });
            }
            Moment::Version(version) => (version, None),
            Moment::Position(position) if position > head => {
                return Err(HistoryError::PositionAhead { position, head });
            }
            Moment::Position(position) => {
                (version_at(log, stream, position).await?, Some(position))
            }
            Moment::Time(time) if time > Timestamp::now() => {
                return Err(HistoryError::TimeAhead(time));
            }
            Moment::Time(time) => {
                let position = position_at(log, time).await?;
                (version_at(log, stream, position).await?, Some(position))
            }
        };
        if version == Version::NONE {
            let (stream, as_of) = (stream.clone(), as_of.unwrap_or_default());
            return Err(HistoryError::NotYet { stream, as_of });
        }
        Ok(Found {
            version,
            as_of,
            head_version,
            head,
        })
    }

    async fn tell<A: Aggregate>(
        &self,
        stream: &StreamName,
        found: Found,
        reach: u64,
    ) -> Result<AggregateHistory, HistoryError>
    where
        A::Event: OfDomain,
    {
        let window = Window {
            from: Version(found.version.0.saturating_sub(reach).max(1)),
            to: Version(found.version.0.saturating_add(reach)).min(found.head_version),
        };
        let mut steps = Vec::new();
        let mut state = Value::Null;
        self.walk::<A>(stream, window, |step, after| {
            if step.version == found.version {
                state = after.clone();
            }
            steps.push(step);
        })
        .await?;
        let shown = steps.iter().find(|step| step.version == found.version);
        // The stream was that long a moment ago, and streams never get shorter.
        let shown = shown.ok_or_else(|| HistoryError::NoStream(stream.clone()))?;
        let at = AggregateAt {
            stream: stream.clone(),
            category: A::CATEGORY.to_owned(),
            version: found.version,
            position: shown.position,
            recorded_at: shown.recorded_at,
            head_version: found.head_version,
            as_of: found.as_of.unwrap_or(shown.position),
            head: found.head,
            state,
        };
        Ok(AggregateHistory { at, steps })
    }

    /// Goes through a window of a stream, and hands on each step with the state after it.
    async fn walk<A: Aggregate>(
        &self,
        stream: &StreamName,
        window: Window,
        mut hand_on: impl FnMut(Step, &Value),
    ) -> Result<(), HistoryError>
    where
        A::Event: OfDomain,
    {
        let start = Version(window.from.0 - 1);
        let mut loaded = self.fold_to::<A>(stream, start).await?;
        let mut before = match start {
            Version::NONE => Value::Null,
            _ => to_json(&loaded)?,
        };
        let wide = usize::try_from(window.to.0 - start.0).unwrap_or(usize::MAX);
        let query = StreamQuery::from(stream.clone(), window.from, wide);
        for event in self.log.read_stream(query).await?.events {
            fold(&mut loaded, std::slice::from_ref(&event))?;
            let after = to_json(&loaded)?;
            hand_on(step(&event, &before, &after), &after);
            before = after;
        }
        Ok(())
    }

    /// What the events up to a version make, from the nearest snapshot on.
    async fn fold_to<A: Aggregate>(
        &self,
        stream: &StreamName,
        version: Version,
    ) -> Result<Loaded<A>, HistoryError>
    where
        A::Event: OfDomain,
    {
        if version == Version::NONE {
            return Ok(Loaded::default());
        }
        let log = &*self.log;
        let nearest = self.snapshots.newest(log, stream, version).await?;
        let mut loaded = nearest.unwrap_or_default();
        let begun = loaded.version;
        while loaded.version < version {
            let limit = (version.0 - loaded.version.0).min(PAGE) as usize;
            if fold_page(log, stream, &mut loaded, limit).await? == 0 {
                break;
            }
        }
        if version.0 - begun.0 > KEEP_EACH {
            self.snapshots.grown::<A>(stream, begun, version);
        }
        Ok(loaded)
    }
}

fn no_aggregate(stream: &StreamName) -> HistoryError {
    HistoryError::NoAggregate {
        stream: stream.clone(),
        categories: CATEGORIES,
    }
}

fn to_json<A: Aggregate>(loaded: &Loaded<A>) -> Result<Value, HistoryError> {
    Ok(serde_json::to_value(&loaded.state).map_err(CommandError::State)?)
}

fn step(event: &Arc<RecordedEvent>, before: &Value, after: &Value) -> Step {
    Step {
        event_id: event.id,
        event_type: event.event_type.clone(),
        version: event.version,
        position: event.position,
        recorded_at: event.recorded_at,
        changes: changes::changes(before, after),
    }
}
