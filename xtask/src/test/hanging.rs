//! Tests that hang: Rust's harness waits for them for ever, and whoever waits for the harness never learns which they are.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::terminal::in_words;

/// A test that takes longer than this after it was said to be long hangs: the longest takes a minute.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// The tests that `cargo test` said take long, and that have not ended.
#[derive(Debug, Default)]
pub struct LongTests {
    told_at: BTreeMap<String, Instant>,
}

impl LongTests {
    /// Hears a line of the harness: `test a::b has been running for over 60 seconds`, and later `test a::b ... ok`.
    pub fn hear(&mut self, line: &str, now: Instant) {
        let Some(said) = line.strip_prefix("test ") else {
            return;
        };
        if let Some((name, _)) = said.split_once(" has been running for over ") {
            self.told_at.insert(name.to_owned(), now);
        } else if let Some((name, _)) = said.split_once(" ... ") {
            self.told_at.remove(name);
        }
    }

    /// Names the tests that hang, where there are any.
    pub fn none_hangs(&self, now: Instant) -> Result<(), Failure> {
        let too_long = |told_at: &Instant| now.saturating_duration_since(*told_at) > PATIENCE;
        if !self.told_at.values().any(too_long) {
            return Ok(());
        }
        let names: Vec<_> = self.told_at.keys().map(String::as_str).collect();
        Err(Failure::new(format!(
            "stopped after {}: these tests do not end: {}",
            in_words(PATIENCE),
            names.join(", ")
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_said_to_be_long_and_has_not_ended_hangs() {
        let mut long = LongTests::default();
        let start = Instant::now();
        long.hear(
            "test chaos::all has been running for over 60 seconds",
            start,
        );
        long.hear(
            "test crash::all has been running for over 60 seconds",
            start,
        );
        long.hear("test http::quick ... ok", start);
        long.hear("test crash::all ... ok", start + PATIENCE);
        assert!(long.none_hangs(start + PATIENCE).is_ok());
        let late = start + PATIENCE + Duration::from_secs(1);
        let failure = long.none_hangs(late).unwrap_err().to_string();
        assert!(failure.ends_with("do not end: chaos::all"), "{failure}");
        long.hear("test chaos::all ... FAILED", late);
        assert!(long.none_hangs(late).is_ok());
    }
}
