//! # Highwater beside its peers
//!
//! One program that measures Highwater, through HTTP and in process, and the peers that it is compared with: on the same
//! machine, on the same disk, in the same run, with every commit synced. Figures drift on shared machines, so what counts is
//! the ratio of two figures of the same run.
//!
//! `cases` has what can be measured, `peers` who does it, `load` the writers in their loops, `table` and `report` the results.
//! `cargo xtask bench` builds this and Highwater, installs the peers, and runs it.

mod bench;
mod cases;
mod event;
mod failure;
mod http;
mod load;
mod machine;
mod measurement;
mod peers;
mod process;
mod report;
mod table;

use clap::Parser;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

use bench::{Bench, Places};
use cases::{CASES, Case};
use failure::Outcome;
use machine::Machine;
use report::Report;
use table::Table;

/// Measures Highwater beside its peers.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", max_term_width = 100)]
struct Arguments {
    /// What to measure; everything when none is named.
    #[arg(value_name = "CASE", value_parser = cases_by_name())]
    cases: Vec<String>,

    /// List what can be measured.
    #[arg(long)]
    list: bool,

    /// List what the cases need installed, one a line, for whoever installs it.
    #[arg(long, hide = true)]
    needs: bool,

    /// Be the bare broadcast that `fan-out` is measured beside.
    #[arg(long, hide = true, value_name = "ADDRESS")]
    broadcast: Option<SocketAddr>,

    /// How often everything is measured; medians are reported.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,

    /// How long one load lasts, in seconds, after a warm-up of a fifth of it.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,

    /// One run of a second each, on small logs: to see that everything works.
    #[arg(long)]
    quick: bool,

    /// Events of the log that `catch-up` reads.
    #[arg(long, default_value_t = 500_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    catch_up_events: u64,

    /// Events of the log that `group` consumes.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    group_events: u64,

    /// Events of the long log of `growth`. It is kept for the next time.
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(20_000..))]
    growth_events: u64,

    /// Events of the long stream of `long-stream`.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    stream_events: u64,

    /// Events of the log of `as-of`. It is kept for the next time.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    as_of_events: u64,

    /// The server's program.
    #[arg(
        long,
        env = "HIGHWATER_BIN",
        default_value = "target/release/highwater"
    )]
    server: PathBuf,

    /// Where data, peers and results lie. It must be on the disk that is to be measured.
    #[arg(long, env = "HIGHWATER_BENCH_FOLDER", default_value = "target/bench")]
    folder: PathBuf,

    /// The folder of PostgreSQL's programs.
    #[arg(
        long,
        env = "HIGHWATER_BENCH_POSTGRES",
        default_value = "/usr/lib/postgresql/15/bin"
    )]
    postgres: PathBuf,
}

fn cases_by_name() -> clap::builder::PossibleValuesParser {
    CASES.each_ref().map(|case| case.name).into()
}

impl Arguments {
    fn chosen(&self) -> Vec<&'static Case> {
        let wanted =
            |case: &&Case| self.cases.is_empty() || self.cases.iter().any(|name| name == case.name);
        CASES.iter().filter(wanted).collect()
    }

    fn bench(&self) -> Outcome<Bench> {
        std::fs::create_dir_all(&self.folder)?;
        let lasting = Duration::from_secs(if self.quick { 1 } else { self.seconds });
        Ok(Bench {
            runs: if self.quick { 1 } else { self.runs },
            lasting,
            warm_up: lasting / 5,
            catch_up_events: if self.quick {
                20_000
            } else {
                self.catch_up_events
            },
            group_events: if self.quick {
                20_000
            } else {
                self.group_events
            },
            growth_events: if self.quick {
                100_000
            } else {
                self.growth_events
            },
            stream_events: if self.quick {
                2_000
            } else {
                self.stream_events
            },
            as_of_events: if self.quick {
                20_000
            } else {
                self.as_of_events
            },
            places: Places {
                server: std::path::absolute(&self.server)?,
                folder: std::path::absolute(&self.folder)?,
                postgres: self.postgres.clone(),
            },
        })
    }
}

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        list();
        return ExitCode::SUCCESS;
    }
    if arguments.needs {
        needs(&arguments.chosen());
        return ExitCode::SUCCESS;
    }
    // Dropped when the person has enough, and with it every server that was started.
    let done = tokio::select! {
        done = work(&arguments) => done,
        () = told_to_stop() => Err("stopped".into()),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn work(arguments: &Arguments) -> Outcome<ExitCode> {
    match arguments.broadcast {
        Some(listen) => {
            peers::broadcast::serve(listen).await?;
            Ok(ExitCode::SUCCESS)
        }
        None => measure(arguments).await,
    }
}

fn list() {
    for case in &CASES {
        println!("{:<12} {}", case.name, case.about);
    }
}

fn needs(cases: &[&Case]) {
    let needs: BTreeSet<String> = cases
        .iter()
        .flat_map(|case| case.needs)
        .map(|need| need.line())
        .collect();
    for need in needs {
        println!("{need}");
    }
}

/// Runs the cases; one that fails does not keep the others from running.
async fn measure(arguments: &Arguments) -> Outcome<ExitCode> {
    let bench = arguments.bench()?;
    let mut tables = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for case in arguments.chosen() {
        eprintln!("{}: {}", case.name, case.about);
        let table = (case.run)(&bench).await.unwrap_or_else(|failure| {
            code = ExitCode::FAILURE;
            failed(case, &failure.to_string())
        });
        tables.push(table);
    }
    let report = Report {
        taken_at: chrono::Utc::now().to_rfc3339(),
        machine: Machine::this(),
        runs: bench.runs,
        seconds: bench.lasting.as_secs(),
        tables,
    };
    println!("\n{}", report.markdown());
    for path in report.write(&bench.places.folder)? {
        eprintln!("written: {}", path.display());
    }
    Ok(code)
}

fn failed(case: &Case, failure: &str) -> Table {
    eprintln!("  {} failed: {failure}", case.name);
    let mut table = Table::new(case.name);
    table.note(format!("**Failed**: {failure}"));
    table
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(_) => drop(interrupted.await),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
