//! What nothing on this disk can be faster than.

use super::fdatasync::{self, Growing};
use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::load::drive;
use crate::peers::raw_sqlite;
use crate::report::grouped;
use crate::table::Table;

const SYNC: &str = "fdatasync after 4 KiB";

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Limits");
    for _ in 0..bench.runs {
        for (name, growing) in [
            ("file that grows", Growing::Yes),
            ("file that is there", Growing::No),
        ] {
            let folder = bench.places.empty_folder("sync-")?;
            let measured = fdatasync::measure(folder.path(), growing, bench.lasting)?;
            record(&mut table, SYNC, name, measured);
        }
        for events in [1, 100, 1_000] {
            let folder = bench.places.empty_folder("raw-")?;
            let writer = raw_sqlite::Writer::open(folder.path())?;
            let measured = drive(bench.load(events), vec![writer]).await?;
            let work = format!("events in transactions of {}", grouped(f64::from(events)));
            record(&mut table, &work, raw_sqlite::NAME, measured);
        }
    }
    Ok(table)
}
