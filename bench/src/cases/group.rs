//! A queue group: four members share the events of the log, and acknowledge each by itself.

use std::convert::Infallible as Never;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::load::fill;
use crate::measurement::Measurement;
use crate::peers::{highwater, nats};
use crate::report::grouped;
use crate::table::{Aim, Table};

/// Members of the group.
const MEMBERS: usize = 4;
/// Writers that fill a log together.
const FILLERS: usize = 4;
/// How long the read models of a new server may take to read the log.
const PATIENCE: Duration = Duration::from_secs(300);

/// A member with a connection of its own.
pub trait Member: Send + 'static {
    /// Takes one event or some, and acknowledges each; how many those were.
    fn handle(&mut self) -> impl Future<Output = Outcome<u64>> + Send;
}

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("A queue group, every event acknowledged");
    let events = bench.group_events;
    let work = format!("{} events, {MEMBERS} members", grouped(events as f64));
    for _ in 0..bench.runs {
        let ours = highwater(bench, events).await?;
        record(&mut table, &work, highwater::NAME, ours);
        let theirs = jetstream(bench, events).await?;
        record(&mut table, &work, nats::NAME, theirs);
    }
    table.aim(&work, highwater::NAME, Aim::AtLeast(20_000.0));
    table.aim(&work, nats::NAME, Aim::TimesAsFast(1.0));
    table.note(
        "Both hold at most 1,000 unacknowledged deliveries. JetStream is a pull consumer with explicit acknowledgements and \
         syncs as it does by default: neither waits for the disk at an acknowledgement.",
    );
    Ok(table)
}

async fn highwater(bench: &Bench, events: u64) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("highwater-")?;
    let server = highwater::Server::start(&bench.places, folder.path()).await?;
    fill(server.writers(FILLERS).await?, events).await?;
    server.settled(PATIENCE).await?;
    let members = server.members("bench", MEMBERS).await?;
    let begun = Instant::now();
    let _members = consume(members, events).await?;
    server.settled(PATIENCE).await?;
    Ok(Measurement::rate(events, begun.elapsed()))
}

async fn jetstream(bench: &Bench, events: u64) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("nats-")?;
    let server = nats::Server::start_unsynced(&bench.places, folder.path()).await?;
    server.publish(events).await?;
    let members = server.members(MEMBERS).await?;
    let begun = Instant::now();
    let _members = consume(members, events).await?;
    server.acknowledged(PATIENCE).await?;
    Ok(Measurement::rate(events, begun.elapsed()))
}

/// Lets members handle events until all are handled. They are given back: what a client has not sent yet of its last
/// acknowledgements is lost when it goes.
async fn consume<M: Member>(members: Vec<M>, events: u64) -> Outcome<JoinSet<Outcome<Never>>> {
    let handled = Arc::new(AtomicU64::new(0));
    let all = Arc::new(Notify::new());
    let mut working = JoinSet::new();
    for mut member in members {
        let (handled, all) = (Arc::clone(&handled), Arc::clone(&all));
        working.spawn(async move {
            loop {
                let some = member.handle().await?;
                if handled.fetch_add(some, Ordering::Relaxed) + some >= events {
                    all.notify_one();
                }
            }
        });
    }
    tokio::select! {
        () = all.notified() => Ok(working),
        Some(ended) = working.join_next() => match ended? {
            Err(failure) => Err(failure),
            Ok(never) => match never {},
        },
    }
}
