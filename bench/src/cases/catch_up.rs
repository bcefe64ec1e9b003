//! Reading the whole log from its beginning, as a new consumer does.

use std::path::Path;
use std::time::{Duration, Instant};

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::http::Connection;
use crate::load::fill;
use crate::measurement::Measurement;
use crate::peers::{highwater, in_process, raw_sqlite, umadb};
use crate::report::grouped;
use crate::table::{Aim, Table};
use ::highwater::event_log::EventLog;

const OVER_HTTP: &str = "Highwater, pages of 1,000 over HTTP";
/// How long the read models of a new server may take to read the log.
const PATIENCE: Duration = Duration::from_secs(300);
/// Writers that fill a log together.
const FILLERS: usize = 4;

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Catch-up");
    let events = bench.catch_up_events;
    let work = format!("{} events", grouped(events as f64));
    let ours = bench.places.empty_folder("highwater-")?;
    let log = in_process::open(ours.path()).await?;
    let writers = (0..FILLERS).map(|_| in_process::Writer::new(&log));
    fill(writers.collect(), events).await?;
    log.close().await;
    let theirs = bench.places.empty_folder("umadb-")?;
    let umadb = umadb::Server::start(&bench.places, theirs.path()).await?;
    fill(umadb.writers(FILLERS).await?, events).await?;

    for _ in 0..bench.runs {
        // Just opened, so that nothing of it is in the memory of the process.
        let log = in_process::open(ours.path()).await?;
        let library = timed(events, in_process::read_all(&log)).await?;
        log.close().await;
        record(&mut table, &work, in_process::NAME, library);
        let peer = timed(events, umadb.read_all()).await?;
        record(&mut table, &work, umadb::NAME, peer);
        let raw = timed(events, raw_read(ours.path())).await?;
        record(&mut table, &work, raw_sqlite::NAME, raw);
        let server = highwater::Server::start(&bench.places, ours.path()).await?;
        server.settled(PATIENCE).await?;
        let pages = timed(events, read_pages(&server)).await?;
        record(&mut table, &work, OVER_HTTP, pages);
    }
    table.aim(&work, umadb::NAME, Aim::TimesAsFast(1.5));
    table.aim(&work, OVER_HTTP, Aim::AtLeast(100_000.0));
    Ok(table)
}

/// How fast a read went, which must find as many events as there are.
async fn timed(events: u64, read: impl Future<Output = Outcome<u64>>) -> Outcome<Measurement> {
    let begun = Instant::now();
    let found = read.await?;
    let elapsed = begun.elapsed();
    if found < events {
        return Err(format!("{found} events were read where {events} are").into());
    }
    Ok(Measurement::rate(found, elapsed))
}

async fn raw_read(folder: &Path) -> Outcome<u64> {
    let file = folder.join("log.db");
    tokio::task::block_in_place(|| raw_sqlite::scan(&file))
}

/// What of a page the next request needs.
#[derive(serde::Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    events: Vec<&'a serde_json::value::RawValue>,
    next: Option<u64>,
}

async fn read_pages(server: &highwater::Server) -> Outcome<u64> {
    let mut connection = Connection::open(server.address()).await?;
    let (mut after, mut count) = (0, 0);
    loop {
        let path = format!("/api/v1/events?after={after}&limit=1000");
        let answer = connection.get(&path).await?;
        if answer.status != 200 {
            return Err(answer.refused());
        }
        let page: Page<'_> = serde_json::from_slice(answer.body)?;
        count += page.events.len() as u64;
        let Some(next) = page.next else {
            return Ok(count);
        };
        after = next;
    }
}
