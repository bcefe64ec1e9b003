//! The site: the page compiled for the browser, its bindings, the styles and the public files, laid into one folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo;
use crate::failure::Failure;
use crate::process::Step;
use crate::project::{Mode, Project};
use crate::stamp::Stamp;
use crate::{lock, needs};

/// Builds what is out of date of the site and says where it lies.
pub fn build(project: &Project, mode: Mode) -> Result<PathBuf, Failure> {
    lock::check_bindings(project)?;
    needs::wasm_target(project)?;
    needs::npm_packages(project.root(), "installing the build tools (npm)")?;
    let work = project.work(mode);
    fs::create_dir_all(&work).map_err(|error| Failure::at(&work, &error))?;

    let styles = bundle_styles(project, mode)?;
    compile_page(project, mode)?;
    compile_builder(project)?;
    let bindings = bind(project, mode)?;
    publish(project, mode, &bindings, &styles)
}

fn bundle_styles(project: &Project, mode: Mode) -> Result<PathBuf, Failure> {
    let bundle = project.work(mode).join("main.css");
    let script = project.at("xtask/styles.mjs");
    let stamp = Stamp {
        file: project.work(mode).join("styles.stamp"),
        inputs: &[
            &project.at("style"),
            &script,
            &project.at("package-lock.json"),
        ],
        output: &bundle,
    };
    stamp.unless_current(|| {
        let mut node = Command::new("node");
        node.current_dir(project.root())
            .arg(&script)
            .arg(project.at("style/main.css"))
            .arg(&bundle);
        Step {
            doing: "bundling the styles",
            expect: None,
        }
        .run(&mut node)
    })?;
    Ok(bundle)
}

fn compile_page(project: &Project, mode: Mode) -> Result<(), Failure> {
    let first = !project.compiled_page(mode).exists();
    let (doing, expect, profile) = match mode {
        Mode::Quick => (
            "compiling the page (quick)",
            "about 3 min the first time",
            "dev",
        ),
        Mode::Release => (
            "compiling the page (release)",
            "about 5 min the first time",
            "wasm-release",
        ),
    };
    let mut build = cargo::command(
        project,
        &[
            "build",
            "--package=highwater",
            "--lib",
            "--no-default-features",
        ],
    );
    build.args([
        "--features=hydrate",
        "--target=wasm32-unknown-unknown",
        "--profile",
        profile,
    ]);
    build.args(cargo::REPORTING);
    cargo::compile(
        &Step {
            doing,
            expect: first.then_some(expect),
        },
        &mut build,
    )
}

fn compile_builder(project: &Project) -> Result<(), Failure> {
    let first = !project.site_builder().exists();
    let mut build = cargo::command(
        project,
        &["build", "--package=site-builder", "--profile=tool"],
    );
    build.args(cargo::REPORTING);
    let expect = first.then_some("about 2 min the first time");
    cargo::compile(
        &Step {
            doing: "compiling the maker of the bindings",
            expect,
        },
        &mut build,
    )
}

/// Makes the bindings, and for release shrinks the wasm that goes with them.
fn bind(project: &Project, mode: Mode) -> Result<PathBuf, Failure> {
    let bindings = project.work(mode).join("bindings");
    let wasm = bindings.join("highwater_bg.wasm");
    let compiled = project.compiled_page(mode);
    let stamp = Stamp {
        file: project.work(mode).join("bindings.stamp"),
        inputs: &[
            &compiled,
            &project.site_builder(),
            &project.at("package-lock.json"),
        ],
        output: &wasm,
    };
    stamp.unless_current(|| {
        let mut builder = Command::new(project.site_builder());
        builder.arg("bind").args([&compiled, &bindings]);
        Step {
            doing: "making the bindings",
            expect: None,
        }
        .run(&mut builder)?;
        if mode == Mode::Release {
            shrink(project, &wasm)
        } else {
            Ok(())
        }
    })?;
    Ok(bindings)
}

/// Shrinks the wasm in its place. The features are those that rustc emits for this target by itself; every browser that
/// runs the page has them.
fn shrink(project: &Project, wasm: &Path) -> Result<(), Failure> {
    let mut optimizer = Command::new("node");
    optimizer
        .arg(project.at("node_modules/binaryen/bin/wasm-opt"))
        .args([
            "-Oz",
            "--enable-bulk-memory",
            "--enable-bulk-memory-opt",
            "--enable-call-indirect-overlong",
            "--enable-multivalue",
            "--enable-mutable-globals",
            "--enable-nontrapping-float-to-int",
            "--enable-reference-types",
            "--enable-sign-ext",
            "--strip-producers",
            "--strip-target-features",
        ]);
    optimizer.arg(wasm).arg("--output").arg(wasm);
    Step {
        doing: "shrinking the wasm",
        expect: Some("about 1 min"),
    }
    .run(&mut optimizer)
}

fn publish(
    project: &Project,
    mode: Mode,
    bindings: &Path,
    styles: &Path,
) -> Result<PathBuf, Failure> {
    let site = project.site(mode);
    let public = project.at("public");
    let stamp = Stamp {
        file: project.work(mode).join("site.stamp"),
        inputs: &[bindings, styles, &public, &project.site_builder()],
        output: &site.join("manifest.json"),
    };
    stamp.unless_current(|| {
        let mut builder = Command::new(project.site_builder());
        builder
            .arg("publish")
            .args([bindings, styles, &public, &site]);
        builder.arg(if mode == Mode::Release {
            "compressed"
        } else {
            "plain"
        });
        Step {
            doing: "laying the site",
            expect: None,
        }
        .run(&mut builder)
    })?;
    Ok(site)
}
