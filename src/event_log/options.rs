//! What can be set about a log, on whichever database.

use std::fmt;
use std::sync::Arc;

use super::{Limits, TailBounds};
use crate::contract::Timestamp;

/// Where the log takes its time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What can be set; the default is right for a server of its own.
#[derive(Clone)]
pub struct Options {
    /// Bounds of one append.
    pub limits: Limits,
    /// Appends that may wait; one more is refused as overload.
    pub queue_appends: usize,
    /// Bytes of payload that may wait, over all waiting appends; no less than one append may have.
    pub queue_bytes: usize,
    /// A transaction takes no further append once it has so many events.
    pub batch_events: usize,
    /// A transaction takes no further append once it has so many bytes of payload.
    pub batch_bytes: usize,
    /// How much of the log's end is kept in memory.
    pub tail: TailBounds,
    /// Streams whose last version the writer remembers, so that an append to them needs no look-up.
    pub remembered_streams: usize,
    /// Read connections at most.
    pub readers: u32,
    /// Which program opens it, as another one is told that finds the log in use. May be empty.
    pub program: String,
    /// Where time comes from.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            limits: Limits::default(),
            queue_appends: 8_192,
            queue_bytes: 64 * 1024 * 1024,
            batch_events: 4_096,
            batch_bytes: 8 * 1024 * 1024,
            tail: TailBounds::default(),
            remembered_streams: 65_536,
            readers: 8,
            program: String::new(),
            clock: Arc::new(|| Timestamp::from_micros(chrono::Utc::now().timestamp_micros())),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("limits", &self.limits)
            .field("queue_appends", &self.queue_appends)
            .field("queue_bytes", &self.queue_bytes)
            .field("batch_events", &self.batch_events)
            .field("batch_bytes", &self.batch_bytes)
            .field("tail", &self.tail)
            .field("remembered_streams", &self.remembered_streams)
            .field("readers", &self.readers)
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}
