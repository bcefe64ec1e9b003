//! `cargo xtask fmt` and `cargo xtask lint`

use std::process::Command;

use crate::cargo;
use crate::failure::Failure;
use crate::needs;
use crate::process::{Step, relay};
use crate::project::Project;

/// Formats the sources, or says what it would change.
pub fn format(project: &Project, check: bool) -> Result<(), Failure> {
    let mut format = cargo::command(project, &["fmt", "--all"]);
    if check {
        format.arg("--check");
    }
    relay(&mut format, |_| {}).map_err(|failure| {
        if check {
            Failure::new("not everything is formatted: `cargo xtask fmt` does it")
        } else {
            failure
        }
    })
}

/// A kind of lint.
pub struct Lint {
    /// What it looks at.
    pub name: &'static str,
    pub run: fn(&Project) -> Result<(), Failure>,
}

/// All lints, in the order of their worth.
pub const LINTS: [Lint; 4] = [
    Lint {
        name: "lint the server",
        run: lint_server,
    },
    Lint {
        name: "lint the page",
        run: lint_page,
    },
    Lint {
        name: "lint xtask",
        run: lint_xtask,
    },
    Lint {
        name: "types of the browser tests",
        run: check_types,
    },
];

/// Runs every lint, also after one that failed, so that one run names all there is.
pub fn lint(project: &Project) -> Result<(), Failure> {
    let failures: Vec<String> = LINTS
        .iter()
        .filter_map(|lint| (lint.run)(project).err())
        .map(|failure| failure.to_string())
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(failures.join("\n")))
    }
}

fn lint_server(project: &Project) -> Result<(), Failure> {
    clippy(
        project,
        "linting the server",
        "about 3 min the first time",
        &["--package=highwater", "--all-targets"],
    )
}

fn lint_page(project: &Project) -> Result<(), Failure> {
    needs::wasm_target(project)?;
    let page = [
        "--package=highwater",
        "--lib",
        "--no-default-features",
        "--features=hydrate",
    ];
    let target = "--target=wasm32-unknown-unknown";
    clippy(
        project,
        "linting the page",
        "about 2 min the first time",
        &[&page[..], &[target]].concat(),
    )
}

fn lint_xtask(project: &Project) -> Result<(), Failure> {
    let packages = ["--package=xtask", "--package=site-builder", "--all-targets"];
    clippy(
        project,
        "linting xtask",
        "about 1 min the first time",
        &packages,
    )
}

fn clippy(project: &Project, doing: &str, expect: &str, what: &[&str]) -> Result<(), Failure> {
    let mut clippy = cargo::command(project, &["clippy"]);
    clippy
        .args(what)
        .args(cargo::REPORTING)
        .args(["--", "--deny=warnings"]);
    cargo::compile(
        &Step {
            doing,
            expect: Some(expect),
        },
        &mut clippy,
    )
}

fn check_types(project: &Project) -> Result<(), Failure> {
    let folder = project.at("end2end");
    needs::npm_packages(
        &folder,
        "installing the packages of the browser tests (npm)",
    )?;
    let mut compiler = Command::new("node_modules/.bin/tsc");
    compiler
        .current_dir(&folder)
        .args(["--noEmit", "--pretty", "false"]);
    Step {
        doing: "checking the types of the browser tests",
        expect: None,
    }
    .run(&mut compiler)
}
