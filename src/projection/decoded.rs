use std::sync::Arc;

use super::ProjectionError;
use super::model::{Fact, Model};
use crate::contract::RecordedEvent;
use crate::schema::{self, DomainEvent};
use crate::subscription::parking::{Held, Waiting};

/// The events of a batch that concern a read model, read into our types.
pub(crate) struct Decoded {
    recorded: Vec<Arc<RecordedEvent>>,
    events: Vec<DomainEvent>,
    waiting: Vec<Waiting>,
}

impl Decoded {
    /// Of a batch. What is held up is not read: it may be what cannot be.
    pub(crate) fn of<M: Model>(
        batch: &[Arc<RecordedEvent>],
        held: &Held,
    ) -> Result<Decoded, ProjectionError> {
        let concern = |event: &&Arc<RecordedEvent>| M::WANTS.contains(&event.event_type.as_str());
        let concerned: Vec<_> = batch.iter().filter(concern).cloned().collect();
        let (recorded, waiting) = held.part(concerned, |event| event.stream.to_string());
        let events = recorded.iter().map(|event| decode(event));
        Ok(Decoded {
            events: events.collect::<Result<_, _>>()?,
            recorded,
            waiting,
        })
    }

    /// Whether none can be folded now.
    pub(crate) fn is_empty(&self) -> bool {
        self.recorded.is_empty()
    }

    /// Those that wait behind a parked one.
    pub(crate) fn waiting(&self) -> &[Waiting] {
        &self.waiting
    }

    /// What the events mean, in their order.
    pub(crate) fn facts(&mut self) -> Vec<Fact<'_>> {
        let events = std::mem::take(&mut self.events);
        self.recorded
            .iter()
            .zip(events)
            .map(|(recorded, event)| Fact { recorded, event })
            .collect()
    }
}

fn decode(recorded: &RecordedEvent) -> Result<DomainEvent, ProjectionError> {
    let position = recorded.position;
    match schema::decode(recorded) {
        Ok(Some(event)) => Ok(event),
        Ok(None) => Err(ProjectionError::UnknownType {
            position,
            event_type: recorded.event_type.clone(),
        }),
        Err(source) => Err(ProjectionError::Undecodable { position, source }),
    }
}
