//! Installs what is missing; silent when nothing is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::process::{Step, answer};
use crate::project::Project;

const WASM: &str = "wasm32-unknown-unknown";
/// Node's oldest version with which our tools are known to work.
const OLDEST_NODE: u32 = 20;
const CHROMIUM: &str = "/usr/bin/chromium";
const POSTGRES: &str = "/usr/lib/postgresql";
const FONT: &str = "/usr/share/fonts/truetype/dejavu";

/// The compiler's target for browsers.
pub fn wasm_target(project: &Project) -> Result<(), Failure> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .current_dir(project.root())
        .args(["--print", "target-libdir", "--target", WASM]);
    if answer(&mut rustc).is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    if answer(Command::new("rustup").arg("--version")).is_none() {
        return Err(Failure::new(format!(
            "the Rust target {WASM} is missing, and there is no rustup to add it with.\n\
             Install Rust by https://rustup.rs, or add the target by what your Rust came from."
        )));
    }
    let step = Step {
        doing: "adding the Rust target wasm32-unknown-unknown",
        expect: Some("about 20 s, once"),
    };
    step.run(
        Command::new("rustup")
            .current_dir(project.root())
            .args(["target", "add", WASM]),
    )
}

/// The npm packages that a folder's lock file names, installed exactly so.
pub fn npm_packages(folder: &Path, doing: &str) -> Result<(), Failure> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(|error| Failure::at(&lock, &error))?;
    let installed = folder.join("node_modules").join(".installed-lock.json");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    node()?;
    let mut npm = Command::new("npm");
    npm.current_dir(folder)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    Step {
        doing,
        expect: Some("about 10 s, once"),
    }
    .run(&mut npm)?;
    fs::write(&installed, wanted).map_err(|error| Failure::at(&installed, &error))
}

/// What the example clients in Node and Python stand on; nothing of it is installed into the system.
pub fn example_clients(project: &Project) -> Result<(), Failure> {
    let folder = project.at("examples");
    npm_packages(&folder, "installing what the example in Node needs (npm)")?;
    let requirements = folder.join("requirements.txt");
    let wanted = fs::read(&requirements).map_err(|error| Failure::at(&requirements, &error))?;
    let target = project.at("target/examples/python");
    let installed = target.join(".installed-requirements.txt");
    if fs::read(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--upgrade"])
        .args(["--only-binary=:all:", "--disable-pip-version-check"])
        .arg("--target")
        .arg(&target)
        .arg("--requirement")
        .arg(&requirements);
    Step {
        doing: "installing what the example in Python needs (pip)",
        expect: Some("about 5 s, once"),
    }
    .run(&mut pip)?;
    fs::write(&installed, wanted).map_err(|error| Failure::at(&installed, &error))
}

fn node() -> Result<(), Failure> {
    let how = "Install Node from https://nodejs.org, or on Debian: apt-get install nodejs npm";
    let version = answer(Command::new("node").arg("--version")).ok_or_else(|| {
        Failure::new(format!(
            "Node is missing: it bundles the styles and shrinks the wasm.\n{how}"
        ))
    })?;
    if major(&version).is_some_and(|major| major < OLDEST_NODE) {
        return Err(Failure::new(format!(
            "Node {version} is too old: {OLDEST_NODE} or newer is needed.\n{how}"
        )));
    }
    if answer(Command::new("npm").arg("--version")).is_none() {
        return Err(Failure::new(format!(
            "Node is here, but npm is missing.\n{how}"
        )));
    }
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// The browser of the browser tests: the one that `HIGHWATER_CHROMIUM` names, else Debian's.
pub fn chromium() -> Result<PathBuf, Failure> {
    if let Some(named) = std::env::var_os("HIGHWATER_CHROMIUM").map(PathBuf::from) {
        let missing = || {
            Failure::new(format!(
                "HIGHWATER_CHROMIUM names {}, which is not there",
                named.display()
            ))
        };
        return if named.exists() {
            Ok(named)
        } else {
            Err(missing())
        };
    }
    if !Path::new(CHROMIUM).exists() || !Path::new(FONT).is_dir() {
        install_chromium()?;
    }
    Ok(CHROMIUM.into())
}

fn install_chromium() -> Result<(), Failure> {
    Debian {
        what: "Chromium and a font",
        packages: "chromium fonts-dejavu-core",
        expect: "about 1 min, once",
        without: "Install Chromium and name its program in HIGHWATER_CHROMIUM.",
    }
    .install()
}

/// The folder of PostgreSQL's programs: the one that `HIGHWATER_POSTGRES` names, else that of Debian's newest.
pub fn postgres() -> Result<PathBuf, Failure> {
    if let Some(named) = std::env::var_os("HIGHWATER_POSTGRES").map(PathBuf::from) {
        return if named.join("initdb").exists() {
            Ok(named)
        } else {
            Err(Failure::new(format!(
                "HIGHWATER_POSTGRES names {}, where there is no initdb",
                named.display()
            )))
        };
    }
    if let Some(folder) = debians_postgres() {
        return Ok(folder);
    }
    Debian {
        what: "PostgreSQL",
        packages: "postgresql",
        expect: "about 30 s, once",
        without: "Install PostgreSQL and name the folder of its programs in HIGHWATER_POSTGRES.",
    }
    .install()?;
    debians_postgres().ok_or_else(|| Failure::new("PostgreSQL was installed and is not there"))
}

/// Debian keeps each version in a folder of its own.
fn debians_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir(POSTGRES).ok()?;
    versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").exists().then_some((version, folder))
        })
        .max()
        .map(|(_, folder)| folder)
}

/// Packages of Debian's.
struct Debian {
    what: &'static str,
    packages: &'static str,
    expect: &'static str,
    /// What to do where there is no apt.
    without: &'static str,
}

impl Debian {
    fn install(&self) -> Result<(), Failure> {
        let (what, packages) = (self.what, self.packages);
        let apt = format!("apt-get install --yes --no-install-recommends {packages}");
        if answer(Command::new("apt-get").arg("--version")).is_none() {
            return Err(Failure::new(format!(
                "{what} is missing, and there is no apt-get to install it with.\n{}",
                self.without
            )));
        }
        let is_root = answer(Command::new("id").arg("--user")).as_deref() == Some("0");
        if !is_root && answer(Command::new("sudo").args(["--non-interactive", "true"])).is_none() {
            return Err(Failure::new(format!(
                "{what} is missing. Install it:\n  sudo {apt}"
            )));
        }
        let script = format!("apt-get update --quiet && DEBIAN_FRONTEND=noninteractive {apt}");
        let mut command = Command::new(if is_root { "sh" } else { "sudo" });
        if !is_root {
            command.args(["--non-interactive", "sh"]);
        }
        Step {
            doing: &format!("installing {what}"),
            expect: Some(self.expect),
        }
        .run(command.args(["-c", &script]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("22"), Some(22));
        assert_eq!(major("nightly"), None);
    }
}
