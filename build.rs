//! Puts the site into the server: `HIGHWATER_SITE` names the finished folder. Without it the server is built without a site,
//! so that checks and tests need no browser build before them.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "HIGHWATER_SITE";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // Read by a macro of sqlx, which cannot say so itself.
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let mut table = String::from("&[\n");
    if let Some(folder) = env::var_os(VARIABLE).map(PathBuf::from) {
        println!("cargo::rerun-if-changed={}", folder.display());
        let folder = folder
            .canonicalize()
            .map_err(|error| format!("{VARIABLE} names {}: {error}", folder.display()))?;
        for path in files_under(&folder)? {
            let name = path
                .strip_prefix(&folder)?
                .to_string_lossy()
                .replace('\\', "/");
            writeln!(table, "    ({name:?}, include_bytes!({path:?})),")?;
        }
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    fs::write(Path::new(&out).join("site.rs"), table)?;
    Ok(())
}

/// Every file in the folder and the folders in it, in one order on every machine.
fn files_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
