//! How orders travel under load: a server of its own, driven through its public API by `highwater simulate`.
//!
//! For each load a fresh server on a fresh folder: 1, 100 and 500 orders a second on time, and 64 clients as fast as they
//! are answered. Prints what was accepted, how long the stages took, and how soon every consumer was at the head.
//! `HIGHWATER_BENCH_SECONDS` sets how long each load lasts (20 when absent).

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Orders a second; 0: as fast as 64 clients are answered.
const RATES: [u32; 4] = [1, 100, 500, 0];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = std::env::var("HIGHWATER_BENCH_SECONDS").unwrap_or_else(|_| "20".to_owned());
    for rate in RATES {
        let folder = tempfile::tempdir()?;
        let mut server = Server::start(&format!("sqlite:{}", folder.path().display()))?;
        let status = Command::new(env!("CARGO_BIN_EXE_highwater"))
            .args(["simulate", "--url", &server.address, "--clients", "64"])
            .args(["--rate", &rate.to_string(), "--seconds", &seconds])
            .status()?;
        println!();
        server.stop()?;
        if !status.success() {
            return Err(format!("the load of {rate} orders a second did not go through").into());
        }
    }
    Ok(())
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(database: &str) -> Result<Server, Box<dyn std::error::Error>> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_highwater"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log",
                "warn",
                "--database",
                database,
            ])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("the server has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let at = line.find("http://").ok_or("the server did not start")?;
        Ok(Server {
            child,
            address: line[at..].trim().to_owned(),
        })
    }

    fn stop(&mut self) -> std::io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }
}
