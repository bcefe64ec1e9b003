//! Events as the process takes them in: what they mean, which order they are about, and what it decides on them.

use serde::Deserialize;

use super::react::react;
use super::store::States;
use crate::contract::{OrderId, Position, RecordedEvent};
use crate::process_manager::outgoing::Outgoing;
use crate::schema::{DomainEvent, decode};
use crate::subscription::ConsumerError;

/// What some events come to.
#[derive(Default)]
pub(super) struct Taken {
    pub states: States,
    pub outgoing: Vec<Outgoing>,
}

impl Taken {
    /// Takes an event in; the state of its order is there by then. Up to a position nothing is sent.
    pub fn take_in(&mut self, recorded: &RecordedEvent, event: &DomainEvent, silent_to: Position) {
        let Some(state) = order_of(event).and_then(|id| self.states.get_mut(&id)) else {
            return;
        };
        let reactions = react(state, event);
        if recorded.position > silent_to {
            self.outgoing.extend(
                reactions
                    .into_iter()
                    .map(|(command, key)| Outgoing::caused_by(recorded, command, &key)),
            );
        }
    }
}

/// What an event means. A wanted type in a version that nobody here knows cannot be taken in.
pub(super) fn meaning(recorded: &RecordedEvent) -> Result<DomainEvent, ConsumerError> {
    match decode(recorded) {
        Ok(Some(event)) => Ok(event),
        Ok(None) => Err(ConsumerError::poison(
            recorded.position,
            "the catalogue does not know its type",
        )),
        Err(error) => Err(ConsumerError::poison(recorded.position, error)),
    }
}

/// The order that an event is about.
pub(super) fn order_of(event: &DomainEvent) -> Option<OrderId> {
    match event {
        DomainEvent::Order(event) => Some(event.order_id()),
        DomainEvent::Payment(event) => Some(event.order_id()),
        DomainEvent::Product(event) => event.order_id(),
    }
}

/// What keeps the order of an event: the order that it is about, also where nothing else of it can be read; its stream, where
/// even that cannot.
pub(super) fn key_of(recorded: &RecordedEvent) -> String {
    #[derive(Deserialize)]
    struct Named {
        order_id: OrderId,
    }
    let stream = recorded.stream.as_str();
    match serde_json::from_str(recorded.data.get()) {
        Ok(Named { order_id }) => order_id.to_string(),
        Err(_) => {
            let in_stream = stream.split_once('-').map(|(_, id)| id.parse::<OrderId>());
            match in_stream {
                Some(Ok(order_id)) => order_id.to_string(),
                _ => stream.to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EventId, Metadata, StreamName, Timestamp, Version};
    use serde_json::value::RawValue;
    use uuid::Uuid;

    fn recorded(stream: StreamName, data: &str) -> RecordedEvent {
        RecordedEvent {
            id: EventId(Uuid::from_u128(1)),
            event_type: "OrderPaid".to_owned(),
            schema_version: 9,
            stream,
            version: Version(1),
            position: Position(1),
            recorded_at: Timestamp::from_micros(0),
            data: RawValue::from_string(data.to_owned()).expect("json"),
            metadata: Metadata::default(),
        }
    }

    #[test]
    fn the_key_is_the_order_wherever_it_is_named() {
        let order = OrderId(Uuid::from_u128(7));
        let named = format!(r#"{{"order_id":"{order}","later":1}}"#);
        let product = recorded(StreamName::of("product", "cup"), &named);
        assert_eq!(key_of(&product), order.to_string());
        let nameless = recorded(StreamName::of("payment", order), "[]");
        assert_eq!(key_of(&nameless), order.to_string());
        let lost = recorded(StreamName::of("product", "cup"), r#"{"order_id":7}"#);
        assert_eq!(key_of(&lost), "product-cup");
    }
}
