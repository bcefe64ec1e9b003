//! Appends to PostgreSQL, one event a request or transaction.

use super::{clients, record};
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::load::drive;
use crate::measurement::Measurement;
use crate::peers::postgres::Server;
use crate::peers::{highwater, message_db, plain_inserts};
use crate::table::{Aim, Table};

const COUNTS: [usize; 2] = [1, 64];
/// Where the aims count.
const AIMED: usize = 64;

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Append on PostgreSQL, one event a request");
    for _ in 0..bench.runs {
        for count in COUNTS {
            one_run(bench, &mut table, count).await?;
        }
    }
    Ok(table)
}

/// Everybody on a server of the same run, each in a database of its own, one after the other.
async fn one_run(bench: &Bench, table: &mut Table, count: usize) -> Outcome<()> {
    let load = bench.load(1);
    let work = clients(count);
    let server = Server::start(&bench.places).await?;
    let ours = highwater(bench, &server, count).await?;
    record(table, &work, highwater::NAME, ours);
    plain_inserts::set_up(&server).await?;
    let plain = drive(load, plain_inserts::writers(&server, count).await?).await?;
    record(table, &work, plain_inserts::NAME, plain);
    message_db::set_up(&server, &bench.places).await?;
    let library = drive(load, message_db::writers(&server, count).await?).await?;
    record(table, &work, message_db::NAME, library);
    if count == AIMED {
        table.aim(&work, plain_inserts::NAME, Aim::TimesAsFast(1.3));
        table.aim(&work, message_db::NAME, Aim::TimesAsFast(4.0));
    }
    Ok(())
}

async fn highwater(bench: &Bench, server: &Server, count: usize) -> Outcome<Measurement> {
    let url = server.make_database("highwater").await?;
    let folder = bench.places.empty_folder("highwater-")?;
    let ours = highwater::Server::start_on_postgres(&bench.places, folder.path(), &url).await?;
    drive(bench.load(1), ours.writers(count).await?).await
}
