//! Compares every read model with a fresh fold of the log, up to where the read model stands.
//!
//! The fresh fold goes through the same code into a place of its own, in batches of other sizes: a row that depends on
//! where a batch happened to end is found as well as one that was lost, doubled or changed by hand.
//!
//! What a read model has set aside, the fresh fold sets aside too, with what waits behind it. So all other rows are compared as
//! ever, and what is parked is named for what it is.

mod fresh;
mod index;
mod pair;
mod table;

use std::path::Path;

use super::ProjectionError;
use super::model::Model;
use super::orders::OrdersModel;
use super::place::Builds;
use super::sales::SalesModel;
use super::search::SearchModel;
use super::stock::StockModel;
use crate::contract::{ParkedRow, Position};
use crate::event_log::EventLog;

pub(super) use index::check as check_index;
pub(super) use pair::Pair;

/// Parked events that are named.
const MOST_NAMED: usize = 20;

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
    /// Events that it has set aside.
    pub parked: u64,
    /// The first of them, a sentence each.
    pub set_aside: Vec<String>,
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
        answering::<OrdersModel>(data, log).await?,
        answering::<SearchModel>(data, log).await?,
        answering::<StockModel>(data, log).await?,
        answering::<SalesModel>(data, log).await?,
    ])
}

async fn answering<M: Model>(
    data: &Path,
    log: &dyn EventLog,
) -> Result<ModelReport, ProjectionError> {
    report::<M>(&Builds::of::<M>(data).answering()?, log).await
}

/// Compares one file of a read model.
pub(super) async fn report<M: Model>(
    file: &Path,
    log: &dyn EventLog,
) -> Result<ModelReport, ProjectionError> {
    let mut report = ModelReport {
        name: M::NAME,
        version: M::VERSION,
        as_of: Position::START,
        rows: 0,
        parked: 0,
        set_aside: Vec::new(),
        differences: Vec::new(),
    };
    if !file.exists() {
        report.differences.push("the file is missing".to_owned());
        return Ok(report);
    }
    compare_tables::<M>(file, log, &mut report).await?;
    if let Some(name) = M::FULL_TEXT_INDEX {
        report.differences.extend(index::check(file, name).await?);
    }
    Ok(report)
}

async fn compare_tables<M: Model>(
    path: &Path,
    log: &dyn EventLog,
    report: &mut ModelReport,
) -> Result<(), ProjectionError> {
    let mut fresh = fresh::FreshFold::<M>::open().await?;
    let mut pair = Pair::open(path, &fresh.path()).await?;
    report.as_of = pair.as_of();
    let parked = pair.parked().await?;
    report.parked = parked.len() as u64;
    report.set_aside = parked.iter().take(MOST_NAMED).map(sentence).collect();
    fresh.set_aside(parked).await?;
    let reached = fresh.fold(log, report.as_of).await?;
    report.differences.extend(fresh.unfoldable());
    if reached < report.as_of {
        let lost = format!("the log ends at {reached}, before the read model");
        report.differences.push(lost);
    }
    let (rows, differences) = pair.differences(M::TABLES).await?;
    report.rows = rows;
    report.differences.extend(differences);
    Ok(())
}

fn sentence(row: &ParkedRow) -> String {
    let behind = match row.waiting_behind {
        0 => String::new(),
        1 => ", and 1 event waits behind it".to_owned(),
        waiting => format!(", and {waiting} events wait behind it"),
    };
    format!(
        "event #{} of {} is parked{behind}: {}",
        row.position, row.key, row.error
    )
}
