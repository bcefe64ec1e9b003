//! How orders travel under load: a server of its own for each load, driven through its public API by `highwater simulate`,
//! which says what was accepted, how long the stages took, and how soon every consumer was at the head.

use std::process::Command;

use crate::bench::Bench;
use crate::failure::Outcome;
use crate::peers::highwater::Server;
use crate::table::Table;

/// Orders a second; 0: as fast as 64 clients are answered.
const RATES: [u32; 4] = [1, 100, 500, 0];

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Orders through HTTP");
    for rate in RATES {
        let folder = bench.places.empty_folder("orders-")?;
        let server = Server::start(&bench.places, folder.path()).await?;
        let said = simulate(bench, &server, rate)?;
        eprintln!("{said}");
        table.note(format!("```text\n{said}\n```"));
    }
    Ok(table)
}

fn simulate(bench: &Bench, server: &Server, rate: u32) -> Outcome<String> {
    // Stages need some seconds to be seen.
    let seconds = bench.lasting.as_secs().max(5);
    let output = Command::new(&bench.places.server)
        .args(["simulate", "--url", server.address(), "--clients", "64"])
        .args(["--rate", &rate.to_string()])
        .args(["--seconds", &seconds.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        Ok(said)
    } else {
        let failure = String::from_utf8_lossy(&output.stderr);
        Err(format!("{rate} orders a second did not go through: {said}\n{failure}").into())
    }
}
