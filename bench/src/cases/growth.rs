//! Whether a long history costs anything: the same work on a log of ten million events and on one of ten thousand.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::load::{Load, Writer as _, drive, fill, repeat};
use crate::measurement::Measurement;
use crate::peers::{highwater, in_process};
use crate::report::grouped;
use crate::table::{Aim, Table};
use ::highwater::contract::{Position, StreamName, Version};
use ::highwater::event_log::sqlite::SqliteLog;
use ::highwater::event_log::{EventLog, LogQuery, StreamQuery};

/// Events of the short log.
const SHORT: u64 = 10_000;
/// Appends that are measured on each log: so few that the short one stays short.
const APPENDS: u32 = 2_000;
const BATCHES: u32 = 10;
const READS: u32 = 2_000;
const PAGE: usize = 100;
/// Clients of the steady load.
const CLIENTS: usize = 64;
/// How often the server's memory is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How long the read models of a new server may take to read the long log.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Writers that fill a log together.
const FILLERS: usize = 4;

/// What is aimed at: the cost on the long log over that on the short one, and megabytes.
const COST: f64 = 1.3;
const MEMORY: f64 = 200.0;

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Growth");
    let events = bench.growth_events;
    // Kept for the next time: to fill it takes minutes.
    let long = bench.places.folder.join(format!("growth-{events}"));
    std::fs::create_dir_all(&long)?;
    fill_up(&long, events).await?;
    let names = [events, SHORT].map(|events| format!("{} events", grouped(events as f64)));
    for _ in 0..bench.runs {
        let short = bench.places.empty_folder("short-")?;
        fill_up(short.path(), SHORT).await?;
        for (name, folder) in names.iter().zip([&*long, short.path()]) {
            for (work, measured) in measure(folder).await? {
                record(&mut table, work, name, measured);
                if *name == names[1] {
                    table.aim(work, name, Aim::CostsAtMost(COST));
                }
            }
        }
    }
    memory(bench, &long, &names[0], &mut table).await?;
    Ok(table)
}

/// Appends until a log has so many events.
async fn fill_up(folder: &Path, events: u64) -> Outcome<()> {
    let log = in_process::open(folder).await?;
    let missing = events.saturating_sub(log.head().position.0);
    if missing > SHORT {
        eprintln!("  filling a log with {} events", grouped(missing as f64));
    }
    let writers = (0..FILLERS).map(|_| in_process::Writer::new(&log));
    fill(writers.collect(), missing).await?;
    log.close().await;
    Ok(())
}

/// The same work on any log. It is just opened when it is read, so that the reads reach the disk's cache and not our memory.
async fn measure(folder: &Path) -> Outcome<Vec<(&'static str, Measurement)>> {
    let log = in_process::open(folder).await?;
    let head = log.head().position;
    let streams = some_streams(&log, head).await?;
    let measured = vec![
        ("read of the last 100 events", read_tail(&log, head).await?),
        ("read of one stream", read_streams(&log, &streams).await?),
        ("append of 1 event", append(&log, APPENDS, 1).await?),
        (
            "append of 1,000 events",
            append(&log, BATCHES, 1_000).await?,
        ),
    ];
    log.close().await;
    Ok(measured)
}

async fn read_tail(log: &SqliteLog, head: Position) -> Outcome<Measurement> {
    let after = Position(head.0.saturating_sub(PAGE as u64));
    repeat(READS, async || {
        let page = log.read(LogQuery::after(after, PAGE)).await?;
        expect(page.len() == PAGE, "the end of the log is shorter")
    })
    .await
}

async fn read_streams(log: &SqliteLog, streams: &[StreamName]) -> Outcome<Measurement> {
    let mut streams = streams.iter().cycle();
    repeat(READS, || {
        let stream = streams.next().cloned();
        async move {
            let stream = stream.ok_or("there are no streams")?;
            let query = StreamQuery::from(stream, Version(1), PAGE);
            let slice = log.read_stream(query).await?;
            expect(!slice.events.is_empty(), "a stream is empty")
        }
    })
    .await
}

async fn append(log: &Arc<SqliteLog>, times: u32, events: u32) -> Outcome<Measurement> {
    let writer = tokio::sync::Mutex::new(in_process::Writer::new(log));
    repeat(times, async || writer.lock().await.append(events).await).await
}

/// Streams from all over the log.
async fn some_streams(log: &SqliteLog, head: Position) -> Outcome<Vec<StreamName>> {
    let mut streams = Vec::new();
    for at in 0..u64::from(READS) {
        // Far from one to the next, so that neighbours are not read one after the other.
        let place = (at * 7_919 * (head.0 / 10_007 + 1)) % head.0;
        let page = log.read(LogQuery::after(Position(place), 1)).await?;
        streams.extend(page.iter().map(|event| event.stream.clone()));
    }
    Ok(streams)
}

/// What a server holds in memory while clients append to the long log, after its consumers have read all of it.
async fn memory(bench: &Bench, folder: &Path, name: &str, table: &mut Table) -> Outcome<()> {
    let server = highwater::Server::start(&bench.places, folder).await?;
    eprintln!("  the read models read the log");
    server.settled(PATIENCE).await?;
    let load = Load {
        lasting: bench.lasting * bench.runs,
        ..bench.load(1)
    };
    let mut highest = server.memory()?;
    let mut looks = tokio::time::interval(LOOK);
    let load = drive(load, server.writers(CLIENTS).await?);
    let mut load = std::pin::pin!(load);
    let under_load = loop {
        tokio::select! {
            done = &mut load => break done?,
            _ = looks.tick() => highest = server.memory()?.max(highest),
        }
    };
    let work = format!("the server under {CLIENTS} clients");
    record(table, &work, name, under_load);
    let work = "the most memory it held meanwhile";
    record(table, work, name, Measurement::megabytes(highest));
    table.aim(work, name, Aim::Below(MEMORY));
    Ok(())
}

fn expect(right: bool, otherwise: &str) -> Outcome<()> {
    if right { Ok(()) } else { Err(otherwise.into()) }
}
