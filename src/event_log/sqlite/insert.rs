//! Writes one append that was judged right.

use rusqlite::{Connection, params};
use std::sync::Arc;
use uuid::Uuid;

use super::ledger::InTx;
use super::rows::Row;
use crate::contract::{RecordedEvent, StreamName, Timestamp, Version};
use crate::event_log::judge::KnownStream;
use crate::event_log::prepared::{PreparedAppend, PreparedStream};
use crate::event_log::{Appended, CommandStamp, StreamAppended};

/// Writes an append at the end of the log and adds its events to `events`. `streams` is where its streams stand, in its
/// order. The answer counts once the transaction is committed.
pub(super) fn append_in_tx(
    tx: &mut InTx<'_>,
    append: PreparedAppend,
    streams: Vec<Option<KnownStream>>,
    at: Timestamp,
    events: &mut Vec<Arc<RecordedEvent>>,
) -> rusqlite::Result<Appended> {
    let first_position = tx.known.head.next();
    let mut answers = Vec::with_capacity(append.streams.len());
    // The stream that a command counts as decided on is the first of its append.
    let mut decided_on = None;
    for (part, stream) in append.streams.into_iter().zip(streams) {
        let (stream, answer) = append_stream_in_tx(tx, part, stream, at, events)?;
        decided_on.get_or_insert(stream);
        answers.push(answer);
    }
    let appended = Appended {
        streams: answers,
        first_position,
        position: tx.known.head,
        committed_at: at,
        duplicate: false,
    };
    if let (Some(command), Some(stream)) = (&append.command, decided_on) {
        insert_command_in_tx(tx.connection, command, stream, &appended)?;
    }
    Ok(appended)
}

fn append_stream_in_tx(
    tx: &mut InTx<'_>,
    part: PreparedStream,
    stream: Option<KnownStream>,
    at: Timestamp,
    events: &mut Vec<Arc<RecordedEvent>>,
) -> rusqlite::Result<(KnownStream, StreamAppended)> {
    let mut stream = match stream {
        Some(stream) => stream,
        None => insert_stream_in_tx(tx.connection, &part.stream)?,
    };
    let first_version = stream.version.next();
    for mut prepared in part.events {
        let extra = prepared.extra.take();
        let (version, position) = (stream.version.next(), tx.known.head.next());
        let event = Arc::new(prepared.recorded(part.stream.clone(), version, position, at));
        let category = part.stream.category();
        let row = Row {
            event: Arc::clone(&event),
            stream_id: stream.id,
            kind_id: tx.known.kind(tx.connection, category, &event.event_type)?,
            extra,
        };
        tx.rows.add(tx.connection, row)?;
        tx.known.note_event(event.id, at);
        stream.version = version;
        events.push(event);
    }
    tx.known.note_stream(part.stream.clone(), stream);
    let answer = StreamAppended {
        stream: part.stream,
        first_version,
        last_version: stream.version,
        position: tx.known.head,
    };
    Ok((stream, answer))
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
