//! Lines, read one by one and put together where they belong into one append.

use std::io::{BufRead, Read};

use super::incoming::{self, Incoming};
use crate::event_log::Limits;

/// A line of an event within the limits is shorter.
const LONGEST_LINE: u64 = 4 * 1024 * 1024;

/// Lines that are appended together.
#[derive(Debug)]
pub(super) struct Unit {
    /// The number of its first line.
    pub(super) first_line: u64,
    /// The number of its last one.
    pub(super) last_line: u64,
    /// At least one; several where a command appended them.
    pub(super) events: Vec<Incoming>,
    /// How long the lines are.
    pub(super) bytes: usize,
}

/// What is wrong with a line.
#[derive(Debug)]
pub(super) struct LineError {
    pub(super) line: u64,
    pub(super) reason: String,
}

/// Reads the units of a file.
pub(super) struct Units<R> {
    source: R,
    line: u64,
    bytes: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Units<R> {
    pub(super) fn new(source: R) -> Units<R> {
        Units {
            source,
            line: 0,
            bytes: 0,
            buffer: Vec::new(),
        }
    }

    /// How much was read.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next unit; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Unit>, LineError> {
        let Some(first) = self.event()? else {
            return Ok(None);
        };
        let first_line = self.line;
        let before = self.bytes - self.buffer.len() as u64;
        let count = first.command.as_ref().map_or(1, |(_, events)| *events);
        let most = Limits::default().append_events;
        if !(1..=most).contains(&count) {
            return Err(self.wrong(format!(
                "`commandevents` is {count}, and 1 to {most} are taken"
            )));
        }
        let mut events = vec![first];
        while events.len() < count {
            let Some(next) = self.event()? else {
                let there = events.len();
                return Err(self.wrong(format!(
                    "its append has {count} events, and the lines end after {there} of them"
                )));
            };
            if let Some(reason) = events.last().and_then(|last| breaks_off(last, &next)) {
                return Err(self.wrong(reason));
            }
            events.push(next);
        }
        Ok(Some(Unit {
            first_line,
            last_line: self.line,
            events,
            bytes: usize::try_from(self.bytes - before).unwrap_or(usize::MAX),
        }))
    }

    /// The event of the next line that is not empty.
    fn event(&mut self) -> Result<Option<Incoming>, LineError> {
        loop {
            self.buffer.clear();
            let mut line = self.source.by_ref().take(LONGEST_LINE);
            let read = line.read_until(b'\n', &mut self.buffer);
            self.line += 1;
            let read = read.map_err(|error| self.wrong(format!("it cannot be read: {error}")))?;
            if read == 0 {
                self.line -= 1;
                return Ok(None);
            }
            self.bytes += read as u64;
            if read as u64 == LONGEST_LINE && !self.buffer.ends_with(b"\n") {
                return Err(self.wrong(format!("it is longer than {LONGEST_LINE} bytes")));
            }
            let text = std::str::from_utf8(&self.buffer)
                .map_err(|error| self.wrong(format!("it is not UTF-8: {error}")))?;
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                return incoming::read(text)
                    .map(Some)
                    .map_err(|reason| self.wrong(reason));
            }
        }
    }

    fn wrong(&self, reason: String) -> LineError {
        LineError {
            line: self.line,
            reason,
        }
    }
}

/// Why an event cannot be of the same append as the one in front of it.
fn breaks_off(last: &Incoming, next: &Incoming) -> Option<String> {
    let follows = match (last.place, next.place) {
        (Some(last), Some(next)) => last.position.next() == next.position,
        _ => false,
    };
    (!follows || next.time != last.time || next.command.is_some())
        .then(|| "it does not belong to the append that the lines before it begin".to_owned())
}
