//! The server's program.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::failure::Failure;
use crate::process::Step;
use crate::project::{Mode, Project};

/// Builds the server for a site and says where its program lies. For release the site goes inside the program; a quick build
/// reads it from its folder, so that a changed page does not mean another compilation of the server.
pub fn build(project: &Project, mode: Mode, site: &Path) -> Result<PathBuf, Failure> {
    let server = project.server(mode);
    let mut build = cargo::command(
        project,
        &["build", "--package=highwater", "--bin=highwater"],
    );
    let (doing, expect) = match mode {
        Mode::Quick => ("compiling the server (quick)", "about 4 min the first time"),
        Mode::Release => {
            build.arg("--release").env("HIGHWATER_SITE", site);
            (
                "compiling the server (release)",
                "about 10 min the first time",
            )
        }
    };
    build.args(cargo::REPORTING);
    let first = !server.exists();
    cargo::compile(
        &Step {
            doing,
            expect: first.then_some(expect),
        },
        &mut build,
    )?;
    Ok(server)
}

/// Builds the server as its own tests run it, which is quick where they have run. What the tests stand on gives some of the
/// server's dependencies more features, so that it is another build than the quick one of [`build`].
pub fn build_as_tested(project: &Project) -> Result<PathBuf, Failure> {
    let mut build = cargo::command(
        project,
        &["test", "--no-run", "--package=highwater", "--test=it"],
    );
    build.args(cargo::REPORTING);
    cargo::compile(
        &Step {
            doing: "compiling the server (as tested)",
            expect: None,
        },
        &mut build,
    )?;
    Ok(project.server(Mode::Quick))
}

/// The server, ready to be started with further arguments.
pub fn command(server: &Path, mode: Mode, site: &Path) -> Command {
    let mut command = Command::new(server);
    if mode == Mode::Quick {
        command.env("HIGHWATER_SITE_DIR", site);
    }
    command
}
