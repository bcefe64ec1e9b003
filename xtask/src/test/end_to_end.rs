//! The browser tests.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use super::Subject;
use super::report::Report;
use super::tally::Tally;
use crate::failure::Failure;
use crate::process::relay;
use crate::project::{Mode, Project};
use crate::{needs, server, site};

/// Builds what is tested, then tests it; what cannot be built is not tested.
pub fn run(project: &Project, subject: Subject, arguments: &[String], report: &mut Report) {
    let mut built = None;
    report.check("build for the browser", || {
        built = Some(build(project, subject)?);
        Ok(())
    });
    let Some(built) = built else { return };
    report.tests("browser tests", |tally| {
        playwright(project, &built, arguments, tally)
    });
}

/// What the tests need to know of.
struct Built {
    program: PathBuf,
    /// Where the program reads its site, where it does not carry it inside.
    site: Option<PathBuf>,
    chromium: PathBuf,
}

fn build(project: &Project, subject: Subject) -> Result<Built, Failure> {
    let chromium = needs::chromium()?;
    needs::npm_packages(
        &project.at("end2end"),
        "installing the packages of the browser tests (npm)",
    )?;
    let site = site::build(project, subject.page())?;
    let program = match subject {
        Subject::Page => server::build_as_tested(project)?,
        Subject::Quick | Subject::Shipped => server::build(project, subject.server(), &site)?,
    };
    Ok(Built {
        program,
        site: (subject.server() == Mode::Quick).then_some(site),
        chromium,
    })
}

fn playwright(
    project: &Project,
    built: &Built,
    arguments: &[String],
    tally: &mut Tally,
) -> Result<(), Failure> {
    let report = project.target().join("xtask").join("playwright.json");
    match fs::remove_file(&report) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::at(&report, &error));
        }
        _ => {}
    }
    let mut command = Command::new("node_modules/.bin/playwright");
    command
        .current_dir(project.at("end2end"))
        .arg("test")
        .args(arguments)
        .env("HIGHWATER_BIN", &built.program)
        .env("HIGHWATER_CHROMIUM", &built.chromium)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    if let Some(site) = &built.site {
        command.env("HIGHWATER_SITE_DIR", site);
    }
    let ended = relay(&mut command, |_| {});
    let written = fs::read_to_string(&report).map_err(|error| Failure::at(&report, &error));
    *tally = Tally::of_playwright(&written?)
        .ok_or_else(|| Failure::new(format!("{} has no counts of tests", report.display())))?;
    ended
}
