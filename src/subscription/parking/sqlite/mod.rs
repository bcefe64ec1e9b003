//! Parked events beside the rows of a consumer on SQLite: inside the transactions that write those.

mod late;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::{Found, Held, NewParked, Waiting, WhichParked};
use crate::contract::{EventId, ParkedRow, Position, Timestamp};

pub use late::{
    discard_in_tx, due_in_tx, fail_again_in_tx, mark_due_in_tx, pass_waiting_in_tx, promote_in_tx,
    settle_in_tx,
};

/// Makes the tables where they are missing.
pub const SCHEMA: &str = include_str!("schema.sql");

/// Writes a parked event down.
///
/// # Errors
/// When the database fails.
pub async fn park_in_tx(tx: &mut SqliteConnection, parked: &NewParked) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("park.sql"))
        .bind(parked.position.to_sql())
        .bind(parked.event_id.0.as_bytes().as_slice())
        .bind(&*parked.key)
        .bind(parked.attempts)
        .bind(&*parked.error)
        .bind(parked.parked_at.as_micros())
        .execute(tx)
        .await
        .map(drop)
}

/// Notes what has to wait behind parked events.
///
/// # Errors
/// When the database fails.
pub async fn wait_in_tx(tx: &mut SqliteConnection, waiting: &[Waiting]) -> Result<(), sqlx::Error> {
    if waiting.is_empty() {
        return Ok(());
    }
    let row = |one: &Waiting| {
        let id = one.event_id.0.simple().to_string();
        serde_json::json!([one.key, one.position, id])
    };
    let rows: Vec<_> = waiting.iter().map(row).collect();
    sqlx::query(include_str!("wait.sql"))
        .bind(serde_json::Value::Array(rows).to_string())
        .execute(tx)
        .await
        .map(drop)
}

/// What must not be handled now.
///
/// # Errors
/// When the database fails.
pub async fn held_in_tx(tx: &mut SqliteConnection) -> Result<Held, sqlx::Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as(include_str!("held.sql"))
        .fetch_all(tx)
        .await?;
    let parked = rows.into_iter();
    Ok(Held::of(parked.map(|(key, position)| {
        (key, Position::from_sql(position))
    })))
}

/// Forgets everything that is parked: the consumer begins anew and will meet it again.
///
/// # Errors
/// When the database fails.
pub async fn clear_in_tx(tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(include_str!("clear.sql"))
        .execute(tx)
        .await
        .map(drop)
}

/// Some of the parked events, and how many there are.
///
/// # Errors
/// When the database fails, or a row has what we never write.
pub async fn find_in_tx(
    tx: &mut SqliteConnection,
    which: &WhichParked,
    limit: u32,
) -> Result<Found, sqlx::Error> {
    let rows = sqlx::query(include_str!("find.sql"))
        .bind(number(which.after_id))
        .bind(which.ids_json())
        .bind(which.up_to.map(Position::to_sql))
        .bind(which.last_id.map(number))
        .bind(limit)
        .fetch_all(&mut *tx)
        .await?;
    let count: i64 = sqlx::query_scalar(include_str!("count.sql"))
        .bind(number(which.after_id))
        .bind(which.ids_json())
        .bind(which.up_to.map(Position::to_sql))
        .bind(which.last_id.map(number))
        .fetch_one(&mut *tx)
        .await?;
    let last_id: i64 = sqlx::query_scalar(include_str!("last_id.sql"))
        .fetch_one(tx)
        .await?;
    Ok(Found {
        rows: rows.iter().map(parked_row).collect::<Result<_, _>>()?,
        count: count.unsigned_abs(),
        last_id: last_id.unsigned_abs(),
    })
}

/// Whether the database has the tables: what an older program wrote has none.
///
/// # Errors
/// When the database fails.
pub async fn exists_in_tx(tx: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let tables: i64 = sqlx::query_scalar(include_str!("exists.sql"))
        .fetch_one(tx)
        .await?;
    Ok(tables > 0)
}

fn parked_row(row: &SqliteRow) -> Result<ParkedRow, sqlx::Error> {
    let id: i64 = row.try_get(0)?;
    let event_id: Uuid = row.try_get(2)?;
    let waiting_behind: i64 = row.try_get(7)?;
    Ok(ParkedRow {
        id: id.unsigned_abs(),
        position: Position::from_sql(row.try_get(1)?),
        event_id: EventId(event_id),
        key: row.try_get(3)?,
        attempts: row.try_get(4)?,
        error: row.try_get(5)?,
        parked_at: Timestamp::from_micros(row.try_get(6)?),
        waiting_behind: waiting_behind.unsigned_abs(),
    })
}

/// A number that SQLite can take; there are none beyond.
fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}
