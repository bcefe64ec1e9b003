//! `cargo xtask test`

mod end_to_end;
mod hanging;
mod report;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use crate::cargo;
use crate::checks;
use crate::failure::Failure;
use crate::needs;
use crate::process::relay_until;
use crate::project::{Mode, Project};
use hanging::LongTests;
use report::Report;
use tally::Tally;

/// What to test, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Options {
    /// What the browser tests run on.
    pub subject: Subject,
    pub parts: Vec<Part>,
    /// For the one part that was named.
    pub arguments: Vec<String>,
}

/// What the browser tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Page and server quick to build.
    Quick,
    /// The page as people get it, on the server that the other tests have built already: a server for release takes longer to
    /// compile than all browser tests take, and differs only in being quick and in carrying the page inside.
    Page,
    /// The one file that people get.
    Shipped,
}

impl Subject {
    fn page(self) -> Mode {
        match self {
            Subject::Quick => Mode::Quick,
            Subject::Page | Subject::Shipped => Mode::Release,
        }
    }

    fn server(self) -> Mode {
        match self {
            Subject::Quick | Subject::Page => Mode::Quick,
            Subject::Shipped => Mode::Release,
        }
    }
}

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Format,
    Lint,
    Cargo,
    EndToEnd,
}

impl Part {
    /// In the order in which they run: the quick answers first.
    pub const ALL: [Part; 4] = [Part::Format, Part::Lint, Part::Cargo, Part::EndToEnd];

    /// The part of this name.
    pub fn named(name: &str) -> Option<Part> {
        match name {
            "fmt" => Some(Part::Format),
            "lint" => Some(Part::Lint),
            "cargo" => Some(Part::Cargo),
            "e2e" => Some(Part::EndToEnd),
            _ => None,
        }
    }
}

/// Runs the parts, all of them even after one that failed, and reports.
pub fn test(project: &Project, options: &Options) -> ExitCode {
    let mut report = Report::default();
    if options.parts.contains(&Part::EndToEnd) {
        // First, as it is the only thing that a person may have to do by hand.
        report.check("Chromium", || needs::chromium().map(|_| ()));
    }
    for part in Part::ALL
        .into_iter()
        .filter(|part| options.parts.contains(part))
    {
        match part {
            Part::Format => report.check("format", || checks::format(project, true)),
            Part::Lint => {
                for lint in checks::LINTS {
                    report.check(lint.name, || (lint.run)(project));
                }
            }
            Part::Cargo => {
                report.check("PostgreSQL", || needs::postgres().map(drop));
                report.check("example clients", || needs::example_clients(project));
                cargo_tests(project, &options.arguments, &mut report);
            }
            Part::EndToEnd => {
                end_to_end::run(project, options.subject, &options.arguments, &mut report)
            }
        }
    }
    report.print();
    if report.has_failures() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn cargo_tests(project: &Project, arguments: &[String], report: &mut Report) {
    let mut run = |name: &str, what: &[&str]| {
        report.tests(name, |tally| cargo_test(project, what, arguments, tally));
    };
    run("tests of the server", &["--package=highwater"]);
    run("tests of xtask", &["--package=xtask"]);
    // In the profile in which it is used: what it stands on is compiled then for both.
    run(
        "tests of the site's maker",
        &["--package=site-builder", "--profile=tool"],
    );
}

fn cargo_test(
    project: &Project,
    what: &[&str],
    arguments: &[String],
    tally: &mut Tally,
) -> Result<(), Failure> {
    let mut test = cargo::command(project, &["test", "--no-fail-fast"]);
    test.args(what).arg("--").args(arguments);
    let mut long = LongTests::default();
    relay_until(&mut test, |line| {
        if let Some(line) = line {
            tally.hear_cargo(line);
            long.hear(line, Instant::now());
        }
        long.none_hangs(Instant::now())
    })
}
