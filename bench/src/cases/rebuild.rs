//! Building the order list anew beside the one that answers, and what the rest of the server feels of it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{as_of, clients, record};
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::http::Connection;
use crate::load::drive;
use crate::measurement::Measurement;
use crate::peers::highwater::{self, Server};
use crate::peers::raw_fold;
use crate::report::grouped;
use crate::table::{Aim, Table};

/// The read model that is built.
const NAME: &str = "orders";
/// How long a build may take.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often is looked at how far it is.
const LOOK: Duration = Duration::from_millis(50);
/// Clients that append meanwhile.
const CLIENTS: usize = 16;

/// What is aimed at: events a second, how fast beside raw SQLite, what is left to appends, and milliseconds.
const RATE: f64 = 60_000.0;
const BESIDE_RAW: f64 = 0.5;
const LEFT: f64 = 0.7;
const AGE: f64 = 1_000.0;

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Rebuild of the order list");
    let kept = as_of::long_log(bench).await?;
    for _ in 0..bench.runs {
        // What is appended beside a rebuild must not be there in the next one.
        let copy = bench.places.copy_of(&kept)?;
        let folder = copy.path();
        let server = Server::start(&bench.places, folder).await?;
        server.settled(PATIENCE).await?;
        let (events, elapsed) = rebuild(&server).await?;
        let work = format!("{} events", grouped(events as f64));
        let built = Measurement::rate(events, elapsed);
        record(&mut table, &work, highwater::NAME, built);
        table.aim(&work, highwater::NAME, Aim::AtLeast(RATE));
        drop(server);
        let raw = Measurement::rate(events, raw_fold(bench, folder)?);
        record(&mut table, &work, raw_fold::NAME, raw);
        table.aim(&work, raw_fold::NAME, Aim::TimesAsFast(BESIDE_RAW));
        beside(bench, folder, &mut table).await?;
    }
    table.note("A rebuild is timed from the request until the new build answers: folding, comparing and switching.");
    Ok(table)
}

/// Appends with and without a rebuild beside them, and how old the other consumers' lag becomes.
async fn beside(bench: &Bench, folder: &Path, table: &mut Table) -> Outcome<()> {
    let server = Server::start(&bench.places, folder).await?;
    server.settled(PATIENCE).await?;
    let work = format!("appends, {}", clients(CLIENTS));
    let alone = drive(bench.load(1), server.writers(CLIENTS).await?).await?;
    server.settled(PATIENCE).await?;
    let over = AtomicBool::new(false);
    let writers = server.writers(CLIENTS).await?;
    let appends = async {
        let measured = drive(bench.load(1), writers).await;
        over.store(true, Ordering::Relaxed);
        measured
    };
    // Again and again as long as there are appends.
    let building = async {
        while !over.load(Ordering::Relaxed) {
            rebuild(&server).await?;
        }
        Outcome::Ok(())
    };
    let (meanwhile, built, oldest) = tokio::join!(appends, building, oldest(&server, &over));
    built?;
    record(table, &work, "while it is rebuilt", meanwhile?);
    record(table, &work, "alone", alone);
    table.aim(&work, "alone", Aim::TimesAsFast(LEFT));
    let age = "the oldest lag of the other consumers meanwhile";
    record(
        table,
        age,
        highwater::NAME,
        Measurement::milliseconds(oldest?),
    );
    table.aim(age, highwater::NAME, Aim::Below(AGE));
    Ok(())
}

/// The oldest lag of any consumer but the one that is built, until it is over.
async fn oldest(server: &Server, over: &AtomicBool) -> Outcome<f64> {
    let mut connection = Connection::open(server.address()).await?;
    let mut oldest = 0.0_f64;
    while !over.load(Ordering::Relaxed) {
        let list = get(&mut connection, "/api/v1/consumers").await?;
        let rows = list["consumers"].as_array().ok_or("no consumers")?;
        let others = rows.iter().filter(|row| row["name"] != NAME);
        let ages = others.filter_map(|row| row["lag_age_ms"].as_f64());
        oldest = ages.fold(oldest, f64::max);
        tokio::time::sleep(LOOK).await;
    }
    Ok(oldest)
}

/// Builds it anew, and says how many events that took and how long.
async fn rebuild(server: &Server) -> Outcome<(u64, Duration)> {
    let mut connection = Connection::open(server.address()).await?;
    let begun = Instant::now();
    let path = format!("/api/v1/consumers/{NAME}/rebuild");
    let answer = connection
        .post(&path, br#"{"reason":"a benchmark","from":"start"}"#)
        .await?;
    if answer.status != 202 {
        return Err(answer.refused());
    }
    let started: Value = serde_json::from_slice(answer.body)?;
    let id = started["id"].as_str().ok_or("the operation has no id")?;
    let path = format!("/api/v1/operations/{id}");
    loop {
        let operation = get(&mut connection, &path).await?;
        if operation["state"] == "done" {
            let events = operation["total"].as_u64().ok_or("no number of events")?;
            return Ok((events, begun.elapsed()));
        }
        if operation["state"] != "running" || begun.elapsed() > PATIENCE {
            return Err(format!("the rebuild did not come to its end: {operation}").into());
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn get(connection: &mut Connection, path: &str) -> Outcome<Value> {
    let answer = connection.get(path).await?;
    if answer.status != 200 {
        return Err(answer.refused());
    }
    Ok(serde_json::from_slice(answer.body)?)
}

fn raw_fold(bench: &Bench, folder: &Path) -> Outcome<Duration> {
    let fold = raw_fold::Fold::of(&newest(&folder.join("views"))?)?;
    let place = bench.places.empty_folder("raw-fold-")?;
    fold.write(&place.path().join("orders.db"))
}

/// The file of the order list that was written last.
fn newest(views: &Path) -> Outcome<PathBuf> {
    let mut newest = None;
    for entry in std::fs::read_dir(views)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&format!("{NAME}_v")) && name.ends_with(".db") {
            newest = newest.max(Some((entry.metadata()?.modified()?, entry.path())));
        }
    }
    let (_, path) = newest.ok_or("there is no order list")?;
    Ok(path)
}
