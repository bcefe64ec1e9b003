//! What a server costs that has nothing to do but a hundred consumers to watch.

use std::time::{Duration, Instant};
use tokio::task::JoinSet;

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::measurement::Measurement;
use crate::peers::highwater::{self, Server};
use crate::table::{Aim, Table};

/// Groups beside the server's own consumers, which are five.
const GROUPS: usize = 95;
/// Events in the log, so that lag is of something.
const EVENTS: u64 = 10_000;
/// How long the server is watched, at least.
const WATCHED: Duration = Duration::from_secs(20);
/// How long it may take until everyone is at the head, and until what that left is done.
const PATIENCE: Duration = Duration::from_secs(300);
const REST: Duration = Duration::from_secs(5);
/// What is aimed at, in percent of one processor.
const SHARE: f64 = 2.0;

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("100 idle consumers");
    let watched = bench.lasting.max(WATCHED);
    let (without, with) = ("groups without members", "a member connected to each group");
    for _ in 0..bench.runs {
        let folder = bench.places.empty_folder("idle-")?;
        let server = Server::start(&bench.places, folder.path()).await?;
        crate::load::fill(server.writers(1).await?, EVENTS).await?;
        for group in 0..GROUPS {
            server.queue_from_the_end(&name(group)).await?;
        }
        let share = idle(&server, watched).await?;
        record(&mut table, without, highwater::NAME, share);
        let mut members = JoinSet::new();
        for group in 0..GROUPS {
            members.spawn(server.member(&name(group), 0).await?.listen());
        }
        let share = idle(&server, watched).await?;
        record(&mut table, with, highwater::NAME, share);
        members.abort_all();
    }
    for work in [without, with] {
        table.aim(work, highwater::NAME, Aim::Below(SHARE));
    }
    table.note("Processor time of the whole server as a share of one processor: its lag is sampled and its trends are kept.");
    Ok(table)
}

fn name(group: usize) -> String {
    format!("idle-{group}")
}

async fn idle(server: &Server, watched: Duration) -> Outcome<Measurement> {
    server.settled(PATIENCE).await?;
    tokio::time::sleep(REST).await;
    let (begun, before) = (Instant::now(), server.processor_time()?);
    tokio::time::sleep(watched).await;
    let used = server.processor_time()? - before;
    Ok(Measurement::share(used, begun.elapsed()))
}
