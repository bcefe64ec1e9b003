//! Two files of one read model, seen over one connection: `main` is the one that answers, `fresh` what it should be.

use std::path::Path;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::table::{self, Rows};
use crate::contract::{ParkedRow, Position};
use crate::projection::ProjectionError;
use crate::projection::model::Table;
use crate::projection::place::{self, in_background};
use crate::subscription::parking::{WhichParked, sqlite};

/// The two, of which the first stays as it is now. The second is seen as it is when it is first compared.
pub(crate) struct Pair {
    as_of: Position,
    /// In a transaction that ends with it.
    both: SqliteConnection,
}

impl Pair {
    /// Opens both; neither can be changed through this.
    pub(crate) async fn open(model: &Path, fresh: &Path) -> Result<Pair, ProjectionError> {
        let mut both = connect(model).await?;
        sqlx::query("ATTACH DATABASE ?1 AS fresh")
            .bind(fresh.display().to_string())
            .execute(&mut both)
            .await?;
        // The transaction begins with the read model's checkpoint and keeps the read model as it is there.
        sqlx::query("BEGIN").execute(&mut both).await?;
        let as_of = place::checkpoint_in_tx(&mut both).await?;
        Ok(Pair { as_of, both })
    }

    /// The same, to be compared while nobody else wants the processor.
    pub(crate) async fn open_in_background(
        model: &Path,
        fresh: &Path,
    ) -> Result<Pair, ProjectionError> {
        let (model, fresh) = (model.to_owned(), fresh.to_owned());
        let opened = in_background(async move || Pair::open(&model, &fresh).await).await;
        opened.map_err(|source| ProjectionError::Background { source })?
    }

    /// Where the first one stands.
    pub(crate) fn as_of(&self) -> Position {
        self.as_of
    }

    /// What the first one has set aside, in the order in which it did.
    pub(crate) async fn parked(&mut self) -> Result<Vec<ParkedRow>, ProjectionError> {
        if !sqlite::exists_in_tx(&mut self.both).await? {
            return Ok(Vec::new());
        }
        let all = WhichParked::default();
        let found = sqlite::find_in_tx(&mut self.both, &all, u32::MAX).await?;
        Ok(found.rows)
    }

    /// How many rows the first one has in these tables, and what differs, a sentence each.
    pub(crate) async fn differences(
        &mut self,
        tables: &[Table],
    ) -> Result<(u64, Vec<String>), ProjectionError> {
        self.compare(tables.iter(), Rows::All).await
    }

    /// The same for the rows that the second one has: how many those are, and what differs of them.
    pub(crate) async fn differences_of_fresh(
        &mut self,
        tables: impl Iterator<Item = &Table>,
    ) -> Result<(u64, Vec<String>), ProjectionError> {
        self.compare(tables, Rows::Fresh).await
    }

    async fn compare(
        &mut self,
        tables: impl Iterator<Item = &Table>,
        which: Rows,
    ) -> Result<(u64, Vec<String>), ProjectionError> {
        let (mut rows, mut differences) = (0, Vec::new());
        for table in tables {
            rows += table::count_in_tx(&mut self.both, table, which).await?;
            differences.extend(table::differences_in_tx(&mut self.both, table, which).await?);
        }
        Ok((rows, differences))
    }
}

async fn connect(model: &Path) -> Result<SqliteConnection, ProjectionError> {
    SqliteConnectOptions::new()
        .filename(model)
        .read_only(true)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|source| ProjectionError::Open {
            path: model.to_owned(),
            source,
        })
}
