//! What is stored of a log: where each stream that is not finished begins.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use crate::contract::{Position, StreamName, Version};
use crate::subscription::group::engine::line::Line;
use crate::subscription::group::engine::tried::Tried;

#[derive(Serialize, Deserialize)]
struct State {
    /// What comes after this is looked at again.
    looked_to: Position,
    lines: Vec<StoredLine>,
}

#[derive(Serialize, Deserialize)]
struct StoredLine {
    stream: StreamName,
    from: Position,
    version: Version,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tried: Vec<(Position, u32)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    done: Vec<Position>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parked: Vec<(Position, u64)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    retried: Vec<(Position, u64)>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    recovering: bool,
}

/// Streams that begin behind everything that was ever sent are left out, and looked at again: they are the larger part of
/// what was read ahead.
pub(super) fn write(
    looked_to: Position,
    sent_to: Position,
    lines: &HashMap<StreamName, Line>,
) -> Result<String, serde_json::Error> {
    let unsent = lines
        .values()
        .filter(|line| line.from > sent_to && line.holds_checkpoint())
        .map(|line| Position(line.from.0 - 1))
        .min();
    let looked_to = unsent.unwrap_or(looked_to);
    let lines = lines.iter();
    let stored = lines
        .filter(|(_, line)| line.from <= looked_to || !line.holds_checkpoint())
        .map(|(stream, line)| StoredLine::of(stream, line));
    serde_json::to_string(&State {
        looked_to,
        lines: stored.collect(),
    })
}

/// Where the log was looked at, and the lines.
pub(super) fn read(state: &str) -> Result<(Position, Vec<(StreamName, Line)>), serde_json::Error> {
    let state: State = serde_json::from_str(state)?;
    let lines = state.lines.into_iter().map(StoredLine::into_line);
    Ok((state.looked_to, lines.collect()))
}

impl StoredLine {
    fn of(stream: &StreamName, line: &Line) -> StoredLine {
        let sent = line.sent.iter().filter(|sent| sent.finished);
        let done = sent.map(|sent| sent.place.position);
        let tried = line.tried.iter();
        let numbered = |(at, id): (&Position, &u64)| (*at, *id);
        StoredLine {
            stream: stream.clone(),
            from: line.from,
            version: line.version,
            tried: tried.map(|(at, tried)| (*at, tried.attempts)).collect(),
            done: done.chain(line.done.iter().copied()).collect(),
            parked: line.parked.iter().map(numbered).collect(),
            retried: line.retried.iter().map(numbered).collect(),
            recovering: line.recovering,
        }
    }

    fn into_line(self) -> (StreamName, Line) {
        let tried = self.tried.into_iter();
        let mut line = Line::at(self.from, self.version);
        line.tried = tried.map(|(at, tries)| (at, Tried::times(tries))).collect();
        line.done = self.done.into_iter().collect();
        line.parked = self.parked.into_iter().collect();
        line.retried = self.retried.into_iter().collect();
        line.recovering = self.recovering;
        (self.stream, line)
    }
}
