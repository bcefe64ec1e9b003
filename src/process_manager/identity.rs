//! Ids of the commands that processes send.

use uuid::{Builder, Uuid};

use crate::contract::{CommandId, RecordedEvent};

/// The id of the command that an event causes: always the same for the same event, name and key, so that sending it
/// twice is sending it once.
///
/// A hash (UUID v5), except that its first 48 bits are the time of the event: neighbours in time are neighbours in the
/// log's index of commands, which a plain hash would scatter. By RFC 9562 that makes it a UUID v8.
pub(super) fn command_id(cause: &RecordedEvent, name: &str, key: &str) -> CommandId {
    let hash = Uuid::new_v5(&cause.id.0, format!("{name}:{key}").as_bytes());
    let millis = u64::try_from(cause.recorded_at.as_micros() / 1_000).unwrap_or(0);
    let mut bytes = *hash.as_bytes();
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    CommandId(Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EventId, Metadata, Position, StreamName, Timestamp, Version};

    fn event(at: i64) -> RecordedEvent {
        RecordedEvent {
            id: EventId(Uuid::from_u128(7)),
            event_type: "OrderPlaced".to_owned(),
            schema_version: 1,
            stream: StreamName::of("order", 7),
            version: Version(1),
            position: Position(1),
            recorded_at: Timestamp::from_micros(at),
            data: serde_json::value::RawValue::from_string("{}".to_owned()).expect("json"),
            metadata: Metadata::default(),
        }
    }

    #[test]
    fn the_same_cause_name_and_key_are_the_same_command() {
        let cause = event(1_795_640_400_000_000);
        let id = command_id(&cause, "ReserveStock", "mug");
        assert_eq!(id, command_id(&cause, "ReserveStock", "mug"));
        assert_ne!(id, command_id(&cause, "ReserveStock", "kettle"));
        assert_ne!(id, command_id(&cause, "ReleaseStock", "mug"));
    }

    #[test]
    fn ids_are_ordered_by_the_time_of_their_causes() {
        let earlier = command_id(&event(1_795_640_400_000_000), "ReserveStock", "mug");
        let later = command_id(&event(1_795_640_400_001_000), "ReserveStock", "mug");
        assert!(earlier < later);
    }
}
