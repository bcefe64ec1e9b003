//! Compares every read model with a fresh fold of the log, up to where the read model stands.
//!
//! The fresh fold goes through the same code into a place of its own, in batches of other sizes: a row that depends on
//! where a batch happened to end is found as well as one that was lost, doubled or changed by hand.

mod fresh;
mod index;
mod table;

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::model::Model;
use super::orders::OrdersModel;
use super::sales::SalesModel;
use super::search::SearchModel;
use super::stock::StockModel;
use super::{ProjectionError, place};
use crate::contract::Position;
use crate::event_log::EventLog;

/// What the comparison of one read model found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelReport {
    /// The projection.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
    /// The read model's checkpoint: what it should hold is the fold of the log up to here.
    pub as_of: Position,
    /// How many rows it has, in all its tables.
    pub rows: u64,
    /// What is wrong, a sentence each, by table and key; no more than 20 for each table. Empty when all is well.
    pub differences: Vec<String>,
}

/// Compares every read model below the data folder with a fresh fold of `log`. Reads while the read models are in use,
/// too: each is compared as it is at one position.
///
/// # Errors
/// When the log or a read model cannot be read, or the fresh fold cannot be written to the temporary folder.
pub async fn compare(data: &Path, log: &dyn EventLog) -> Result<Vec<ModelReport>, ProjectionError> {
    Ok(vec![
        report::<OrdersModel>(data, log).await?,
        report::<SearchModel>(data, log).await?,
        report::<StockModel>(data, log).await?,
        report::<SalesModel>(data, log).await?,
    ])
}

async fn report<M: Model>(data: &Path, log: &dyn EventLog) -> Result<ModelReport, ProjectionError> {
    let mut report = ModelReport {
        name: M::NAME,
        version: M::VERSION,
        as_of: Position::START,
        rows: 0,
        differences: Vec::new(),
    };
    let path = place::path_of::<M>(data);
    if !path.exists() {
        report.differences.push("the file is missing".to_owned());
        return Ok(report);
    }
    compare_tables::<M>(&path, log, &mut report).await?;
    if let Some(name) = M::FULL_TEXT_INDEX {
        report.differences.extend(index::check(&path, name).await?);
    }
    Ok(report)
}

async fn compare_tables<M: Model>(
    path: &Path,
    log: &dyn EventLog,
    report: &mut ModelReport,
) -> Result<(), ProjectionError> {
    let mut fresh = fresh::FreshFold::<M>::open().await?;
    let mut both = open_both(path, &fresh.path()).await?;
    // The transaction begins with the read model's checkpoint and keeps the read model as it is there; the fresh fold is
    // seen as it is when it is first read.
    let mut tx = both.begin().await?;
    report.as_of = place::checkpoint_in_tx(&mut tx).await?;
    let reached = fresh.fold(log, report.as_of).await?;
    if reached < report.as_of {
        let lost = format!("the log ends at {reached}, before the read model");
        report.differences.push(lost);
    }
    for table in M::TABLES {
        report.rows += table::count_in_tx(&mut tx, table).await?;
        let differences = table::differences_in_tx(&mut tx, table).await?;
        report.differences.extend(differences);
    }
    Ok(())
}

/// A connection that sees the read model as `main` and the fresh fold as `fresh`, and can change neither.
async fn open_both(model: &Path, fresh: &Path) -> Result<SqliteConnection, ProjectionError> {
    let mut both = SqliteConnectOptions::new()
        .filename(model)
        .read_only(true)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(|source| ProjectionError::Open {
            path: model.to_owned(),
            source,
        })?;
    sqlx::query("ATTACH DATABASE ?1 AS fresh")
        .bind(fresh.display().to_string())
        .execute(&mut both)
        .await?;
    Ok(both)
}
