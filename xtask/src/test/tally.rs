//! Counts of tests, as the tools that ran them report them.

use std::iter::Sum;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// Adds what a line of `cargo test` says, where it says something: `test result: ok. 3 passed; 0 failed; …`.
    pub fn hear_cargo(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else {
            return;
        };
        self.passed += number_before(counts, " passed");
        self.failed += number_before(counts, " failed");
    }

    /// The counts of Playwright's JSON report. A test that passed only when repeated has failed.
    pub fn of_playwright(report: &str) -> Option<Tally> {
        let (_, stats) = report.rsplit_once("\"stats\"")?;
        let passed = number_after(stats, "\"expected\":")?;
        let failed = number_after(stats, "\"unexpected\":")? + number_after(stats, "\"flaky\":")?;
        Some(Tally { passed, failed })
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |sum, tally| Tally {
            passed: sum.passed + tally.passed,
            failed: sum.failed + tally.failed,
        })
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    before
        .rsplit(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

fn number_after(text: &str, key: &str) -> Option<u64> {
    let (_, after) = text.split_once(key)?;
    let digits: String = after
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_add_up() {
        let mut tally = Tally::default();
        tally.hear_cargo("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s");
        tally.hear_cargo(
            "test result: \u{1b}[31mFAILED\u{1b}[0m. 3 passed; 2 failed; 0 ignored; 0 measured",
        );
        tally.hear_cargo("test decide::refuses ... ok");
        assert_eq!(
            tally,
            Tally {
                passed: 15,
                failed: 2
            }
        );
    }

    #[test]
    fn playwrights_report_is_read_from_its_end() {
        let report = r#"{ "suites": [{"title": "\"stats\": {\"expected\": 9"}],
            "stats": { "startTime": "2026-01-01T00:00:00.000Z", "duration": 5123.4,
                       "expected": 7, "skipped": 0, "unexpected": 1, "flaky": 2 } }"#;
        assert_eq!(
            Tally::of_playwright(report),
            Some(Tally {
                passed: 7,
                failed: 3
            })
        );
        assert_eq!(Tally::of_playwright("{}"), None);
    }
}
