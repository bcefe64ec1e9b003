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
    /// Events of an append that still counts as small; one with more is bulk, and waits in a lane of its own.
    pub small_events: usize,
    /// Bytes of payload of an append that still counts as small.
    pub small_bytes: usize,
    /// Small appends that may wait; one more is refused as overload.
    pub queue_appends: usize,
    /// Bytes of payload of the small appends that wait or are being committed.
    pub queue_bytes: usize,
    /// Bulk appends that may wait; one more is refused as overload.
    pub bulk_queue_appends: usize,
    /// Bytes of payload of the bulk appends that wait or are being committed; no less than one append may have.
    pub bulk_queue_bytes: usize,
    /// A transaction takes no further append once it has so many events.
    pub batch_events: usize,
    /// A transaction takes no further append once it has so many bytes of payload.
    pub batch_bytes: usize,
    /// A transaction takes no further bulk append once it has so many events of bulk: what a small append may have to wait
    /// for.
    pub bulk_batch_events: usize,
    /// A transaction takes no further bulk append once it has so many bytes of bulk.
    pub bulk_batch_bytes: usize,
    /// How much of the log's end is kept in memory.
    pub tail: TailBounds,
    /// Streams whose last version the writer remembers, so that an append to them needs no look-up.
    pub remembered_streams: usize,
    /// Read connections at most.
    pub readers: u32,
    /// Which program opens it, as another one is told that finds the log in use. May be empty.
    pub program: String,
    /// Bytes that the write-ahead log of SQLite may reach before the writer waits for readers to cut it back. From half of it on
    /// it begins anew as soon as nobody reads from it.
    pub wal_bytes: u64,
    /// Where time comes from.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            limits: Limits::default(),
            small_events: 64,
            small_bytes: 128 * 1024,
            queue_appends: 8_192,
            queue_bytes: 64 * 1024 * 1024,
            bulk_queue_appends: 1_024,
            bulk_queue_bytes: 64 * 1024 * 1024,
            batch_events: 4_096,
            batch_bytes: 8 * 1024 * 1024,
            bulk_batch_events: 1_024,
            bulk_batch_bytes: 4 * 1024 * 1024,
            tail: TailBounds::default(),
            remembered_streams: 65_536,
            readers: 8,
            program: String::new(),
            wal_bytes: 128 * 1024 * 1024,
            clock: Arc::new(|| Timestamp::from_micros(chrono::Utc::now().timestamp_micros())),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("limits", &self.limits)
            .field("small_events", &self.small_events)
            .field("small_bytes", &self.small_bytes)
            .field("queue_appends", &self.queue_appends)
            .field("queue_bytes", &self.queue_bytes)
            .field("bulk_queue_appends", &self.bulk_queue_appends)
            .field("bulk_queue_bytes", &self.bulk_queue_bytes)
            .field("batch_events", &self.batch_events)
            .field("batch_bytes", &self.batch_bytes)
            .field("bulk_batch_events", &self.bulk_batch_events)
            .field("bulk_batch_bytes", &self.bulk_batch_bytes)
            .field("tail", &self.tail)
            .field("remembered_streams", &self.remembered_streams)
            .field("readers", &self.readers)
            .field("program", &self.program)
            .field("wal_bytes", &self.wal_bytes)
            .finish_non_exhaustive()
    }
}
