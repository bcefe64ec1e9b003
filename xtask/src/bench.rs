//! `cargo xtask bench`

use std::fs;

use crate::cargo;
use crate::failure::Failure;
use crate::process::relay;
use crate::project::{Mode, Project};
use crate::terminal::say;
use crate::{server, site};

/// Runs what is in `benches/`, with the program that is shipped at hand.
pub fn bench(project: &Project, arguments: &[String]) -> Result<(), Failure> {
    if fs::read_dir(project.at("benches")).map_or(0, Iterator::count) == 0 {
        say("there is nothing in benches/");
        return Ok(());
    }
    let site = site::build(project, Mode::Release)?;
    let program = server::build(project, Mode::Release, &site)?;
    // The same site as the program has: another one would compile the server again.
    let mut bench = cargo::command(
        project,
        &["bench", "--package=highwater", "--bench=*", "--"],
    );
    bench
        .args(arguments)
        .env("HIGHWATER_SITE", &site)
        .env("HIGHWATER_BIN", &program);
    relay(&mut bench, |_| {})
}
