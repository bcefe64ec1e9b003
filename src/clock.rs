//! The clock. The contract has none, so that nothing shared with the browser reads the time by itself.

use crate::contract::Timestamp;

impl Timestamp {
    /// The present time.
    #[must_use]
    pub fn now() -> Timestamp {
        Timestamp::from_micros(chrono::Utc::now().timestamp_micros())
    }
}
