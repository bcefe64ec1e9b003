//! One message at a time, acknowledged once it is on the disk.

use super::{append, clients, record};
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::load::{Load, drive};
use crate::measurement::Measurement;
use crate::peers::{highwater, nats};
use crate::table::Table;

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Append, one event a request, beside NATS JetStream");
    let load = bench.load(1);
    for _ in 0..bench.runs {
        for count in [1, 64] {
            let work = clients(count);
            let ours = append::highwater(bench, load, count).await?;
            record(&mut table, &work, highwater::NAME, ours);
            let theirs = jetstream(bench, load, count).await?;
            record(&mut table, &work, nats::NAME, theirs);
        }
    }
    table.note(
        "JetStream runs with `sync_interval: always`; by default it acknowledges what is not on the disk yet.",
    );
    Ok(table)
}

async fn jetstream(bench: &Bench, load: Load, count: usize) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("nats-")?;
    let server = nats::Server::start(&bench.places, folder.path()).await?;
    drive(load, server.writers(count).await?).await
}
