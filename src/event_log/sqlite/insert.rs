//! Writes one append that was judged right.

use rusqlite::{Connection, params};
use std::sync::Arc;
use uuid::Uuid;

use super::known::Known;
use crate::contract::{Position, RecordedEvent, StreamName, Timestamp, Version};
use crate::event_log::judge::KnownStream;
use crate::event_log::prepared::{PreparedAppend, PreparedEvent, PreparedStream};
use crate::event_log::{Appended, CommandStamp, StreamAppended};

/// Writes an append at the end of the log and adds its events to `events`. `streams` is where its streams stand, in its
/// order. The answer counts once the transaction is committed.
pub(super) fn append_in_tx(
    connection: &Connection,
    known: &mut Known,
    append: PreparedAppend,
    streams: Vec<Option<KnownStream>>,
    at: Timestamp,
    events: &mut Vec<Arc<RecordedEvent>>,
) -> rusqlite::Result<Appended> {
    let first_position = known.head.next();
    let mut answers = Vec::with_capacity(append.streams.len());
    // The stream that a command counts as decided on is the first of its append.
    let mut decided_on = None;
    for (part, stream) in append.streams.into_iter().zip(streams) {
        let (stream, answer) = append_stream_in_tx(connection, known, part, stream, at, events)?;
        decided_on.get_or_insert(stream);
        answers.push(answer);
    }
    let appended = Appended {
        streams: answers,
        first_position,
        position: known.head,
        committed_at: at,
        duplicate: false,
    };
    if let (Some(command), Some(stream)) = (&append.command, decided_on) {
        insert_command_in_tx(connection, command, stream, &appended)?;
    }
    Ok(appended)
}

fn append_stream_in_tx(
    connection: &Connection,
    known: &mut Known,
    part: PreparedStream,
    stream: Option<KnownStream>,
    at: Timestamp,
    events: &mut Vec<Arc<RecordedEvent>>,
) -> rusqlite::Result<(KnownStream, StreamAppended)> {
    let mut stream = match stream {
        Some(stream) => stream,
        None => insert_stream_in_tx(connection, &part.stream)?,
    };
    let first_version = stream.version.next();
    for prepared in part.events {
        let place = Place {
            stream: &part.stream,
            stream_id: stream.id,
            version: stream.version.next(),
            position: known.head.next(),
            at,
        };
        insert_event_in_tx(connection, &place, &prepared)?;
        stream.version = place.version;
        known.note_event(prepared.event.id, at);
        events.push(Arc::new(place.put(prepared)));
    }
    known.note_stream(part.stream.clone(), stream);
    let answer = StreamAppended {
        stream: part.stream,
        first_version,
        last_version: stream.version,
        position: known.head,
    };
    Ok((stream, answer))
}

/// Where an event goes.
struct Place<'a> {
    stream: &'a StreamName,
    stream_id: i64,
    version: Version,
    position: Position,
    at: Timestamp,
}

impl Place<'_> {
    fn put(&self, prepared: PreparedEvent) -> RecordedEvent {
        prepared.recorded(self.stream.clone(), self.version, self.position, self.at)
    }
}

fn insert_stream_in_tx(
    connection: &Connection,
    name: &StreamName,
) -> rusqlite::Result<KnownStream> {
    let id = connection
        .prepare_cached(include_str!("sql/insert_stream.sql"))?
        .insert([name.as_str()])?;
    Ok(KnownStream {
        id,
        version: Version::NONE,
    })
}

fn insert_event_in_tx(
    connection: &Connection,
    place: &Place<'_>,
    prepared: &PreparedEvent,
) -> rusqlite::Result<()> {
    let event = &prepared.event;
    connection
        .prepare_cached(include_str!("sql/insert_event.sql"))?
        .execute(params![
            place.position.to_sql(),
            event.id.0.into_bytes(),
            place.stream_id,
            place.version.to_sql(),
            place.stream.category(),
            event.event_type,
            event.schema_version,
            place.at.as_micros(),
            event.metadata.correlation_id.map(Uuid::into_bytes),
            event.metadata.causation_id.map(Uuid::into_bytes),
            event.data.get(),
            prepared.extra,
        ])?;
    Ok(())
}

fn insert_command_in_tx(
    connection: &Connection,
    command: &CommandStamp,
    stream: KnownStream,
    appended: &Appended,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(include_str!("sql/insert_command.sql"))?
        .execute(params![
            command.id.0.into_bytes(),
            command.name,
            stream.id,
            stream.version.to_sql(),
            appended.first_position.to_sql(),
            appended.position.to_sql(),
            command.accepted_at.as_micros(),
            appended.committed_at.as_micros(),
            command.correlation_id.into_bytes(),
            command.causation_id.map(Uuid::into_bytes),
        ])?;
    Ok(())
}
