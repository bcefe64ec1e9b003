//! A full text index against the table that it is over.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, QueryBuilder, Sqlite};

use crate::projection::ProjectionError;
use crate::projection::place::BUSY_TIMEOUT;

/// SQLite's code for an index whose terms are not those of its table (`SQLITE_CORRUPT_VTAB`).
const NOT_THE_SAME: &str = "267";

/// Whether the index finds every word of every document, and nothing else.
///
/// SQLite puts the question as an insert, so it needs a connection that may write, and the projection waits meanwhile.
pub(crate) async fn check(path: &Path, index: &str) -> Result<Option<String>, ProjectionError> {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|source| ProjectionError::Open {
            path: path.to_owned(),
            source,
        })?;
    let answer = ask(&mut connection, index).await;
    connection.close().await?;
    match answer {
        Ok(()) => Ok(None),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NOT_THE_SAME) => {
            Ok(Some(format!("{index} does not find what its table has")))
        }
        Err(error) => Err(error.into()),
    }
}

/// The rank of 1 asks to compare the index with its table, and not only with itself.
async fn ask(connection: &mut SqliteConnection, index: &str) -> Result<(), sqlx::Error> {
    let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)");
    QueryBuilder::<Sqlite>::new(sql)
        .build()
        .execute(connection)
        .await?;
    Ok(())
}
