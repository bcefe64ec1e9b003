//! The model: what the log promises, in as few words as there are for it.

use highwater::contract::{
    CommandId, Direction, EventId, Head, Metadata, Position, StreamName, Timestamp, Version,
};
use highwater::event_log::{
    AppendRequest, Appended, CommandRecord, ExpectedVersion, Limits, LogQuery, NewEvent,
    StreamAppended, StreamQuery, StreamSummary, StreamsQuery,
};
use std::collections::{BTreeMap, BTreeSet};

use super::Row;

/// Why the model takes an append not.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    Conflict(StreamName, ExpectedVersion, Version),
    IdReused(EventId),
    Invalid,
}

/// The log in memory.
pub struct PlainLog {
    limits: Limits,
    events: Vec<Stored>,
    commands: Vec<CommandRecord>,
    /// What each command was answered.
    answers: Vec<(CommandId, Appended)>,
}

struct Stored {
    event: NewEvent,
    stream: StreamName,
    version: u64,
    recorded_at: Timestamp,
}

impl PlainLog {
    pub fn new(limits: Limits) -> PlainLog {
        PlainLog {
            limits,
            events: Vec::new(),
            commands: Vec::new(),
            answers: Vec::new(),
        }
    }

    pub fn append(&mut self, request: &AppendRequest, now: Timestamp) -> Result<Appended, Refusal> {
        if !self.is_valid(request) {
            return Err(Refusal::Invalid);
        }
        if let Some(first_answer) = self.first_answer(request)? {
            return Ok(Appended {
                duplicate: true,
                ..first_answer
            });
        }
        for part in &request.appends {
            let actual = self.version(&part.stream);
            if !part.expected.allows(actual) {
                let stream = part.stream.clone();
                return Err(Refusal::Conflict(stream, part.expected, actual));
            }
        }
        Ok(self.write(request, now))
    }

    fn is_valid(&self, request: &AppendRequest) -> bool {
        let events: Vec<_> = request.appends.iter().flat_map(|p| &p.events).collect();
        let streams: BTreeSet<_> = request.appends.iter().map(|part| &part.stream).collect();
        let ids: BTreeSet<_> = events.iter().map(|event| event.id).collect();
        let sizes = || events.iter().map(|event| event.data.get().len());
        !request.appends.is_empty()
            && request.appends.iter().all(|part| !part.events.is_empty())
            && streams.len() == request.appends.len()
            && ids.len() == events.len()
            && events.len() <= self.limits.append_events
            && sizes().all(|size| size <= self.limits.data_bytes)
            && sizes().sum::<usize>() <= self.limits.append_bytes
    }

    /// The answer to the append of which this one is a repetition.
    fn first_answer(&self, request: &AppendRequest) -> Result<Option<Appended>, Refusal> {
        let made = |command: CommandId| self.answers.iter().find(|(id, _)| *id == command);
        if let Some((_, answer)) = request.command.as_ref().and_then(|one| made(one.id)) {
            return Ok(Some(answer.clone()));
        }
        let known = |id: EventId| self.events.iter().position(|one| one.event.id == id);
        let parts = request.appends.iter();
        let ids: Vec<_> = parts.flat_map(|p| &p.events).map(|e| e.id).collect();
        let Some(first_known) = ids.iter().find(|id| known(**id).is_some()) else {
            return Ok(None);
        };
        if ids.iter().any(|id| known(*id).is_none()) {
            return Err(Refusal::IdReused(*first_known));
        }
        // All are there. It is a repetition where they lie as it has them: in its streams, one behind the other.
        let mut next = None;
        for part in &request.appends {
            for event in &part.events {
                let at = known(event.id).unwrap_or_default();
                if self.events[at].stream != part.stream || next.is_some_and(|next| next != at) {
                    return Err(Refusal::IdReused(event.id));
                }
                next = Some(at + 1);
            }
        }
        let end = next.unwrap_or_default();
        Ok(Some(self.answer(request, end - ids.len())))
    }

    /// The answer to an append whose events lie in a row behind so many others.
    fn answer(&self, request: &AppendRequest, before: usize) -> Appended {
        let mut end = before;
        let mut streams = Vec::new();
        for part in &request.appends {
            let (first, last) = (end, end + part.events.len() - 1);
            end = last + 1;
            streams.push(StreamAppended {
                stream: part.stream.clone(),
                first_version: Version(self.events[first].version),
                last_version: Version(self.events[last].version),
                position: Position(end as u64),
            });
        }
        Appended {
            streams,
            first_position: Position(before as u64 + 1),
            position: Position(end as u64),
            committed_at: self.events[end - 1].recorded_at,
            duplicate: false,
        }
    }

    fn write(&mut self, request: &AppendRequest, now: Timestamp) -> Appended {
        let at = self.events.last().map_or(now, |e| e.recorded_at.max(now));
        let before = self.events.len();
        for part in &request.appends {
            let version = self.version(&part.stream).0;
            for (index, event) in part.events.iter().enumerate() {
                self.events.push(Stored {
                    event: event.clone(),
                    stream: part.stream.clone(),
                    version: version + 1 + index as u64,
                    recorded_at: at,
                });
            }
        }
        let appended = self.answer(request, before);
        self.note_command(request, &appended);
        appended
    }

    fn note_command(&mut self, request: &AppendRequest, appended: &Appended) {
        let (Some(command), Some(first)) = (&request.command, appended.streams.first()) else {
            return;
        };
        self.answers.push((command.id, appended.clone()));
        self.commands.push(CommandRecord {
            id: command.id,
            name: command.name.clone(),
            accepted_at: command.accepted_at,
            correlation_id: command.correlation_id,
            causation_id: command.causation_id,
            stream: first.stream.clone(),
            version: first.last_version,
            first_position: appended.first_position,
            position: appended.position,
            committed_at: appended.committed_at,
        });
    }

    pub fn head(&self) -> Head {
        Head {
            position: Position(self.events.len() as u64),
            recorded_at: self.events.last().map(|event| event.recorded_at),
        }
    }

    pub fn version(&self, stream: &StreamName) -> Version {
        Version(self.events.iter().filter(|e| e.stream == *stream).count() as u64)
    }

    pub fn read(&self, query: &LogQuery) -> Vec<Row> {
        let filter = &query.filter;
        let wanted = |row: &Row, stored: &Stored| {
            let metadata: &Metadata = &stored.event.metadata;
            let is = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|w| w == is);
            is(&filter.event_type, &stored.event.event_type)
                && is(&filter.category, stored.stream.category())
                && filter.from_time.is_none_or(|time| row.recorded_at >= time)
                && (filter.correlation_id.is_none()
                    || filter.correlation_id == metadata.correlation_id)
        };
        let rows = self.rows().filter(|(row, stored)| {
            wanted(row, stored)
                && match (query.direction, query.after) {
                    (_, None) => true,
                    (Direction::Forward, Some(after)) => row.position > after,
                    (Direction::Backward, Some(after)) => row.position < after,
                }
        });
        page(
            rows.map(|(row, _)| row).collect(),
            query.direction,
            query.limit,
        )
    }

    pub fn read_stream(&self, query: &StreamQuery) -> (Version, Vec<Row>) {
        let rows = self.rows().filter(|(row, _)| {
            row.stream == query.stream
                && match (query.direction, query.from) {
                    (_, None) => true,
                    (Direction::Forward, Some(from)) => row.version >= from.0,
                    (Direction::Backward, Some(from)) => row.version <= from.0,
                }
        });
        let rows = rows.map(|(row, _)| row).collect();
        (
            self.version(&query.stream),
            page(rows, query.direction, query.limit),
        )
    }

    pub fn streams(&self, query: &StreamsQuery) -> Vec<StreamSummary> {
        let mut streams = BTreeMap::new();
        for (row, _) in self.rows() {
            let summary = StreamSummary {
                stream: row.stream.clone(),
                version: Version(row.version),
                last_position: row.position,
                last_at: row.recorded_at,
            };
            streams.insert(row.stream.as_str().to_owned(), summary);
        }
        let wanted = |stream: &StreamName| {
            let name = stream.as_str();
            let category = query.category.as_deref();
            category.is_none_or(|category| category == stream.category())
                && query.prefix.as_deref().is_none_or(|p| name.starts_with(p))
                && query.after.as_ref().is_none_or(|a| name > a.as_str())
        };
        let streams = streams.into_values();
        let streams = streams.filter(|summary| wanted(&summary.stream));
        streams.take(query.limit).collect()
    }

    pub fn event(&self, id: EventId) -> Option<Row> {
        let mut rows = self.rows();
        rows.find(|(_, stored)| stored.event.id == id)
            .map(|(row, _)| row)
    }

    pub fn command(&self, id: CommandId) -> Option<CommandRecord> {
        self.commands.iter().find(|c| c.id == id).cloned()
    }

    fn rows(&self) -> impl Iterator<Item = (Row, &Stored)> {
        self.events.iter().enumerate().map(|(index, stored)| {
            let event = &stored.event;
            let content = (
                event.id,
                &event.event_type,
                event.schema_version,
                event.data.get(),
                &event.metadata,
            );
            let row = Row {
                position: Position(index as u64 + 1),
                stream: stored.stream.clone(),
                version: stored.version,
                recorded_at: stored.recorded_at,
                content: format!("{content:?}"),
            };
            (row, stored)
        })
    }
}

fn page(mut rows: Vec<Row>, direction: Direction, limit: usize) -> Vec<Row> {
    if direction == Direction::Backward {
        rows.reverse();
    }
    rows.truncate(limit);
    rows
}
