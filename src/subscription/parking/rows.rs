//! Between parked events and what is stored of them, the same for both databases.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Held, Waiting};
use crate::contract::{EventId, ParkedRow, Position, Timestamp};

/// A parked event as it is read.
#[derive(sqlx::FromRow)]
pub(super) struct FoundRow {
    id: i64,
    position: i64,
    event_id: Uuid,
    key: String,
    attempts: i32,
    error: String,
    parked_at: i64,
    waiting_behind: i64,
}

impl FoundRow {
    /// The event that it is.
    pub fn read(self) -> ParkedRow {
        ParkedRow {
            id: self.id.unsigned_abs(),
            position: Position::from_sql(self.position),
            event_id: EventId(self.event_id),
            key: self.key,
            attempts: self.attempts.unsigned_abs(),
            error: self.error,
            parked_at: Timestamp::from_micros(self.parked_at),
            waiting_behind: self.waiting_behind.unsigned_abs(),
        }
    }
}

/// How often an event was tried, as the narrower of the two columns takes it.
pub(super) fn attempts(attempts: u32) -> i32 {
    i32::try_from(attempts).unwrap_or(i32::MAX)
}

/// The keys of parked events, with their positions, as they are read.
pub(super) fn held(rows: Vec<(String, i64)>) -> Held {
    let parked = rows.into_iter();
    Held::of(parked.map(|(key, position)| (key, Position::from_sql(position))))
}

/// What has to wait, as one JSON array. SQLite makes bytes of an id's digits, and wants nothing between them.
pub(super) fn waiting(events: &[Waiting]) -> String {
    let row = |one: &Waiting| json!([one.key, one.position, one.event_id.0.simple().to_string()]);
    Value::Array(events.iter().map(row).collect()).to_string()
}
