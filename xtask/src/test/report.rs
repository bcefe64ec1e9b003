//! What each step took and how it ended.

use std::time::{Duration, Instant};

use super::tally::Tally;
use crate::failure::Failure;
use crate::terminal::{green, in_words, red, say};

/// The steps so far.
#[derive(Default)]
pub struct Report {
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    took: Duration,
    tally: Tally,
    failure: Option<Failure>,
}

impl Report {
    /// A step that succeeds or fails as a whole.
    pub fn check(&mut self, name: &str, step: impl FnOnce() -> Result<(), Failure>) {
        self.tests(name, |_| step());
    }

    /// A step that runs tests and counts them.
    pub fn tests(&mut self, name: &str, step: impl FnOnce(&mut Tally) -> Result<(), Failure>) {
        let started = Instant::now();
        let mut tally = Tally::default();
        let failure = step(&mut tally).err();
        if let Some(failure) = &failure {
            say(&red(&failure.to_string()));
            // What failed without saying which test did, did not compile or did not start: it must not look like nothing.
            tally.failed = tally.failed.max(1);
        }
        self.entries.push(Entry {
            name: name.to_owned(),
            took: started.elapsed(),
            tally,
            failure,
        });
    }

    pub fn has_failures(&self) -> bool {
        self.total().failed > 0
    }

    /// The steps with their times; the last line is the sum of all tests.
    pub fn print(&self) {
        println!();
        for Entry {
            name,
            took,
            tally,
            failure,
        } in &self.entries
        {
            let mark = if failure.is_some() || tally.failed > 0 {
                red("✗")
            } else {
                green("✓")
            };
            let counts = match tally {
                Tally {
                    passed: 0,
                    failed: 0,
                } => String::new(),
                Tally { passed, failed: 0 } => format!("   {passed} passed"),
                Tally { passed, failed } => format!("   {passed} passed, {failed} failed"),
            };
            println!("{mark} {name:<28} {:>12}{counts}", in_words(*took));
        }
        let Tally { passed, failed } = self.total();
        println!("\n{passed} passed, {failed} failed");
    }

    fn total(&self) -> Tally {
        self.entries.iter().map(|entry| entry.tally).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_without_a_count_counts_as_one() {
        let mut report = Report::default();
        report.check("format", || Ok(()));
        assert!(!report.has_failures());
        report.check("lint", || Err(Failure::new("no")));
        assert!(report.has_failures());
        report.tests("tests", |tally| {
            *tally = Tally {
                passed: 5,
                failed: 2,
            };
            Err(Failure::new("two failed"))
        });
        assert_eq!(
            report.total(),
            Tally {
                passed: 5,
                failed: 3
            }
        );
    }
}
