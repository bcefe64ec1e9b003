//! Frames of events, as text.

use axum::extract::ws::Utf8Bytes;

/// A frame as it goes into the socket. Copies share the bytes.
pub type Frame = Utf8Bytes;

/// `{"type":"event",...}`. The event is in JSON already, and is not written a second time.
pub(super) fn event(delivery: u64, attempt: u32, event: &str) -> Frame {
    format!(r#"{{"type":"event","delivery":{delivery},"attempt":{attempt},"event":{event}}}"#)
        .into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn an_event_is_put_into_its_frame() {
        let frame = super::event(7, 2, r#"{"id":1}"#);
        let read: Value = serde_json::from_str(&frame).unwrap();
        let wanted = json!({ "type": "event", "delivery": 7, "attempt": 2, "event": { "id": 1 } });
        assert_eq!(read, wanted);
    }
}
