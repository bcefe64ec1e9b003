//! Filling a place with a long stretch of the log, before anybody asks it.
//!
//! What only makes questions fast is left out meanwhile: an index made at once over all rows, in its order, costs a fraction of
//! what it costs row by row.

use std::path::Path;

use sqlx::{Connection, QueryBuilder, Sqlite, SqliteConnection};

use super::unsynced::Unsynced;
use super::{Place, in_background};
use crate::projection::ProjectionError;
use crate::projection::model::Model;

impl Place {
    /// Opens a place to fill it beside one that answers: whoever answers comes first, on the processor too. Nobody may ask it
    /// before it is complete.
    pub(crate) async fn open_to_fill<M: Model>(path: &Path) -> Result<Place, ProjectionError> {
        let unsynced = Unsynced::begin(path)?;
        let file = path.to_owned();
        let opened =
            in_background(async move || Place::open(&file, M::NAME, M::SCHEMA).await).await;
        let mut place = opened.map_err(|source| ProjectionError::Background { source })??;
        sqlx::raw_sql(include_str!("fill.sql"))
            .execute(&mut place.writer)
            .await?;
        if unsynced.is_some() {
            sqlx::raw_sql("PRAGMA synchronous = OFF")
                .execute(&mut place.writer)
                .await?;
        }
        place.unsynced = unsynced;
        leave_out_in_tx::<M>(&mut place.writer).await?;
        Ok(place)
    }

    /// Makes what was left out, and lets the disk have everything: from then on the place can be asked.
    pub(crate) async fn complete<M: Model>(&mut self) -> Result<(), ProjectionError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::raw_sql(M::SCHEMA).execute(&mut *tx).await?;
        if let Some(index) = M::FULL_TEXT_INDEX {
            let fill = format!("INSERT INTO {index} ({index}) VALUES ('rebuild')");
            QueryBuilder::<Sqlite>::new(fill)
                .build()
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        let Some(unsynced) = self.unsynced.take() else {
            return Ok(());
        };
        sqlx::raw_sql("PRAGMA synchronous = NORMAL; PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut self.writer)
            .await?;
        unsynced.end().await
    }
}

/// Takes away the indexes and triggers of the model's tables that its schema makes again.
async fn leave_out_in_tx<M: Model>(writer: &mut SqliteConnection) -> Result<(), ProjectionError> {
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    for table in M::TABLES {
        // What keeps keys unique has no text of its own, and stays.
        let found: Vec<(String, String)> = sqlx::query_as(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = ?1",
        )
        .bind(table.name)
        .fetch_all(&mut *tx)
        .await?;
        for (kind, name) in found {
            QueryBuilder::<Sqlite>::new(format!("DROP {kind} {name}"))
                .build()
                .execute(&mut *tx)
                .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
