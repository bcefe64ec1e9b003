//! How far long work is, on stderr: a line that renews itself at a terminal, a line now and then elsewhere. Work that is
//! done soon says nothing.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use crate::ui::parts::size;

/// Work that takes less says nothing of how far it is.
const QUIET: Duration = Duration::from_secs(1);
const AT_A_TERMINAL: Duration = Duration::from_millis(200);
const ELSEWHERE: Duration = Duration::from_secs(5);

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    Bytes,
    Events,
}

impl Unit {
    fn amount(self, amount: u64) -> String {
        match self {
            Unit::Bytes => size(amount),
            Unit::Events => format!("{amount} events"),
        }
    }
}

/// Says how far one piece of work is.
#[derive(Debug)]
pub(super) struct Progress {
    name: &'static str,
    unit: Unit,
    started: Instant,
    shown: Option<Instant>,
    terminal: bool,
}

impl Progress {
    /// Work that begins now.
    pub(super) fn new(name: &'static str, unit: Unit) -> Progress {
        Progress {
            name,
            unit,
            started: Instant::now(),
            shown: None,
            terminal: stderr().is_terminal(),
        }
    }

    /// Says that so much is done, where it is time to say so. `all` is the whole, where that is known.
    pub(super) fn show(&mut self, done: u64, all: Option<u64>) {
        let (due, every) = match self.shown {
            Some(shown) if self.terminal => (shown, AT_A_TERMINAL),
            Some(shown) => (shown, ELSEWHERE),
            None if self.terminal => (self.started, QUIET),
            None => (self.started, ELSEWHERE),
        };
        if due.elapsed() < every {
            return;
        }
        self.shown = Some(Instant::now());
        let line = describe(self.name, self.unit, done, all, self.started.elapsed());
        let mut out = stderr().lock();
        // Who does not want to hear it is not told.
        drop(if self.terminal {
            write!(out, "\r\x1b[K{line}").and_then(|()| out.flush())
        } else {
            writeln!(out, "{line}")
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.terminal && self.shown.is_some() {
            drop(write!(stderr(), "\r\x1b[K"));
        }
    }
}

/// "backup: 120 MiB of 480 MiB, 25 %, 60.0 MiB/s, 6 s left".
fn describe(name: &str, unit: Unit, done: u64, all: Option<u64>, took: Duration) -> String {
    let rate = done as f64 / took.as_secs_f64().max(0.001);
    let a_second = format!("{}/s", unit.amount(rate as u64));
    let done_text = unit.amount(done);
    match all.filter(|all| *all > 0) {
        Some(all) => {
            let percent = 100.0 * done as f64 / all as f64;
            let left = all.saturating_sub(done) as f64 / rate.max(1.0);
            let all = unit.amount(all);
            format!("{name}: {done_text} of {all}, {percent:.0} %, {a_second}, {left:.0} s left")
        }
        None => format!("{name}: {done_text}, {a_second}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_says_how_much_how_fast_and_how_long_still() {
        let took = Duration::from_secs(2);
        let of_all = describe("backup", Unit::Bytes, 1 << 20, Some(4 << 20), took);
        assert_eq!(
            of_all,
            "backup: 1.0 MiB of 4.0 MiB, 25 %, 512.0 KiB/s, 6 s left"
        );
        let open = describe("import", Unit::Events, 500, None, took);
        assert_eq!(open, "import: 500 events, 250 events/s");
    }
}
