//! Appends through the network, each durable before it is answered.

use super::{clients, record};
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::load::{Load, drive};
use crate::measurement::Measurement;
use crate::peers::{highwater, umadb};
use crate::table::{Aim, Table};

/// One event a request.
pub async fn one_by_one(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Append, one event a request");
    let aim = Aim::TimesAsFastAndLowerP99(1.5);
    beside_umadb(bench, &mut table, &[1, 16, 64, 256], 1, aim).await?;
    Ok(table)
}

/// A hundred events a request.
pub async fn by_the_hundred(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Append, 100 events a request");
    let aim = Aim::TimesAsFast(1.0);
    beside_umadb(bench, &mut table, &[1, 16], 100, aim).await?;
    Ok(table)
}

async fn beside_umadb(
    bench: &Bench,
    table: &mut Table,
    counts: &[usize],
    events: u32,
    aim: Aim,
) -> Outcome<()> {
    let load = bench.load(events);
    for _ in 0..bench.runs {
        for &count in counts {
            let work = clients(count);
            let ours = highwater(bench, load, count).await?;
            record(table, &work, highwater::NAME, ours);
            let theirs = umadb(bench, load, count).await?;
            record(table, &work, umadb::NAME, theirs);
            table.aim(&work, umadb::NAME, aim);
        }
    }
    Ok(())
}

/// A server of Highwater's on an empty folder under a load.
pub async fn highwater(bench: &Bench, load: Load, count: usize) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("highwater-")?;
    let server = highwater::Server::start(&bench.places, folder.path()).await?;
    drive(load, server.writers(count).await?).await
}

async fn umadb(bench: &Bench, load: Load, count: usize) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("umadb-")?;
    let server = umadb::Server::start(&bench.places, folder.path()).await?;
    drive(load, server.writers(count).await?).await
}
