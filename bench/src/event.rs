//! The one event that everybody is given: 200 bytes of JSON, with an id, a type, a stream and the version expected there.

use uuid::Uuid;

/// Its type.
pub const TYPE: &str = "ReadingTaken";
/// The category of its streams.
pub const CATEGORY: &str = "bench";
/// A stream ends after so many requests and another one begins.
const REQUESTS_A_STREAM: u32 = 10;

/// A payload of 200 bytes.
pub fn payload(number: u64) -> String {
    format!(
        r#"{{"sensor":"north-quay-{:04}","number":{:12},"unit":"m3/s","value":{}.5,"quality":"good","remark":"as read by the gauge, checked against its neighbours and found to be within the bounds"}}"#,
        number % 10_000,
        100_000_000_000 + number,
        100_000 + number % 1_000,
    )
}

/// The id of an event: time-ordered, made by its writer.
pub fn id() -> Uuid {
    Uuid::now_v7()
}

/// Where one writer stands: it fills streams of its own, one after the other, and always knows the version to expect.
pub struct Course {
    stream: String,
    version: u64,
    requests: u32,
    events: u64,
}

impl Course {
    pub fn new() -> Course {
        Course {
            stream: new_stream(),
            version: 0,
            requests: 0,
            events: 0,
        }
    }

    /// The stream to append to.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// The version that it has.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The next payloads.
    pub fn payloads(&mut self, count: u32) -> impl Iterator<Item = String> + use<> {
        let from = self.events;
        self.events += u64::from(count);
        (from..self.events).map(payload)
    }

    /// So many events were appended.
    pub fn advance(&mut self, count: u32) {
        self.version += u64::from(count);
        self.requests += 1;
        if self.requests == REQUESTS_A_STREAM {
            self.stream = new_stream();
            self.version = 0;
            self.requests = 0;
        }
    }
}

fn new_stream() -> String {
    format!("{CATEGORY}-{}", Uuid::now_v7())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_200_bytes_of_json() {
        for number in [0, 9_999, 123_456_789] {
            let payload = payload(number);
            assert_eq!(payload.len(), 200, "{payload}");
            assert!(serde_json::from_str::<serde_json::Value>(&payload).is_ok());
        }
    }

    #[test]
    fn a_course_begins_another_stream_in_time() {
        let mut course = Course::new();
        let first = course.stream().to_owned();
        for request in 0..REQUESTS_A_STREAM {
            assert_eq!(course.version(), u64::from(request) * 2);
            assert_eq!(course.stream(), first);
            course.advance(2);
        }
        assert_eq!(course.version(), 0);
        assert_ne!(course.stream(), first);
    }
}
