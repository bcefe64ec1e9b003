//! The log as it stands within a transaction of the writer: what judging its appends takes is read in one trip, and what is
//! judged right is noted here, to be written in one more.

use futures_util::TryStreamExt;
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use uuid::Uuid;

use super::read::recorded;
use super::row;
use crate::contract::{
    CommandId, EventId, Position, RecordedEvent, StreamName, Timestamp, Version,
};
use crate::event_log::judge::{KnownStream, Ledger};
use crate::event_log::prepared::{PreparedAppend, PreparedStream};
use crate::event_log::repeat::StoredEvent;
use crate::event_log::{Appended, CommandStamp, StreamAppended};

/// The end of the log, as the row has it whose lock we hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The last event's position.
    pub(super) position: Position,
    /// The last event's time; `None` in an empty log.
    pub(super) recorded_at: Option<Timestamp>,
    /// The last stream's number.
    pub(super) streams: i64,
}

/// What is known of the log, and what is to be added to it.
#[derive(Debug)]
pub(super) struct InTx {
    /// The time of this transaction.
    now: Timestamp,
    /// Where the log ends, what is to be added included.
    pub(super) end: End,
    /// What is to be added.
    pub(super) added: Added,
    streams: HashMap<StreamName, KnownStream>,
    commands: HashMap<CommandId, Appended>,
    stored: HashMap<EventId, StoredEvent>,
    /// Where in `added` an event is.
    places: HashMap<EventId, usize>,
}

/// What a transaction adds to the log.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub(super) streams: Vec<(i64, StreamName)>,
    pub(super) events: Vec<AddedEvent>,
    pub(super) commands: Vec<AddedCommand>,
}

/// An event that is to be added, with what is stored of it in another form.
#[derive(Debug)]
pub(super) struct AddedEvent {
    pub(super) event: Arc<RecordedEvent>,
    pub(super) stream_id: i64,
    pub(super) extra: Option<String>,
}

/// A command that is to be added: what it did, and to which stream first.
#[derive(Debug)]
pub(super) struct AddedCommand {
    pub(super) stamp: CommandStamp,
    pub(super) stream: KnownStream,
    pub(super) first_position: Position,
    pub(super) position: Position,
    pub(super) committed_at: Timestamp,
}

impl InTx {
    /// Reads what judging these appends takes.
    pub(super) async fn read(
        connection: &mut PgConnection,
        end: End,
        now: Timestamp,
        appends: &[PreparedAppend],
    ) -> sqlx::Result<InTx> {
        let wanted = Wanted::of(appends);
        let mut found = Found::default();
        let mut rows = sqlx::query(include_str!("sql/known.sql"))
            .bind(
                wanted
                    .streams
                    .iter()
                    .map(|name| name.as_str())
                    .collect::<Vec<_>>(),
            )
            .bind(wanted.events)
            .bind(wanted.commands.iter().map(|id| id.0).collect::<Vec<_>>())
            .fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            found.take(&row, &wanted.streams, &wanted.commands)?;
        }
        drop(rows);
        Ok(InTx {
            now,
            end,
            added: Added::default(),
            commands: first_answers(connection, found.commands).await?,
            stored: stored_events(connection, found.events).await?,
            streams: found.streams,
            places: HashMap::new(),
        })
    }

    /// Notes an append that was judged right, at the end of the log. `streams` is where its streams stand, in its order.
    /// The answer counts once the transaction is committed.
    pub(super) fn add(
        &mut self,
        append: PreparedAppend,
        streams: Vec<Option<KnownStream>>,
    ) -> Appended {
        let first_position = self.end.position.next();
        let at = match append.recorded {
            Some(recorded) => recorded.recorded_at,
            None => self
                .end
                .recorded_at
                .map_or(self.now, |last| last.max(self.now)),
        };
        let mut answers = Vec::with_capacity(append.streams.len());
        // The stream that a command counts as decided on is the first of its append.
        let mut decided_on = None;
        for (part, stream) in append.streams.into_iter().zip(streams) {
            let (stream, answer) = self.add_to_stream(part, stream, at);
            decided_on.get_or_insert(stream);
            answers.push(answer);
        }
        let appended = Appended {
            streams: answers,
            first_position,
            position: self.end.position,
            committed_at: at,
            duplicate: false,
        };
        if let (Some(stamp), Some(stream)) = (append.command, decided_on) {
            let repeated = Appended {
                duplicate: true,
                ..appended.clone()
            };
            self.commands.insert(stamp.id, repeated);
            self.added.commands.push(AddedCommand {
                stamp,
                stream,
                first_position,
                position: appended.position,
                committed_at: at,
            });
        }
        appended
    }

    fn add_to_stream(
        &mut self,
        part: PreparedStream,
        stream: Option<KnownStream>,
        at: Timestamp,
    ) -> (KnownStream, StreamAppended) {
        let mut stream = stream.unwrap_or_else(|| self.add_stream(&part.stream));
        let first_version = stream.version.next();
        for prepared in part.events {
            self.end.position = self.end.position.next();
            self.end.recorded_at = Some(at);
            stream.version = stream.version.next();
            let extra = prepared.extra.clone();
            let event =
                prepared.recorded(part.stream.clone(), stream.version, self.end.position, at);
            self.places.insert(event.id, self.added.events.len());
            self.added.events.push(AddedEvent {
                event: Arc::new(event),
                stream_id: stream.id,
                extra,
            });
        }
        self.streams.insert(part.stream.clone(), stream);
        let answer = StreamAppended {
            stream: part.stream,
            first_version,
            last_version: stream.version,
            position: self.end.position,
        };
        (stream, answer)
    }

    fn add_stream(&mut self, name: &StreamName) -> KnownStream {
        self.end.streams += 1;
        self.added.streams.push((self.end.streams, name.clone()));
        KnownStream {
            id: self.end.streams,
            version: Version::NONE,
        }
    }
}

impl Ledger for InTx {
    type Error = Infallible;

    fn end(&self) -> (Position, Option<Timestamp>) {
        (self.end.position, self.end.recorded_at)
    }

    fn first_answer(&mut self, command: CommandId) -> Result<Option<Appended>, Infallible> {
        Ok(self.commands.get(&command).cloned())
    }

    fn has_event(&mut self, id: EventId) -> Result<bool, Infallible> {
        Ok(self.places.contains_key(&id) || self.stored.contains_key(&id))
    }

    fn stored_event(&mut self, id: EventId) -> Result<Option<StoredEvent>, Infallible> {
        let added = self
            .places
            .get(&id)
            .and_then(|place| self.added.events.get(*place));
        Ok(match added {
            Some(added) => Some(added.as_stored()),
            None => self.stored.get(&id).cloned(),
        })
    }

    fn stream(&mut self, name: &StreamName) -> Result<Option<KnownStream>, Infallible> {
        Ok(self.streams.get(name).copied())
    }
}

impl AddedEvent {
    fn as_stored(&self) -> StoredEvent {
        let event = &self.event;
        StoredEvent {
            position: event.position,
            stream: event.stream.to_string(),
            version: event.version,
            event_type: event.event_type.clone(),
            schema_version: event.schema_version,
            recorded_at: event.recorded_at,
            correlation_id: event.metadata.correlation_id,
            causation_id: event.metadata.causation_id,
            data: event.data.get().to_owned(),
            extra: self.extra.clone(),
        }
    }
}

/// What is looked up.
struct Wanted {
    streams: Vec<StreamName>,
    events: Vec<Uuid>,
    commands: Vec<CommandId>,
}

impl Wanted {
    fn of(appends: &[PreparedAppend]) -> Wanted {
        let names = appends.iter().flat_map(|append| &append.streams);
        let mut streams: Vec<_> = names.map(|part| part.stream.clone()).collect();
        streams.sort_unstable();
        streams.dedup();
        Wanted {
            streams,
            events: appends
                .iter()
                .flat_map(PreparedAppend::event_ids)
                .map(|id| id.0)
                .collect(),
            commands: appends
                .iter()
                .filter_map(|append| append.command.as_ref())
                .map(|command| command.id)
                .collect(),
        }
    }
}

/// What was found of it.
#[derive(Default)]
struct Found {
    streams: HashMap<StreamName, KnownStream>,
    /// Positions of events whose ids are taken.
    events: Vec<i64>,
    commands: Vec<FoundCommand>,
}

struct FoundCommand {
    id: CommandId,
    first: i64,
    last: i64,
    at: i64,
}

impl Found {
    /// Takes a row of `known.sql`.
    fn take(
        &mut self,
        row: &PgRow,
        streams: &[StreamName],
        commands: &[CommandId],
    ) -> sqlx::Result<()> {
        let (kind, nth): (i32, i64) = (row.try_get(0)?, row.try_get(1)?);
        let index = usize::try_from(nth - 1).unwrap_or(usize::MAX);
        let (first, last): (i64, Option<i64>) = (row.try_get(2)?, row.try_get(3)?);
        let last = last.unwrap_or(0);
        match kind {
            1 => {
                if let Some(name) = streams.get(index) {
                    let version = Version::from_sql(last);
                    self.streams
                        .insert(name.clone(), KnownStream { id: first, version });
                }
            }
            2 => self.events.push(first),
            _ => {
                if let Some(id) = commands.get(index) {
                    let (id, at) = (*id, row.try_get(4)?);
                    self.commands.push(FoundCommand {
                        id,
                        first,
                        last,
                        at,
                    });
                }
            }
        }
        Ok(())
    }
}

/// What commands that were carried out before had been answered. Rare, and so is the trip.
async fn first_answers(
    connection: &mut PgConnection,
    found: Vec<FoundCommand>,
) -> sqlx::Result<HashMap<CommandId, Appended>> {
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query(include_str!("sql/append_streams.sql"))
        .bind(
            found
                .iter()
                .map(|command| command.first)
                .collect::<Vec<_>>(),
        )
        .bind(found.iter().map(|command| command.last).collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    let mut streams: HashMap<i64, Vec<StreamAppended>> = HashMap::new();
    for row in &rows {
        let nth = row.try_get(0)?;
        streams
            .entry(nth)
            .or_default()
            .push(row::stream_appended(row)?);
    }
    let answers = (1..).zip(found).map(|(nth, command)| {
        let appended = Appended {
            streams: streams.remove(&nth).unwrap_or_default(),
            first_position: Position::from_sql(command.first),
            position: Position::from_sql(command.last),
            committed_at: Timestamp::from_micros(command.at),
            duplicate: true,
        };
        (command.id, appended)
    });
    Ok(answers.collect())
}

/// Events whose ids are taken, as they are stored. Rare, and so is the trip.
async fn stored_events(
    connection: &mut PgConnection,
    positions: Vec<i64>,
) -> sqlx::Result<HashMap<EventId, StoredEvent>> {
    if positions.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query(recorded!("sql/stored_events.sql"))
        .bind(positions)
        .fetch_all(connection)
        .await?;
    rows.iter().map(row::stored_event).collect()
}
