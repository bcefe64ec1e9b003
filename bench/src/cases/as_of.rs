//! Pages of the order list as it was, at positions all over a long log.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::http::Connection;
use crate::measurement::{Measurement, Times};
use crate::peers::highwater::Server;
use crate::report::grouped;
use crate::table::{Aim, Table};

/// Pages of each kind in a run.
const PAGES: u64 = 1_000;
/// Orders a second while the log is filled: so many as the processes keep up with.
const FILL_RATE: &str = "1200";
/// How long it is filled before its length is looked at again.
const FILL_SECONDS: &str = "20";
/// How long the consumers may take to come to the end of the log.
const PATIENCE: Duration = Duration::from_secs(600);

/// What is aimed at, in milliseconds.
const P99: f64 = 50.0;

const STATUSES: [&str; 6] = [
    "placed",
    "reserved",
    "paid",
    "confirmed",
    "shipped",
    "cancelled",
];

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Pages of the past");
    let folder = long_log(bench).await?;
    for _ in 0..bench.runs {
        // Just started, so that the first pages come from the disk's cache and not from the server's memory.
        let server = Server::start(&bench.places, &folder).await?;
        server.settled(PATIENCE).await?;
        let mut connection = Connection::open(server.address()).await?;
        let head = head(&mut connection).await?;
        let customers = customers(&mut connection).await?;
        let name = format!("{} events", grouped(head as f64));
        let mut measure = async |work: &str, filter: &dyn Fn(u64) -> String| {
            let measured = pages(&mut connection, head, filter).await?;
            record(&mut table, work, &name, measured);
            table.aim(work, &name, Aim::P99Below(P99));
            Outcome::Ok(())
        };
        measure("100 orders as of any position", &|_| String::new()).await?;
        let by_status = |at: u64| format!("&status={}", pick(&STATUSES, at));
        measure("the same, of one status", &by_status).await?;
        let by_customer = |at: u64| format!("&customer={}", pick(&customers, at));
        measure("the same, of one customer", &by_customer).await?;
    }
    table.note(
        "Rates are those of one client, who asks for the next page when the last one is there.",
    );
    Ok(table)
}

/// A long log of orders. It is kept for the next time: to fill it takes minutes.
pub async fn long_log(bench: &Bench) -> Outcome<PathBuf> {
    let events = bench.as_of_events;
    let folder = bench.places.folder.join(format!("as-of-{events}"));
    std::fs::create_dir_all(&folder)?;
    fill_up(bench, &folder, events).await?;
    Ok(folder)
}

/// Lets orders in, as people do, until the log has so many events.
async fn fill_up(bench: &Bench, folder: &Path, events: u64) -> Outcome<()> {
    let server = Server::start(&bench.places, folder).await?;
    let mut connection = Connection::open(server.address()).await?;
    loop {
        server.settled(PATIENCE).await?;
        let head = head(&mut connection).await?;
        if head >= events {
            return Ok(());
        }
        eprintln!("  the log has {} events", grouped(head as f64));
        let output = Command::new(&bench.places.server)
            .args(["simulate", "--url", server.address(), "--clients", "64"])
            .args(["--rate", FILL_RATE, "--seconds", FILL_SECONDS])
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
}

/// The same page at positions far from one another.
async fn pages(
    connection: &mut Connection,
    head: u64,
    filter: &dyn Fn(u64) -> String,
) -> Outcome<Measurement> {
    let mut times = Times::new()?;
    let begun = Instant::now();
    for at in 0..PAGES {
        let position = at * 7_919_017 % head + 1;
        let path = format!("/api/v1/orders?limit=100&as_of={position}{}", filter(at));
        let one = Instant::now();
        let answer = connection.get(&path).await?;
        times.add(one.elapsed())?;
        if answer.status != 200 {
            return Err(answer.refused());
        }
    }
    Ok(Measurement::rate(PAGES, begun.elapsed()).with_latency(&times))
}

async fn head(connection: &mut Connection) -> Outcome<u64> {
    let answer = connection.get("/api/v1/head").await?;
    let head: serde_json::Value = serde_json::from_slice(answer.body)?;
    Ok(head["position"].as_u64().ok_or("the log has no head")?)
}

/// Customers, as an address has them.
async fn customers(connection: &mut Connection) -> Outcome<Vec<String>> {
    let answer = connection.get("/api/v1/orders?limit=1000").await?;
    let page: serde_json::Value = serde_json::from_slice(answer.body)?;
    let orders = page["items"].as_array().ok_or("there are no orders")?;
    let names = orders.iter().filter_map(|order| order["customer"].as_str());
    Ok(names.map(|name| name.replace(' ', "%20")).collect())
}

fn pick<T: AsRef<str>>(from: &[T], at: u64) -> &str {
    let place = usize::try_from(at).unwrap_or(0) % from.len().max(1);
    from.get(place).map_or("", T::as_ref)
}
