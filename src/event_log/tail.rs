//! The last events of the log, in memory: readers at the head never touch the disk.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::contract::{EventFilter, Position, RecordedEvent};

/// How much of the log's end is kept in memory; what is over either bound goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TailBounds {
    /// Events.
    pub events: usize,
    /// Bytes, as estimated from what each event holds.
    pub bytes: usize,
}

impl Default for TailBounds {
    fn default() -> TailBounds {
        TailBounds {
            events: 8_192,
            bytes: 16 * 1024 * 1024,
        }
    }
}

/// A gapless run of events that ends at the head.
#[derive(Debug)]
pub(super) struct Tail {
    events: VecDeque<Arc<RecordedEvent>>,
    bytes: usize,
    /// The position of the last event, or where the log stood when the tail was made.
    last: Position,
    bounds: TailBounds,
}

impl Tail {
    /// An empty tail at the end of a log that stands at `head`.
    pub(super) fn new(head: Position, bounds: TailBounds) -> Tail {
        Tail {
            events: VecDeque::new(),
            bytes: 0,
            last: head,
            bounds,
        }
    }

    /// The position of the last event, or where the log stood when the tail was made.
    pub(super) fn last(&self) -> Position {
        self.last
    }

    /// How much is kept.
    pub(super) fn bounds(&self) -> TailBounds {
        self.bounds
    }

    /// Adds what was committed, which must follow the last event, and gives back what no longer fits, so that the caller
    /// can free it after the lock.
    pub(super) fn extend(&mut self, events: Vec<Arc<RecordedEvent>>) -> Vec<Arc<RecordedEvent>> {
        for event in events {
            self.bytes += footprint(&event);
            self.last = event.position;
            self.events.push_back(event);
        }
        let mut evicted = Vec::new();
        while self.events.len() > self.bounds.events || self.bytes > self.bounds.bytes {
            let Some(event) = self.events.pop_front() else {
                break;
            };
            self.bytes -= footprint(&event);
            evicted.push(event);
        }
        evicted
    }

    /// The last position that is no longer (or never was) here: everything after it is.
    fn floor(&self) -> Position {
        Position(self.last.events_after(Position(self.events.len() as u64)))
    }

    /// Wanted events in `(after, upto]`, oldest first; `None` where the tail does not reach back to `after`.
    pub(super) fn forward(
        &self,
        after: Position,
        upto: Position,
        filter: &EventFilter,
        limit: usize,
    ) -> Option<Vec<Arc<RecordedEvent>>> {
        let events = self.between(after, upto)?;
        let wanted = events.filter(|event| filter.wants(event)).take(limit);
        Some(wanted.map(Arc::clone).collect())
    }

    /// All events in `(after, upto]`, oldest first; `None` where the tail does not reach back to `after`.
    pub(super) fn between(
        &self,
        after: Position,
        upto: Position,
    ) -> Option<impl Iterator<Item = &Arc<RecordedEvent>>> {
        let skip = usize::try_from(after.0.checked_sub(self.floor().0)?).ok()?;
        let events = self.events.range(skip.min(self.events.len())..);
        Some(events.take_while(move |event| event.position <= upto))
    }

    /// Wanted events at `upto` and before, newest first, as far as the tail goes back, and the position up to which the
    /// log is still to be read where that was not enough.
    pub(super) fn backward(
        &self,
        upto: Position,
        filter: &EventFilter,
        limit: usize,
    ) -> (Vec<Arc<RecordedEvent>>, Position) {
        let wanted = self
            .events
            .iter()
            .rev()
            .skip_while(|event| event.position > upto)
            .filter(|event| filter.wants(event))
            .take(limit)
            .map(Arc::clone)
            .collect();
        (wanted, upto.min(self.floor()))
    }
}

/// About how much memory an event takes: what it holds, and a flat amount for the rest.
fn footprint(event: &RecordedEvent) -> usize {
    const FLAT: usize = 320;
    let extra = if event.metadata.extra.is_empty() {
        0
    } else {
        // A map's nodes weigh more than its text, and writing the text out to weigh it costs more than it tells.
        256 * event.metadata.extra.len()
    };
    FLAT + event.data.get().len() + event.event_type.len() + event.stream.as_str().len() + extra
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{EventId, Metadata, StreamName, Timestamp, Version};
    use serde_json::value::RawValue;

    fn event(position: u64) -> Arc<RecordedEvent> {
        Arc::new(RecordedEvent {
            id: EventId::generate(),
            event_type: if position.is_multiple_of(2) {
                "Even"
            } else {
                "Odd"
            }
            .to_owned(),
            schema_version: 1,
            stream: StreamName::of("order", position),
            version: Version(1),
            position: Position(position),
            recorded_at: Timestamp::from_micros(0),
            data: RawValue::from_string("{}".to_owned()).unwrap(),
            metadata: Metadata::default(),
        })
    }

    fn tail(events: usize, from: u64, to: u64) -> Tail {
        let bounds = TailBounds {
            events,
            bytes: usize::MAX,
        };
        let mut tail = Tail::new(Position(from - 1), bounds);
        tail.extend((from..=to).map(event).collect());
        tail
    }

    fn positions(events: &[Arc<RecordedEvent>]) -> Vec<u64> {
        events.iter().map(|event| event.position.0).collect()
    }

    fn forward(tail: &Tail, after: u64, upto: u64, limit: usize) -> Option<Vec<u64>> {
        tail.forward(
            Position(after),
            Position(upto),
            &EventFilter::default(),
            limit,
        )
        .map(|events| positions(&events))
    }

    #[test]
    fn it_answers_only_where_it_reaches_back_far_enough() {
        let tail = tail(3, 1, 10);
        assert_eq!(forward(&tail, 6, 10, 9), None);
        assert_eq!(forward(&tail, 7, 10, 9), Some(vec![8, 9, 10]));
        assert_eq!(forward(&tail, 8, 10, 1), Some(vec![9]));
        assert_eq!(forward(&tail, 8, 9, 9), Some(vec![9]));
        assert_eq!(forward(&tail, 10, 10, 9), Some(vec![]));
        assert_eq!(forward(&tail, 99, 10, 9), Some(vec![]));
    }

    #[test]
    fn an_empty_tail_answers_at_the_head_and_nowhere_else() {
        let tail = Tail::new(Position(5), TailBounds::default());
        assert_eq!(forward(&tail, 5, 5, 9), Some(vec![]));
        assert_eq!(forward(&tail, 4, 5, 9), None);
    }

    #[test]
    fn backward_says_where_to_read_on() {
        let tail = tail(4, 1, 10);
        let even = EventFilter {
            event_type: Some("Even".to_owned()),
            ..EventFilter::default()
        };
        let (events, rest) = tail.backward(Position(9), &even, 5);
        assert_eq!((positions(&events), rest), (vec![8], Position(6)));
        let (events, rest) = tail.backward(Position(3), &EventFilter::default(), 5);
        assert_eq!((positions(&events), rest), (vec![], Position(3)));
        let (events, rest) = super::Tail::new(Position(0), TailBounds::default()).backward(
            Position(0),
            &EventFilter::default(),
            5,
        );
        assert_eq!((positions(&events), rest), (vec![], Position(0)));
    }

    #[test]
    fn bytes_bound_it_too() {
        let bounds = TailBounds {
            events: 100,
            bytes: 3 * footprint(&event(2)),
        };
        let mut tail = Tail::new(Position(0), bounds);
        let evicted = tail.extend((1..=5).map(event).collect());
        assert_eq!(positions(&evicted), vec![1, 2]);
        assert_eq!(forward(&tail, 2, 5, 9), Some(vec![3, 4, 5]));
    }
}
