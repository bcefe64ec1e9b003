//! Whether a command waits longer where much has happened before it: the same command on a stream of a hundred thousand
//! events and on one of ten.

use std::path::Path;
use std::time::{Duration, Instant};

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::http::Connection;
use crate::measurement::{Measurement, Times};
use crate::peers::highwater::Server;
use crate::report::grouped;
use crate::table::{Aim, Table};

/// Events of the short stream.
const SHORT: u64 = 10;
/// Events that one request brings.
const REQUEST: u64 = 1_000;
/// Starts of the server in a run: after each the first command finds nothing in memory.
const STARTS: u64 = 10;
/// Commands in a row that find the aggregate in memory.
const ROW: u64 = 200;
/// How long the server's background work may take after the streams were filled.
const PATIENCE: Duration = Duration::from_secs(300);
/// Snapshots are all there once none was taken for so long.
const REST: Duration = Duration::from_millis(500);

/// What is aimed at: the cost on the long stream over that on the short one.
const COST: f64 = 2.0;

const FIRST: &str = "first command after a start";
const FURTHER: &str = "further commands, one after the other";

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Commands on a long stream");
    let products = [("long", bench.stream_events), ("short", SHORT)];
    let folder = bench.places.empty_folder("streams-")?;
    fill(bench, folder.path(), products).await?;
    let names = products.map(|(_, events)| format!("{} events", grouped(events as f64)));
    for _ in 0..bench.runs {
        let mut first = [Times::new()?, Times::new()?];
        let mut further = [Times::new()?, Times::new()?];
        for start in 0..STARTS {
            let server = Server::start(&bench.places, folder.path()).await?;
            server.settled(PATIENCE).await?;
            let mut connection = Connection::open(server.address()).await?;
            // The server's very first command has more to do than read its aggregate, so nobody has it always.
            let turns = if start % 2 == 0 { [0, 1] } else { [1, 0] };
            for at in turns {
                first[at].add(receive(&mut connection, products[at].0).await?)?;
            }
            for at in turns {
                for _ in 0..ROW / STARTS {
                    further[at].add(receive(&mut connection, products[at].0).await?)?;
                }
            }
        }
        for (work, times) in [(FIRST, first), (FURTHER, further)] {
            for (name, times) in names.iter().zip(&times) {
                record(&mut table, work, name, of(times));
            }
            table.aim(work, &names[1], Aim::CostsAtMost(COST));
        }
    }
    table.note("Rates are those that the median times give, one command at a time.");
    Ok(table)
}

/// What so many commands in a row would reach if all took as long as the middle one: a few starts are too few for a mean.
fn of(times: &Times) -> Measurement {
    Measurement::rate(1, times.median()).with_latency(times)
}

/// Two products, each with so many events, and all snapshots taken.
async fn fill(bench: &Bench, folder: &Path, products: [(&str, u64); 2]) -> Outcome<()> {
    let server = Server::start(&bench.places, folder).await?;
    let mut connection = Connection::open(server.address()).await?;
    for (sku, events) in products {
        let body = format!(
            r#"{{"sku":"{sku}","name":"{sku}","unit_price":{{"amount":100,"currency":"EUR"}}}}"#
        );
        command(&mut connection, "RegisterProduct", &body).await?;
        let mut left = events - 1;
        while left > 0 {
            let count = left.min(REQUEST);
            let event =
                format!(r#"{{"type":"StockReceived","data":{{"sku":"{sku}","quantity":1}}}}"#);
            let events = vec![event; count as usize].join(",");
            let body = format!(r#"{{"expected":"stream_exists","events":[{events}]}}"#);
            let path = format!("/api/v1/streams/product-{sku}");
            let answer = connection.post(&path, body.as_bytes()).await?;
            if answer.status != 201 {
                return Err(answer.refused());
            }
            left -= count;
        }
        // A command that loads the aggregate finds that it wants snapshots.
        receive(&mut connection, sku).await?;
    }
    server.settled(PATIENCE).await?;
    rest(&mut connection).await
}

/// Waits until no more snapshots are taken.
async fn rest(connection: &mut Connection) -> Outcome<()> {
    let begun = Instant::now();
    let mut taken = None;
    while begun.elapsed() < PATIENCE {
        let answer = connection.get("/metrics").await?;
        let said = std::str::from_utf8(answer.body)?;
        let count = said
            .lines()
            .find(|line| line.starts_with("highwater_snapshots_taken_total"))
            .map(str::to_owned);
        if count.is_some() && count == taken {
            return Ok(());
        }
        taken = count;
        tokio::time::sleep(REST).await;
    }
    Err("snapshots are still being taken".into())
}

/// One command that changes the product; how long it took to be answered.
async fn receive(connection: &mut Connection, sku: &str) -> Outcome<Duration> {
    let body = format!(r#"{{"sku":"{sku}","quantity":1}}"#);
    let begun = Instant::now();
    command(connection, "ReceiveStock", &body).await?;
    Ok(begun.elapsed())
}

async fn command(connection: &mut Connection, name: &str, body: &str) -> Outcome<()> {
    let path = format!("/api/v1/commands/{name}");
    let answer = connection.post(&path, body.as_bytes()).await?;
    if matches!(answer.status, 200 | 201) {
        Ok(())
    } else {
        Err(answer.refused())
    }
}
