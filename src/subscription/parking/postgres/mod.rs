//! Parked events beside the rows of a consumer on PostgreSQL: inside the transactions that write those. All consumers share the
//! tables; each has its own name there.

mod late;

use sqlx::postgres::PgConnection;

use super::rows::{self, FoundRow};
use super::{Found, Held, NewParked, Waiting, WhichParked};

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
        .bind(rows::attempts(parked.attempts))
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
    sqlx::query(include_str!("wait.sql"))
        .bind(consumer)
        .bind(rows::waiting(waiting))
        .execute(tx)
        .await
        .map(drop)
}

/// What must not be handled now.
///
/// # Errors
/// When the database fails.
pub async fn held_in_tx(tx: &mut PgConnection, consumer: &str) -> Result<Held, sqlx::Error> {
    let rows = sqlx::query_as(include_str!("held.sql"))
        .bind(consumer)
        .fetch_all(tx)
        .await?;
    Ok(rows::held(rows))
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
    let which = which.columns();
    let rows: Vec<FoundRow> = sqlx::query_as(include_str!("find.sql"))
        .bind(consumer)
        .bind(which.after_id)
        .bind(which.ids.as_deref())
        .bind(which.up_to)
        .bind(which.last_id)
        .bind(i64::from(limit))
        .fetch_all(&mut *tx)
        .await?;
    let count: i64 = sqlx::query_scalar(include_str!("count.sql"))
        .bind(consumer)
        .bind(which.after_id)
        .bind(which.ids)
        .bind(which.up_to)
        .bind(which.last_id)
        .fetch_one(&mut *tx)
        .await?;
    let last_id: i64 = sqlx::query_scalar(include_str!("last_id.sql"))
        .bind(consumer)
        .fetch_one(tx)
        .await?;
    Ok(Found {
        rows: rows.into_iter().map(FoundRow::read).collect(),
        count: count.unsigned_abs(),
        last_id: last_id.unsigned_abs(),
    })
}
