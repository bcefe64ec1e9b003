//! Puts units into the log: many under way at once, in their order, so that they share transactions.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, StreamExt};
use std::collections::HashSet;
use std::fmt;

use super::incoming::Incoming;
use super::units::{LineError, Unit};
use crate::contract::{EventId, Position, RecordedEvent, Timestamp, Version};
use crate::event_log::{
    AppendError, AppendRequest, Appended, ExpectedVersion, LogError, Recorded, SharedLog,
    StreamAppend,
};

/// Appends under way at once; the log's queue takes more.
const APPENDS: usize = 2_000;
/// Their bytes, likewise.
const BYTES: usize = 16 * 1024 * 1024;

/// What was imported.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    /// All lines up to this one are in the log.
    pub(super) line: u64,
    /// Events that were appended.
    pub(super) imported: u64,
    /// Events that were there.
    pub(super) skipped: u64,
}

/// Why an import stopped.
#[derive(Debug)]
pub(super) struct ImportError {
    line: u64,
    reason: String,
    done: Done,
}

impl std::error::Error for ImportError {}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Done {
            line,
            imported,
            skipped,
        } = self.done;
        write!(f, "line {}: {}. ", self.line, self.reason)?;
        match line {
            0 => f.write_str("Nothing was imported"),
            _ => write!(
                f,
                "The lines up to {line} are in the log ({imported} events imported now, {skipped} there before); \
                 run again, the import goes on behind them"
            ),
        }
    }
}

/// An append that has been answered.
struct Settled {
    first_line: u64,
    last_line: u64,
    events: u64,
    bytes: usize,
    answer: Result<Appended, AppendError>,
}

/// An import under way.
pub(super) struct Importer {
    log: SharedLog,
    /// Whether events get new places behind what the log has.
    append: bool,
    /// Whether events without a place may be added: the log was empty, or the lines before them were found in it.
    joined: bool,
    next: Position,
    last_at: Option<Timestamp>,
    under_way: FuturesOrdered<BoxFuture<'static, Settled>>,
    ids: HashSet<EventId>,
    bytes: usize,
    done: Done,
}

impl Importer {
    /// Into this log.
    pub(super) fn new(log: SharedLog, append: bool) -> Importer {
        let head = log.head();
        Importer {
            log,
            append,
            joined: append || head.position == Position::START,
            next: head.position.next(),
            last_at: head.recorded_at,
            under_way: FuturesOrdered::new(),
            ids: HashSet::new(),
            bytes: 0,
            done: Done::default(),
        }
    }

    /// What is done so far.
    pub(super) fn done(&self) -> Done {
        self.done
    }

    /// Puts in a unit, or finds that it is there.
    pub(super) async fn take(&mut self, unit: Unit) -> Result<(), ImportError> {
        let (first_line, last_line, events) =
            (unit.first_line, unit.last_line, unit.events.len() as u64);
        match self.judge(&unit).await {
            Ok(Verdict::New) => self.submit(unit),
            Ok(Verdict::There) => {
                // All that was under way is settled: it was, before the log was asked.
                self.done.line = last_line;
                self.done.skipped += events;
                self.joined = true;
            }
            Err(Refusal::Here(reason)) => {
                let line = first_line;
                return Err(self.stop(LineError { line, reason }).await);
            }
            Err(Refusal::Earlier(error)) => return Err(error),
        }
        while self.under_way.len() >= APPENDS || self.bytes > BYTES {
            self.settle_one().await?;
        }
        Ok(())
    }

    /// Waits for all that is under way.
    pub(super) async fn finish(mut self) -> Result<Done, ImportError> {
        self.settle().await?;
        Ok(self.done)
    }

    /// Stops because of a line, unless one before it turns out to be wrong.
    pub(super) async fn stop(&mut self, error: LineError) -> ImportError {
        match self.settle().await {
            Ok(()) => ImportError {
                line: error.line,
                reason: error.reason,
                done: self.done,
            },
            Err(earlier) => earlier,
        }
    }

    /// Whether a unit is new, there already, or neither may be.
    async fn judge(&mut self, unit: &Unit) -> Result<Verdict, Refusal> {
        let place = unit.events.first().and_then(|first| first.place);
        match place {
            Some(place) if !self.append => {
                if place.position == self.next {
                    return Ok(Verdict::New);
                }
                if place.position > self.next {
                    return Err(Refusal::Here(format!(
                        "it stood at #{}, and this log goes on at #{}: an export that begins there is wanted, or \
                         `--append` for new positions",
                        place.position, self.next
                    )));
                }
            }
            _ => {}
        }
        // What is under way may be the same event once more; the log must have it before it is asked.
        if unit
            .events
            .iter()
            .any(|new| self.ids.contains(&new.event.id))
            || place.is_some()
        {
            self.settle().await.map_err(Refusal::Earlier)?;
        }
        let there = self.count_there(unit).await?;
        match there {
            0 if place.is_some() && !self.append => Err(Refusal::Here(format!(
                "the log goes on at #{}, and does not have this event of before",
                self.next
            ))),
            0 if self.joined => Ok(Verdict::New),
            0 => Err(Refusal::Here(
                "the log is not empty and does not have this event: `--append` puts it behind what is there".to_owned(),
            )),
            some if some == unit.events.len() => {
                self.settle().await.map_err(Refusal::Earlier)?;
                Ok(Verdict::There)
            }
            some => Err(Refusal::Here(format!(
                "the log has {some} of the {} events of its append",
                unit.events.len()
            ))),
        }
    }

    /// How many events of a unit the log has, as they should be.
    async fn count_there(&self, unit: &Unit) -> Result<usize, Refusal> {
        let mut there = 0;
        for new in &unit.events {
            let stored = self.log.event(new.event.id).await.map_err(Refusal::from)?;
            let Some(stored) = stored else { continue };
            if let Some(what) = self.difference(&stored, new) {
                let (id, position) = (stored.id, stored.position);
                return Err(Refusal::Here(format!(
                    "event {id} is in the log at #{position} with another {what}"
                )));
            }
            there += 1;
        }
        let command = unit.events.first().and_then(|first| first.command.as_ref());
        if let Some((command, _)) = command.filter(|_| there > 0) {
            let known = self.log.command(command.id).await.map_err(Refusal::from)?;
            if known.is_none_or(|known| known.name != command.name) {
                return Err(Refusal::Here(format!(
                    "the log has its events without the command {}",
                    command.id
                )));
            }
        }
        Ok(there)
    }

    /// In what a stored event is not the one of the line.
    fn difference(&self, stored: &RecordedEvent, new: &Incoming) -> Option<&'static str> {
        let event = &new.event;
        let at_its_place = match new.place {
            Some(place) if !self.append => {
                stored.position == place.position
                    && stored.version == place.version
                    && Some(stored.recorded_at) == new.time
            }
            _ => true,
        };
        let same = [
            (stored.stream == new.stream, "stream"),
            (stored.event_type == event.event_type, "type"),
            (
                stored.schema_version == event.schema_version,
                "schema version",
            ),
            (stored.data.get() == event.data.get(), "payload"),
            (stored.metadata == event.metadata, "metadata"),
            (at_its_place, "place or time"),
        ];
        same.into_iter()
            .find(|(same, _)| !same)
            .map(|(_, what)| what)
    }

    fn submit(&mut self, unit: Unit) {
        let (first_line, last_line, bytes) = (unit.first_line, unit.last_line, unit.bytes);
        let events = unit.events.len() as u64;
        self.ids.extend(unit.events.iter().map(|new| new.event.id));
        let recorded = Recorded {
            first_position: self.next,
            recorded_at: self.time_of(&unit),
        };
        let request = request(unit, self.append);
        self.next = Position(self.next.0 + events);
        self.last_at = Some(recorded.recorded_at);
        self.bytes += bytes;
        let log = self.log.clone();
        let settled = async move {
            Settled {
                first_line,
                last_line,
                events,
                bytes,
                answer: log.append_recorded(request, recorded).await,
            }
        };
        self.under_way.push_back(settled.boxed());
    }

    /// The time that a unit is recorded with: its own where it stood here before; otherwise its own where that is neither
    /// before the event in front of it nor in the future.
    fn time_of(&self, unit: &Unit) -> Timestamp {
        let first = unit.events.first();
        let time = first.and_then(|first| first.time);
        let stood_here = first.is_some_and(|first| first.place.is_some()) && !self.append;
        match time.filter(|_| stood_here) {
            Some(time) => time,
            None => {
                let now = Timestamp::now();
                let time = time.map_or(now, |time| time.min(now));
                self.last_at.map_or(time, |last| last.max(time))
            }
        }
    }

    async fn settle(&mut self) -> Result<(), ImportError> {
        while !self.under_way.is_empty() {
            self.settle_one().await?;
        }
        Ok(())
    }

    /// Waits for the oldest append under way. Once one has failed, so have all behind it.
    async fn settle_one(&mut self) -> Result<(), ImportError> {
        let Some(settled) = self.under_way.next().await else {
            return Ok(());
        };
        self.bytes -= settled.bytes;
        if self.under_way.is_empty() {
            self.ids.clear();
        }
        let reason = match settled.answer {
            Ok(appended) if appended.duplicate => {
                format!("it is in the log already, at #{}", appended.first_position)
            }
            Ok(_) => {
                self.done.line = settled.last_line;
                self.done.imported += settled.events;
                return Ok(());
            }
            Err(error) => error.to_string(),
        };
        Err(ImportError {
            line: settled.first_line,
            reason,
            done: self.done,
        })
    }
}

enum Verdict {
    New,
    There,
}

enum Refusal {
    /// The unit itself.
    Here(String),
    /// One before it, which was under way.
    Earlier(ImportError),
}

impl From<LogError> for Refusal {
    fn from(error: LogError) -> Refusal {
        Refusal::Here(error.to_string())
    }
}

/// The append of a unit: neighbours in the same stream in one part, as they were.
fn request(unit: Unit, append: bool) -> AppendRequest {
    let mut appends: Vec<StreamAppend> = Vec::new();
    let mut command = None;
    for new in unit.events {
        if let Some((stamp, _)) = new.command {
            command = Some(stamp);
        }
        match appends.last_mut() {
            Some(part) if part.stream == new.stream => part.events.push(new.event),
            _ => appends.push(StreamAppend {
                stream: new.stream,
                expected: match new.place {
                    Some(place) if !append => {
                        ExpectedVersion::Exact(Version(place.version.0.saturating_sub(1)))
                    }
                    _ => ExpectedVersion::Any,
                },
                events: vec![new.event],
            }),
        }
    }
    AppendRequest { appends, command }
}
