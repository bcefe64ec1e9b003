//! Single events of the log, for those who need them again.

use std::sync::Arc;

use super::ConsumerError;
use crate::contract::{EventId, Position, RecordedEvent};
use crate::event_log::{LogQuery, SharedLog};

/// Reads single events. Cheap to clone.
#[derive(Clone)]
pub struct Recall(SharedLog);

impl Recall {
    /// Of a log.
    #[must_use]
    pub fn new(log: SharedLog) -> Recall {
        Recall(log)
    }

    /// The event in a place of the log.
    ///
    /// # Errors
    /// When the log cannot be read, or has nothing there.
    pub async fn at(&self, position: Position) -> Result<Arc<RecordedEvent>, ConsumerError> {
        let before = Position(position.0.saturating_sub(1));
        let read = self.0.read(LogQuery::after(before, 1)).await;
        let event = read.map_err(ConsumerError::surroundings)?.pop();
        event.ok_or_else(|| missing(format_args!("#{position}")))
    }

    /// The place of an event in the log.
    ///
    /// # Errors
    /// When the log cannot be read, or does not have it.
    pub async fn place_of(&self, id: EventId) -> Result<Position, ConsumerError> {
        let read = self.0.event(id).await;
        let event = read.map_err(ConsumerError::surroundings)?;
        let event = event.ok_or_else(|| missing(format_args!("{id}")))?;
        Ok(event.position)
    }
}

fn missing(what: std::fmt::Arguments<'_>) -> ConsumerError {
    ConsumerError::surroundings(format!("the log has no event {what}"))
}
