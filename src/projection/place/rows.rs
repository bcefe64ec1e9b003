//! Many rows at once, as JSON: one statement and one trip to the database's thread, however many rows there are.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::SqliteConnection;

use crate::projection::ProjectionError;

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
