//! What the catalogue says to payloads that it cannot read.

use highwater::contract::{
    EventId, Metadata, Position, RecordedEvent, StreamName, Timestamp, Version,
};
use highwater::schema::{SchemaError, decode, decode_data, is_known};
use serde_json::value::RawValue;

fn recorded(event_type: &str, schema_version: u32, data: &str) -> RecordedEvent {
    RecordedEvent {
        id: EventId::generate(),
        event_type: event_type.to_owned(),
        schema_version,
        stream: StreamName::try_new("order-1").unwrap(),
        version: Version(1),
        position: Position(42),
        recorded_at: Timestamp::from_micros(0),
        data: RawValue::from_string(data.to_owned()).unwrap(),
        metadata: Metadata::default(),
    }
}

#[test]
fn a_foreign_type_is_not_ours_to_read() {
    assert_eq!(decode(&recorded("InvoiceSent", 1, "[]")), Ok(None));
    assert!(!is_known("InvoiceSent"));
}

#[test]
fn an_unknown_version_is_an_error_that_says_where() {
    for version in [0, 2] {
        let error = decode(&recorded("OrderShipped", version, "{}")).unwrap_err();
        assert_eq!(error.position(), Some(Position(42)));
        assert!(
            error
                .to_string()
                .contains(&format!("OrderShipped version {version} is not known"))
        );
    }
}

#[test]
fn a_payload_that_does_not_fit_is_an_error_that_names_the_field() {
    let data = RawValue::from_string(r#"{"sku":"cup","quantity":-1}"#.to_owned()).unwrap();
    let error = decode_data("StockReceived", 1, &data).unwrap_err();
    assert!(
        matches!(&error, SchemaError::Payload { problem, .. } if problem.starts_with("quantity: ")),
        "{error}"
    );
    assert_eq!(error.position(), None);

    let error = decode_data("ConsumerPaused", 1, &data).unwrap_err();
    assert!(
        error.to_string().contains("missing field `consumer`"),
        "{error}"
    );
}

#[test]
fn fields_that_later_versions_may_add_do_not_disturb() {
    let order = r#"{"order_id":"00000000-0000-0000-0000-000000000007","carrier":"bike"}"#;
    assert!(
        decode(&recorded("OrderShipped", 1, order))
            .unwrap()
            .is_some()
    );
}
