//! After a reconnect: what was missed, and when it has all come.

use crate::contract::{Position, Timestamp, WatchId};
use crate::ui::live::Returned;

/// After this long without another frame, what has come is all: a paused read model has nothing more to send.
const QUIET_MS: f64 = 1_000.0;

/// A catching up under way.
pub struct CatchUp {
    target: Position,
    waiting: Vec<WatchId>,
    since: Timestamp,
    last_frame_at: Timestamp,
    away_ms: f64,
    events: u64,
}

impl CatchUp {
    /// Begins when the connection is back, for the watches that lack something: from what the page last knew of the
    /// head to what it is now.
    pub fn begin(
        waiting: Vec<WatchId>,
        known: Position,
        target: Position,
        lost_at: Timestamp,
        now: Timestamp,
    ) -> CatchUp {
        CatchUp {
            target,
            waiting,
            since: now,
            last_frame_at: now,
            away_ms: now.millis_since(lost_at),
            events: target.events_after(known),
        }
    }

    /// Takes note of a frame for a watch.
    pub fn heard(&mut self, watch: WatchId, position: Position, now: Timestamp) {
        if !self.waiting.contains(&watch) {
            return;
        }
        self.last_frame_at = now;
        if position >= self.target {
            self.waiting.retain(|id| *id != watch);
        }
    }

    /// The watches that lack something.
    pub fn waiting(&self) -> &[WatchId] {
        &self.waiting
    }

    /// How many events are missing to where the log was at the reconnect, for a watch that has seen `seen`.
    pub fn behind(&self, seen: Position) -> u64 {
        self.target.events_after(seen)
    }

    /// Whether it is over, and what there is to say then.
    pub fn finished(&self, now: Timestamp) -> Option<Returned> {
        let quiet = now.millis_since(self.last_frame_at) > QUIET_MS;
        (self.waiting.is_empty() || quiet).then(|| Returned {
            away_ms: self.away_ms,
            events: self.events,
            caught_up_ms: self.last_frame_at.millis_since(self.since),
        })
    }
}
