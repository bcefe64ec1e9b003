//! What a simulation reached.

use hdrhistogram::Histogram;
use std::fmt::Write;
use std::time::Duration;

/// Latencies and outcomes of the commands that were sent.
pub(super) struct Report {
    latency: Histogram<u64>,
    pub placed: u64,
    pub refused: u64,
    pub failed: u64,
    pub not_sent: u64,
    pub last_failure: Option<String>,
}

impl Report {
    pub fn new() -> Result<Report, hdrhistogram::CreationError> {
        let latency = Histogram::new_with_bounds(1, 600_000_000, 3)?;
        Ok(Report {
            latency,
            placed: 0,
            refused: 0,
            failed: 0,
            not_sent: 0,
            last_failure: None,
        })
    }

    pub fn answered(&mut self, latency: Duration) {
        self.placed += 1;
        self.latency
            .saturating_record(u64::try_from(latency.as_micros()).unwrap_or(u64::MAX));
    }

    pub fn failed(&mut self, cause: String) {
        self.failed += 1;
        self.last_failure = Some(cause);
    }

    /// Lines for a person.
    pub fn render(&self, elapsed: Duration, caught_up: Option<Duration>) -> String {
        let mut text = String::new();
        let rate = self.placed as f64 / elapsed.as_secs_f64();
        let ms = |quantile| self.latency.value_at_quantile(quantile) as f64 / 1_000.0;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "placed    {} orders in {:.1} s: {rate:.0} a second",
            self.placed,
            elapsed.as_secs_f64()
        );
        let _ = writeln!(
            text,
            "answered  p50 {:.2} ms   p99 {:.2} ms   longest {:.2} ms",
            ms(0.5),
            ms(0.99),
            ms(1.0)
        );
        if self.refused > 0 {
            let _ = writeln!(text, "refused   {}", self.refused);
        }
        if self.not_sent > 0 {
            let _ = writeln!(
                text,
                "not sent  {}: every client was still waiting for an answer",
                self.not_sent
            );
        }
        if self.failed > 0 {
            let last = self.last_failure.as_deref().unwrap_or_default();
            let _ = writeln!(text, "failed    {}: {last}", self.failed);
        }
        match caught_up {
            Some(lag) => {
                let _ = writeln!(
                    text,
                    "caught up {:.2} s after the last order: every consumer is at the head",
                    lag.as_secs_f64()
                );
            }
            None => {
                let _ = writeln!(text, "caught up NOT within a minute of the last order");
            }
        }
        text
    }
}
