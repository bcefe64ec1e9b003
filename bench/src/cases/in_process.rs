//! The log as a library, a thousand events a batch.

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::load::{Load, drive};
use crate::measurement::Measurement;
use crate::peers::{in_process, raw_sqlite};
use crate::table::{Aim, Table};
use ::highwater::event_log::EventLog;

const WORK: &str = "1,000 events a batch";
const EVENTS: u32 = 1_000;
/// While one batch is committed, another one can be prepared.
const TWO: &str = "Highwater, in process, two batches under way";

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Append in process");
    let load = bench.load(EVENTS);
    for _ in 0..bench.runs {
        let one = highwater(bench, load, 1).await?;
        record(&mut table, WORK, in_process::NAME, one);
        let raw = raw(bench, load).await?;
        record(&mut table, WORK, raw_sqlite::NAME, raw);
        let two = highwater(bench, load, 2).await?;
        record(&mut table, WORK, TWO, two);
    }
    table.aim(WORK, raw_sqlite::NAME, Aim::TimesAsFast(0.8));
    Ok(table)
}

async fn highwater(bench: &Bench, load: Load, writers: usize) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("in-process-")?;
    let log = in_process::open(folder.path()).await?;
    let writers = (0..writers).map(|_| in_process::Writer::new(&log));
    let measured = drive(load, writers.collect()).await?;
    log.close().await;
    Ok(measured)
}

async fn raw(bench: &Bench, load: Load) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("raw-")?;
    drive(load, vec![raw_sqlite::Writer::open(folder.path())?]).await
}
