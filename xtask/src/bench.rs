//! `cargo xtask bench`

use std::process::Command;

use crate::cargo;
use crate::failure::Failure;
use crate::process::{Step, answer, relay};
use crate::project::{Mode, Project};
use crate::{needs, peers, server, site};

/// Measures what is asked for, with the program that is shipped and with the peers at hand.
pub fn bench(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    let site = site::build(project, Mode::Release)?;
    let program = server::build(project, Mode::Release, &site)?;
    // The same site as the program has: another one would compile the server again.
    let mut build = cargo::command(
        project,
        &["build", "--package=highwater-bench", "--release"],
    );
    build.env("HIGHWATER_SITE", &site).args(cargo::REPORTING);
    let first = !project.harness().exists();
    cargo::compile(
        &Step {
            doing: "compiling the benchmarks",
            expect: first.then_some("about 6 min the first time"),
        },
        &mut build,
    )?;
    let mut harness = Command::new(project.harness());
    harness
        .current_dir(project.root())
        .args(arguments)
        .env("HIGHWATER_BIN", &program)
        .env("HIGHWATER_BENCH_FOLDER", project.bench());
    for need in needed(project, arguments) {
        if need == "postgres" {
            harness.env("HIGHWATER_BENCH_POSTGRES", needs::postgres()?);
        } else {
            peers::install(project, &need)?;
        }
    }
    relay(&mut harness, |_| {})
}

/// What the chosen cases need, a line each; nothing where nothing will be measured.
fn needed(project: &Project, arguments: &[String]) -> Vec<String> {
    let only_asks = |argument: &String| matches!(argument.as_str(), "--list" | "--help" | "-h");
    if arguments.iter().any(only_asks) {
        return Vec::new();
    }
    // Where the arguments are wrong, the harness says so better itself.
    let mut harness = Command::new(project.harness());
    harness.args(arguments).arg("--needs");
    let lines = answer(&mut harness).unwrap_or_default();
    lines.lines().map(str::to_owned).collect()
}
