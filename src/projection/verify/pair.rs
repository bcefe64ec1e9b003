//! Two files of one read model, seen over one connection: `main` is the one that answers, `fresh` what it should be.

use std::iter::Enumerate;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use futures_util::future::try_join_all;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::table::{self, Rows};
use crate::contract::{ParkedRow, Position};
use crate::projection::ProjectionError;
use crate::projection::model::Table;
use crate::projection::place::{self, in_background};
use crate::subscription::parking::{WhichParked, sqlite};

/// Tries to begin two transactions at one position, while the read model goes on.
const TRIES: usize = 8;

/// The two, of which the first stays as it is now. The second is seen as it is when it is first compared.
pub(crate) struct Pair {
    as_of: Position,
    first: SqliteConnection,
    /// Sees the same, so that two tables are compared at once. Where the read model moves on too fast, there is none.
    second: Option<SqliteConnection>,
}

/// The tables that are still to be compared, and which of them each is.
type Left<'a> = Mutex<Enumerate<std::vec::IntoIter<&'a Table>>>;

/// What came of one table: which of them it is, its rows, and what differs.
type Compared = (usize, u64, Vec<String>);

impl Pair {
    /// Opens both; neither can be changed through this.
    pub(crate) async fn open(model: &Path, fresh: &Path) -> Result<Pair, ProjectionError> {
        let (mut as_of, mut first) = begin(model, fresh).await?;
        for _ in 0..TRIES {
            let (also, second) = begin(model, fresh).await?;
            if also == as_of {
                return Ok(Pair {
                    as_of,
                    first,
                    second: Some(second),
                });
            }
            (as_of, first) = (also, second);
        }
        Ok(Pair {
            as_of,
            first,
            second: None,
        })
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
        if !sqlite::exists_in_tx(&mut self.first).await? {
            return Ok(Vec::new());
        }
        let all = WhichParked::default();
        let found = sqlite::find_in_tx(&mut self.first, &all, u32::MAX).await?;
        Ok(found.rows)
    }

    /// How many rows the first one has in these tables, and what differs, a sentence each.
    pub(crate) async fn differences(
        &mut self,
        tables: &[Table],
    ) -> Result<(u64, Vec<String>), ProjectionError> {
        self.compare(tables.iter().collect(), Rows::All).await
    }

    /// The same for the rows that the second one has: how many those are, and what differs of them.
    pub(crate) async fn differences_of_fresh(
        &mut self,
        tables: impl Iterator<Item = &Table>,
    ) -> Result<(u64, Vec<String>), ProjectionError> {
        self.compare(tables.collect(), Rows::Fresh).await
    }

    async fn compare(
        &mut self,
        tables: Vec<&Table>,
        which: Rows,
    ) -> Result<(u64, Vec<String>), ProjectionError> {
        let tables = Mutex::new(tables.into_iter().enumerate());
        let connections = [Some(&mut self.first), self.second.as_mut()];
        let each = connections.into_iter().flatten();
        let compared = try_join_all(each.map(|both| compare_on(both, &tables, which))).await?;
        let mut compared = compared.concat();
        compared.sort_unstable_by_key(|(number, ..)| *number);
        let rows = compared.iter().map(|(_, rows, _)| rows).sum();
        let differences = compared.into_iter().flat_map(|(.., found)| found);
        Ok((rows, differences.collect()))
    }
}

/// Compares one table after the other, as long as there are some.
async fn compare_on(
    both: &mut SqliteConnection,
    tables: &Left<'_>,
    which: Rows,
) -> Result<Vec<Compared>, ProjectionError> {
    let next = || {
        let mut tables = tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.next()
    };
    let mut compared = Vec::new();
    while let Some((number, table)) = next() {
        let rows = table::count_in_tx(both, table, which).await?;
        let differences = table::differences_in_tx(both, table, which).await?;
        compared.push((number, rows, differences));
    }
    Ok(compared)
}

/// Begins a transaction over both, with the read model's checkpoint: it keeps the read model as it is there.
async fn begin(
    model: &Path,
    fresh: &Path,
) -> Result<(Position, SqliteConnection), ProjectionError> {
    let mut both = connect(model).await?;
    sqlx::query("ATTACH DATABASE ?1 AS fresh")
        .bind(fresh.display().to_string())
        .execute(&mut both)
        .await?;
    sqlx::query("BEGIN").execute(&mut both).await?;
    let as_of = place::checkpoint_in_tx(&mut both).await?;
    Ok((as_of, both))
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
