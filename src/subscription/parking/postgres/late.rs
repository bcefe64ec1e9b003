//! Parked events that are tried again late, or given up.

use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::contract::{EventId, Position, Timestamp};
use crate::subscription::parking::rows::FoundRow;
use crate::subscription::parking::{Due, WhichParked, id_to_sql};

/// Notes which parked events are to be tried again.
///
/// # Errors
/// When the database fails.
pub async fn mark_due_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    which: &WhichParked,
) -> Result<(), sqlx::Error> {
    let which = which.columns();
    sqlx::query(include_str!("mark_due.sql"))
        .bind(consumer)
        .bind(which.ids)
        .bind(which.up_to)
        .bind(which.last_id)
        .execute(tx)
        .await
        .map(drop)
}

/// Gives parked events up, and says which. What waits behind them is not due yet: see [`promote_in_tx`].
///
/// # Errors
/// When the database fails, or an id is stored that we never write.
pub async fn discard_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    which: &WhichParked,
) -> Result<Vec<EventId>, sqlx::Error> {
    let which = which.columns();
    let ids: Vec<Uuid> = sqlx::query_scalar(include_str!("discard.sql"))
        .bind(consumer)
        .bind(which.ids)
        .bind(which.up_to)
        .bind(which.last_id)
        .fetch_all(tx)
        .await?;
    Ok(ids.into_iter().map(EventId).collect())
}

/// Makes the first that waits of each key due of which nothing is parked any more.
///
/// # Errors
/// When the database fails.
pub async fn promote_in_tx(tx: &mut PgConnection, consumer: &str) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("promote.sql"))
        .bind(consumer)
        .bind(Timestamp::now().as_micros())
        .execute(&mut *tx)
        .await?;
    sqlx::query(include_str!("unwait_parked.sql"))
        .bind(consumer)
        .execute(tx)
        .await
        .map(drop)
}

/// The first of the parked events that are to be tried again, with at most so many of those that wait behind it.
///
/// # Errors
/// When the database fails, or a row has what we never write.
pub async fn due_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    waiting: u32,
) -> Result<Option<Due>, sqlx::Error> {
    let row: Option<FoundRow> = sqlx::query_as(include_str!("due.sql"))
        .bind(consumer)
        .fetch_optional(&mut *tx)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let parked = row.read();
    let waiting: Vec<i64> = sqlx::query_scalar(include_str!("waiting.sql"))
        .bind(consumer)
        .bind(&*parked.key)
        .bind(i64::from(waiting))
        .fetch_all(tx)
        .await?;
    Ok(Some(Due {
        parked,
        waiting: waiting.into_iter().map(Position::from_sql).collect(),
    }))
}

/// Notes that a parked event has failed again.
///
/// # Errors
/// When the database fails.
pub async fn fail_again_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    id: u64,
    error: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("fail_again.sql"))
        .bind(consumer)
        .bind(id_to_sql(id))
        .bind(error)
        .execute(tx)
        .await
        .map(drop)
}

/// Notes that a parked event is done with.
///
/// # Errors
/// When the database fails.
pub async fn settle_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    id: u64,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("settle.sql"))
        .bind(consumer)
        .bind(id_to_sql(id))
        .execute(tx)
        .await
        .map(drop)
}

/// Forgets what waits of a key up to a position: it is handled, or parked itself.
///
/// # Errors
/// When the database fails.
pub async fn pass_waiting_in_tx(
    tx: &mut PgConnection,
    consumer: &str,
    key: &str,
    upto: Position,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("pass_waiting.sql"))
        .bind(consumer)
        .bind(key)
        .bind(upto.to_sql())
        .execute(tx)
        .await
        .map(drop)
}
