//! Many rows at once: few statements and few trips to the database's thread, however many rows there are.
//!
//! New rows are bound column by column. What looks for its rows by key goes as one JSON array; that costs twice as much for each
//! row, but takes any number of them in one statement.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::projection::ProjectionError;

/// Rows of one statement at most. More would hardly be faster, and SQLite takes 32,766 values at most.
const TOGETHER: usize = 128;

/// What goes into a column.
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    /// The 16 bytes of an id.
    Id(Uuid),
}

/// Loads what the place has for `keys`. The statement takes them as a JSON array and answers with one row: a JSON array
/// of the stored rows, in any order.
pub(crate) async fn load_in_tx<K: Serialize, R: DeserializeOwned>(
    tx: &mut SqliteConnection,
    statement: &'static str,
    keys: &[K],
) -> Result<Vec<R>, ProjectionError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let stored: String = sqlx::query_scalar(statement)
        .bind(serde_json::to_string(keys)?)
        .fetch_one(tx)
        .await?;
    serde_json::from_str(&stored).map_err(|_| ProjectionError::Corrupt("row"))
}

/// Writes rows with a statement that takes them as a JSON array; nothing happens where there are none.
pub(crate) async fn write_in_tx<R: Serialize>(
    tx: &mut SqliteConnection,
    statement: &'static str,
    rows: &[R],
) -> Result<(), ProjectionError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(statement)
        .bind(serde_json::to_string(rows)?)
        .execute(tx)
        .await?;
    Ok(())
}

/// Inserts rows with a statement that ends before its `VALUES`.
pub(crate) async fn insert_in_tx<const COLUMNS: usize>(
    tx: &mut SqliteConnection,
    statement: &'static str,
    rows: impl IntoIterator<Item = [Cell<'_>; COLUMNS]>,
) -> Result<(), ProjectionError> {
    let rows: Vec<_> = rows.into_iter().collect();
    let mut left = &rows[..];
    // Powers of two: so few statements that all of them stay prepared.
    while let Some(power) = left.len().min(TOGETHER).checked_ilog2() {
        let (now, later) = left.split_at(1 << power);
        let mut insert = QueryBuilder::<Sqlite>::new(statement);
        insert.push_values(now, |mut values, row| {
            for cell in row {
                match cell {
                    Cell::Null => values.push_bind(None::<i64>),
                    Cell::Int(number) => values.push_bind(*number),
                    Cell::Text(text) => values.push_bind(text.as_ref()),
                    Cell::Id(id) => values.push_bind(*id),
                };
            }
        });
        insert.build().execute(&mut *tx).await?;
        left = later;
    }
    Ok(())
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell::Int(number)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl From<Uuid> for Cell<'_> {
    fn from(id: Uuid) -> Self {
        Cell::Id(id)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}
