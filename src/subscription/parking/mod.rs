//! Events that the server's own consumers have set aside, and those that wait behind them.
//!
//! What is parked is kept where the consumer keeps everything else, and written in the same transactions: a consumer that has
//! passed an event has either handled it or has it here. Later events of the same *key* wait behind a parked one, in the order
//! of the log; the other keys go on. An event may be parked before the consumer has come to it: it is then not tried at all.

mod acts;
mod choice;
mod hand;
mod held;
pub mod postgres;
mod rows;
pub mod sqlite;

use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::ConsumerError;
use crate::contract::{EventId, ParkedRow, Position, RecordedEvent, Timestamp};

pub(in crate::subscription) use choice::id_to_sql;
pub use choice::{Choice, ParkedPlan, WhichParked};
pub use hand::ParkedHand;
pub use held::{Held, Hold, Waiting};

/// An event that is to be set aside, and why.
#[derive(Clone, Debug)]
pub struct Parking {
    /// The event.
    pub event: Arc<RecordedEvent>,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong the last time.
    pub error: String,
    /// The place in the log of the operator's act that wants it; `None` where the consumer's policy does.
    pub act: Option<Position>,
}

impl Parking {
    /// What is written down of it.
    #[must_use]
    pub fn under(&self, key: String) -> NewParked {
        NewParked::new(&self.event, key, self.attempts, self.error.clone())
    }
}

/// A parked event as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewParked {
    /// Its place in the log.
    pub position: Position,
    /// Its id.
    pub event_id: EventId,
    /// What keeps its order.
    pub key: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What went wrong the last time.
    pub error: String,
    /// When it was set aside.
    pub parked_at: Timestamp,
}

impl NewParked {
    /// An event that is set aside now.
    #[must_use]
    pub fn new(event: &RecordedEvent, key: String, attempts: u32, error: String) -> NewParked {
        NewParked {
            position: event.position,
            event_id: event.id,
            key,
            attempts,
            error,
            parked_at: Timestamp::now(),
        }
    }
}

impl From<ParkedRow> for NewParked {
    fn from(row: ParkedRow) -> NewParked {
        NewParked {
            position: row.position,
            event_id: row.event_id,
            key: row.key,
            attempts: row.attempts,
            error: row.error,
            parked_at: row.parked_at,
        }
    }
}

/// A parked event that is to be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The event.
    pub parked: ParkedRow,
    /// What waits behind it, in the order of the log; the first ones only where that is much.
    pub waiting: Vec<Position>,
}

/// Reads what one consumer has set aside, beside the consumer itself.
#[async_trait]
pub trait ParkedEvents: Send + Sync {
    /// The consumer's name.
    fn name(&self) -> &'static str;

    /// What keeps the order of an event, as the consumer sees it.
    fn key_of(&self, event: &RecordedEvent) -> String {
        event.stream.to_string()
    }

    /// Some parked events, in the order in which they were parked, and how many there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn find(&self, which: &WhichParked, limit: u32) -> Result<Found, ConsumerError>;
}

/// Parked events as they were at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The first of those that are meant.
    pub rows: Vec<ParkedRow>,
    /// How many are meant.
    pub count: u64,
    /// The number of the event that was parked last, whichever are meant.
    pub last_id: u64,
}

/// Reads what each of the server's own consumers has set aside. Cheap to clone.
#[derive(Clone, Default)]
pub struct Lots(Arc<BTreeMap<&'static str, Box<dyn ParkedEvents>>>);

impl Lots {
    /// Those of some consumers.
    #[must_use]
    pub fn new(readers: Vec<Box<dyn ParkedEvents>>) -> Lots {
        let named = readers.into_iter().map(|reader| (reader.name(), reader));
        Lots(Arc::new(named.collect()))
    }

    /// That of one consumer.
    fn of(&self, name: &str) -> Option<&dyn ParkedEvents> {
        self.0.get(name).map(|reader| &**reader)
    }
}
