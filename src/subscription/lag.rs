//! How far a consumer is behind: events and age, both exact, and cheap however far that is.

use std::sync::Arc;

use crate::contract::{Position, RecordedEvent, Selection, Timestamp};
use crate::event_log::{EventLog, LogError};

/// How many wanted events lie in a stretch of the log: kept from one look to the next, because both ends move little.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    after: Position,
    upto: Position,
    /// Wanted events in `(after, upto]`.
    pub(super) events: u64,
}

impl Counted {
    /// The same for other ends. Only what has come and what has gone is counted, unless the first end went back or that would be
    /// more than there is.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) async fn between(
        self,
        log: &dyn EventLog,
        wanted: &Selection,
        after: Position,
        upto: Position,
    ) -> Result<Counted, LogError> {
        let onward = after >= self.after && upto >= self.upto && after <= self.upto;
        let moved = after.events_after(self.after) + upto.events_after(self.upto);
        let events = if !onward || moved >= upto.events_after(after) {
            log.count(wanted, after, upto).await?
        } else {
            let gone = log.count(wanted, self.after, after).await?;
            let come = log.count(wanted, self.upto, upto).await?;
            self.events.saturating_sub(gone) + come
        };
        Ok(Counted {
            after,
            upto,
            events,
        })
    }
}

/// What is known of the events that a consumer has before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Lag {
    counted: Counted,
    /// The first of them.
    first: Option<(Position, Timestamp)>,
}

impl Lag {
    /// Wanted events between the two ends.
    pub(super) fn events(&self) -> u64 {
        self.counted.events
    }

    /// Milliseconds since the first of them was recorded; 0 where there is none. It grows while the consumer is stuck.
    pub(super) fn age_ms(&self, now: Timestamp) -> u64 {
        let age = |(_, recorded_at)| now.millis_since(recorded_at).max(0.0) as u64;
        self.first.map_or(0, age)
    }

    /// The same for other ends: a checkpoint, and the head as it was when the checkpoint was read or later.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) async fn between(
        &self,
        log: &dyn EventLog,
        wanted: &Selection,
        after: Position,
        upto: Position,
    ) -> Result<Lag, LogError> {
        let counted = self.counted.between(log, wanted, after, upto).await?;
        let first = match counted.events {
            0 => None,
            _ => self.first_after(log, wanted, after).await?,
        };
        Ok(Lag { counted, first })
    }

    async fn first_after(
        &self,
        log: &dyn EventLog,
        wanted: &Selection,
        after: Position,
    ) -> Result<Option<(Position, Timestamp)>, LogError> {
        if after >= self.counted.after && self.first.is_some_and(|(first, _)| first > after) {
            return Ok(self.first);
        }
        let first = log.first(wanted, after).await?;
        Ok(first.map(|event: Arc<RecordedEvent>| (event.position, event.recorded_at)))
    }
}
