//! The rows of the log as the page has them, newest first, with a stated cap. Pure, so that it can be tested.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::contract::{Position, RecordedEvent};
use crate::ui::parts::RowKey;

/// A live log keeps this many rows.
pub const ROWS_KEPT: usize = 2_000;
/// Reading back, a person may load up to this many.
pub const ROWS_READ: usize = 20_000;

/// A row of the log.
#[derive(Clone)]
pub enum LogRow {
    /// An event.
    Event(Arc<RecordedEvent>),
    /// Events that were passed over because the page could not keep up.
    Gap {
        /// How many.
        events: u64,
        /// The first position after them.
        before: Position,
    },
}

impl LogRow {
    fn position(&self) -> Position {
        match self {
            LogRow::Event(event) => event.position,
            LogRow::Gap { before, .. } => *before,
        }
    }

    /// Its key: places in the log, a gap just below the event it stands before.
    #[must_use]
    pub fn key(&self) -> RowKey {
        let place = u128::from(self.position().0) * 2;
        match self {
            LogRow::Event(_) => place + 1,
            LogRow::Gap { .. } => place,
        }
    }
}

/// The rows on the page, and those that wait while a person reads.
#[derive(Default)]
pub struct Tail {
    rows: VecDeque<LogRow>,
    waiting: VecDeque<LogRow>,
    waiting_events: u64,
    /// Whether there are older events than the last row.
    pub has_older: bool,
}

impl Tail {
    /// The newest page of the log, newest first.
    #[must_use]
    pub fn new(events: Vec<RecordedEvent>, has_older: bool) -> Tail {
        let rows = events
            .into_iter()
            .map(Arc::new)
            .map(LogRow::Event)
            .collect();
        Tail {
            rows,
            has_older,
            ..Tail::default()
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many events wait.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting_events
    }

    /// The key of the row at a place.
    #[must_use]
    pub fn key_at(&self, place: usize) -> Option<RowKey> {
        self.rows.get(place).map(LogRow::key)
    }

    /// The row with a key.
    #[must_use]
    pub fn get(&self, key: RowKey) -> Option<LogRow> {
        // Keys fall from the first row to the last.
        let place = self.rows.partition_point(|row| row.key() > key);
        self.rows.get(place).filter(|row| row.key() == key).cloned()
    }

    /// The position of the last row.
    #[must_use]
    pub fn oldest(&self) -> Option<Position> {
        self.rows.back().map(LogRow::position)
    }

    /// Takes new events, oldest first. While `hold` says so they wait; the oldest that wait give way.
    pub fn push(&mut self, skipped: u64, events: Vec<RecordedEvent>, hold: bool) {
        let count = events.len() as u64 + skipped;
        let gap = events
            .first()
            .filter(|_| skipped > 0)
            .map(|first| LogRow::Gap {
                events: skipped,
                before: first.position,
            });
        let rows = gap
            .into_iter()
            .chain(events.into_iter().map(Arc::new).map(LogRow::Event));
        for row in rows {
            self.waiting.push_front(row);
        }
        self.waiting_events += count;
        self.forget_waiting();
        if !hold {
            self.release();
        }
    }

    /// What waits is more than will ever be shown: the rest becomes a gap.
    fn forget_waiting(&mut self) {
        let surplus = self.waiting.len().saturating_sub(ROWS_KEPT);
        if surplus == 0 {
            return;
        }
        let forgotten = self.waiting.split_off(ROWS_KEPT);
        let events = forgotten.iter().map(|row| match row {
            LogRow::Event(_) => 1,
            LogRow::Gap { events, .. } => *events,
        });
        let events = events.sum();
        if let Some(before) = self.waiting.back().map(LogRow::position) {
            self.waiting.push_back(LogRow::Gap { events, before });
        }
    }

    /// Lets in what waits, and keeps to the cap.
    pub fn release(&mut self) {
        while let Some(row) = self.waiting.pop_back() {
            self.rows.push_front(row);
        }
        self.waiting_events = 0;
        if self.rows.len() > ROWS_KEPT {
            self.rows.truncate(ROWS_KEPT);
            self.has_older = true;
        }
    }

    /// Takes an older page, newest first.
    pub fn append_older(&mut self, events: Vec<RecordedEvent>, has_older: bool) {
        let last = self.rows.back().map(LogRow::key);
        for row in events.into_iter().map(Arc::new).map(LogRow::Event) {
            if last.is_none_or(|last| row.key() < last) {
                self.rows.push_back(row);
            }
        }
        self.has_older = has_older && self.rows.len() < ROWS_READ;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EventId, Metadata, StreamName, Timestamp, Version};

    fn event(position: u64) -> RecordedEvent {
        RecordedEvent {
            id: EventId(uuid::Uuid::from_u128(u128::from(position))),
            event_type: "StockReceived".to_owned(),
            schema_version: 1,
            stream: StreamName::of("product", "kettle"),
            version: Version(position),
            position: Position(position),
            recorded_at: Timestamp::from_micros(0),
            data: serde_json::value::RawValue::from_string("{}".to_owned()).expect("JSON"),
            metadata: Metadata::default(),
        }
    }

    fn events(positions: impl IntoIterator<Item = u64>) -> Vec<RecordedEvent> {
        positions.into_iter().map(event).collect()
    }

    fn positions(tail: &Tail) -> Vec<u64> {
        tail.rows.iter().map(|row| row.position().0).collect()
    }

    #[test]
    fn new_events_stand_on_top() {
        let mut tail = Tail::new(events([3, 2, 1]), false);
        tail.push(0, events([4, 5]), false);
        assert_eq!(positions(&tail), [5, 4, 3, 2, 1]);
    }

    #[test]
    fn while_a_person_reads_events_wait_and_are_counted() {
        let mut tail = Tail::new(events([1]), false);
        tail.push(0, events([2, 3]), true);
        tail.push(0, events([4]), true);
        assert_eq!((tail.len(), tail.waiting()), (1, 3));
        tail.release();
        assert_eq!(positions(&tail), [4, 3, 2, 1]);
        assert_eq!(tail.waiting(), 0);
    }

    #[test]
    fn no_more_rows_are_kept_than_is_said() {
        let mut tail = Tail::new(Vec::new(), false);
        tail.push(0, events(1..=ROWS_KEPT as u64 + 10), false);
        assert_eq!(tail.len(), ROWS_KEPT);
        assert!(tail.has_older);
    }

    #[test]
    fn what_was_passed_over_is_a_row_that_says_so() {
        let mut tail = Tail::new(events([1]), false);
        tail.push(7, events([9]), false);
        assert_eq!(tail.len(), 3);
        assert!(matches!(tail.rows[1], LogRow::Gap { events: 7, .. }));
        for place in 0..3 {
            let key = tail.key_at(place).expect("a row");
            assert_eq!(tail.get(key).map(|row| row.key()), Some(key));
        }
    }

    #[test]
    fn what_waits_too_long_becomes_a_gap() {
        let mut tail = Tail::new(Vec::new(), false);
        for chunk in 0..5_u64 {
            tail.push(0, events(chunk * 1_000 + 1..=chunk * 1_000 + 1_000), true);
        }
        assert_eq!(tail.waiting(), 5_000);
        assert!(tail.waiting.len() <= ROWS_KEPT + 1);
        let told: u64 = tail
            .waiting
            .iter()
            .map(|row| match row {
                LogRow::Event(_) => 1,
                LogRow::Gap { events, .. } => *events,
            })
            .sum();
        assert_eq!(told, 5_000);
    }
}
