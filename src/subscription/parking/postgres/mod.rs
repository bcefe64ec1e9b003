//! Parked events beside the rows of a consumer on PostgreSQL: inside the transactions that write those. All consumers share the
//! tables; each has its own name there.

mod late;

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
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
pub async fn park_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    parked: &NewParked,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("park.sql"))
        .bind(consumer)
        .bind(parked.position.to_sql())
        .bind(parked.event_id.0)
        .bind(&*parked.key)
        .bind(i32::try_from(parked.attempts).unwrap_or(i32::MAX))
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
pub async fn wait_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    waiting: &[Waiting],
) -> Result<(), sqlx::Error> {
    if waiting.is_empty() {
        return Ok(());
    }
    let row = |one: &Waiting| serde_json::json!([one.key, one.position, one.event_id]);
    let rows: Vec<_> = waiting.iter().map(row).collect();
    sqlx::query(include_str!("wait.sql"))
        .bind(consumer)
        .bind(serde_json::Value::Array(rows).to_string())
        .execute(tx)
        .await
        .map(drop)
}

/// What must not be handled now.
///
/// # Errors
/// When the database fails.
pub async fn held_in_tx(tx: &mut PgConnection, consumer: &str) -> Result<Held, sqlx::Error> {
    let rows: Vec<(String, i64)> = sqlx::query_as(include_str!("held.sql"))
        .bind(consumer)
        .fetch_all(tx)
        .await?;
    let parked = rows.into_iter();
    Ok(Held::of(parked.map(|(key, position)| {
        (key, Position::from_sql(position))
    })))
}

/// Some of the parked events, and how many there are.
///
/// # Errors
/// When the database fails, or a row has what we never write.
pub async fn find_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    which: &WhichParked,
    limit: u32,
) -> Result<Found, sqlx::Error> {
    let rows = sqlx::query(include_str!("find.sql"))
        .bind(consumer)
        .bind(number(which.after_id))
        .bind(which.ids_json())
        .bind(which.up_to.map(Position::to_sql))
        .bind(which.last_id.map(number))
        .bind(i64::from(limit))
        .fetch_all(&mut *tx)
        .await?;
    let count: i64 = sqlx::query_scalar(include_str!("count.sql"))
        .bind(consumer)
        .bind(number(which.after_id))
        .bind(which.ids_json())
        .bind(which.up_to.map(Position::to_sql))
        .bind(which.last_id.map(number))
        .fetch_one(&mut *tx)
        .await?;
    let last_id: i64 = sqlx::query_scalar(include_str!("last_id.sql"))
        .bind(consumer)
        .fetch_one(tx)
        .await?;
    Ok(Found {
        rows: rows.iter().map(parked_row).collect::<Result<_, _>>()?,
        count: count.unsigned_abs(),
        last_id: last_id.unsigned_abs(),
    })
}

fn parked_row(row: &PgRow) -> Result<ParkedRow, sqlx::Error> {
    let id: i64 = row.try_get(0)?;
    let event_id: Uuid = row.try_get(2)?;
    let attempts: i32 = row.try_get(4)?;
    let waiting_behind: i64 = row.try_get(7)?;
    Ok(ParkedRow {
        id: id.unsigned_abs(),
        position: Position::from_sql(row.try_get(1)?),
        event_id: EventId(event_id),
        key: row.try_get(3)?,
        attempts: attempts.unsigned_abs(),
        error: row.try_get(5)?,
        parked_at: Timestamp::from_micros(row.try_get(6)?),
        waiting_behind: waiting_behind.unsigned_abs(),
    })
}

/// A number that PostgreSQL can take; there are none beyond.
fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}
