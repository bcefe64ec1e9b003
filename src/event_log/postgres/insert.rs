//! Writes what a transaction adds, in one statement.

use sqlx::postgres::PgConnection;

use super::ledger::{AddedCommand, AddedEvent, InTx};
use crate::contract::Timestamp;

/// Writes everything, moves the head, and leaves `word` for the other servers, who get it with the commit.
pub(super) async fn add_in_tx(
    connection: &mut PgConnection,
    tx: &InTx,
    word: &str,
) -> sqlx::Result<()> {
    let (events, commands) = (&tx.added.events, &tx.added.commands);
    let before = tx.end.position.to_sql() - i64::try_from(events.len()).unwrap_or(i64::MAX);
    let streams = &tx.added.streams;
    sqlx::query(include_str!("sql/append.sql"))
        .bind(streams.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .bind(
            streams
                .iter()
                .map(|(_, name)| name.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(before)
        .bind(of_events(events, |added| added.event.id.0))
        .bind(of_events(events, |added| added.stream_id))
        .bind(of_events(events, |added| added.event.version.to_sql()))
        .bind(of_events(events, |added| added.event.stream.category()))
        .bind(of_events(events, |added| added.event.event_type.as_str()))
        .bind(of_events(events, |added| {
            i64::from(added.event.schema_version)
        }))
        .bind(of_events(events, |added| {
            added.event.recorded_at.as_micros()
        }))
        .bind(of_events(events, |added| {
            added.event.metadata.correlation_id
        }))
        .bind(of_events(events, |added| added.event.metadata.causation_id))
        .bind(of_events(events, |added| added.event.data.get()))
        .bind(of_events(events, |added| added.extra.as_deref()))
        .bind(of_commands(commands, |added| added.stamp.id.0))
        .bind(of_commands(commands, |added| added.stamp.name.as_str()))
        .bind(of_commands(commands, |added| added.stream.id))
        .bind(of_commands(commands, |added| added.stream.version.to_sql()))
        .bind(of_commands(commands, |added| added.first_position.to_sql()))
        .bind(of_commands(commands, |added| added.position.to_sql()))
        .bind(of_commands(commands, |added| {
            added.stamp.accepted_at.as_micros()
        }))
        .bind(of_commands(commands, |added| {
            added.committed_at.as_micros()
        }))
        .bind(of_commands(commands, |added| added.stamp.correlation_id))
        .bind(of_commands(commands, |added| added.stamp.causation_id))
        .bind(tx.end.position.to_sql())
        .bind(tx.end.recorded_at.map(Timestamp::as_micros))
        .bind(tx.end.streams)
        .bind(word)
        .execute(connection)
        .await?;
    Ok(())
}

/// A column of the events.
fn of_events<'a, T>(events: &'a [AddedEvent], column: impl Fn(&'a AddedEvent) -> T) -> Vec<T> {
    events.iter().map(column).collect()
}

/// A column of the commands.
fn of_commands<'a, T>(
    commands: &'a [AddedCommand],
    column: impl Fn(&'a AddedCommand) -> T,
) -> Vec<T> {
    commands.iter().map(column).collect()
}
