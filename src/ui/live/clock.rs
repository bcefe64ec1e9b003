//! The server's clock, as far as the page can know it: each ping's answer says what the time was somewhere between
//! sending and receiving, so the shortest round trip tells it best.

use std::collections::VecDeque;

use crate::contract::Timestamp;

/// How many pings are remembered: with one in 15 seconds, drift of the clocks is forgotten within two minutes.
const REMEMBERED: usize = 8;

#[derive(Clone, Copy)]
struct Sample {
    round_trip_micros: i64,
    offset_micros: i64,
}

/// What the pings have told about the server's clock.
#[derive(Default)]
pub struct Clock {
    samples: VecDeque<Sample>,
    rough_offset_micros: i64,
}

impl Clock {
    /// Takes the time in a greeting, which was on its way for an unknown time: better than nothing until a ping.
    pub fn greeted(&mut self, at: Timestamp, received_micros: i64) {
        self.samples.clear();
        self.rough_offset_micros = at.as_micros() - received_micros;
    }

    /// Takes the answer to a ping; both stamps are of the page's own clock.
    pub fn answered(&mut self, at: Timestamp, sent_micros: i64, received_micros: i64) {
        let round_trip_micros = (received_micros - sent_micros).max(0);
        let middle = sent_micros + round_trip_micros / 2;
        if self.samples.len() == REMEMBERED {
            self.samples.pop_front();
        }
        self.samples.push_back(Sample {
            round_trip_micros,
            offset_micros: at.as_micros() - middle,
        });
    }

    fn best(&self) -> Option<Sample> {
        let by_trip = |sample: &&Sample| sample.round_trip_micros;
        self.samples.iter().min_by_key(by_trip).copied()
    }

    /// A moment of the page's clock by the server's.
    #[must_use]
    pub fn to_server(&self, page_micros: i64) -> Timestamp {
        let best = self.best();
        let offset = best.map_or(self.rough_offset_micros, |sample| sample.offset_micros);
        Timestamp::from_micros(page_micros + offset)
    }

    /// How far `to_server` may be off, in milliseconds either way; `None` before the first answer.
    #[must_use]
    pub fn uncertainty_ms(&self) -> Option<f64> {
        let best = self.best()?;
        Some(best.round_trip_micros as f64 / 2_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_round_trip_wins() {
        let mut clock = Clock::default();
        let server = |page: i64| Timestamp::from_micros(page + 5_000_000);
        clock.answered(server(1_900), 1_000, 2_000);
        clock.answered(server(5_050), 5_000, 5_100);
        assert_eq!(clock.to_server(6_000), server(6_000));
        assert_eq!(clock.uncertainty_ms(), Some(0.05));
    }

    #[test]
    fn a_greeting_serves_until_the_first_answer() {
        let mut clock = Clock::default();
        clock.greeted(Timestamp::from_micros(9_000), 1_000);
        assert_eq!(clock.to_server(2_000), Timestamp::from_micros(10_000));
        assert_eq!(clock.uncertainty_ms(), None);
    }

    #[test]
    fn old_answers_are_forgotten() {
        let mut clock = Clock::default();
        clock.answered(Timestamp::from_micros(0), 0, 0);
        for n in 1..=REMEMBERED as i64 {
            clock.answered(Timestamp::from_micros(n * 100 + 50), n * 100, n * 100 + 10);
        }
        assert_eq!(clock.uncertainty_ms(), Some(0.005));
    }
}
