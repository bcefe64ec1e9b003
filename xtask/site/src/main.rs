//! Makes the site out of what the compilers leave: `bind` makes a wasm file loadable by a browser, `publish` lays the
//! finished folder. `cargo xtask` calls both.

mod bindings;
mod compression;
mod publish;

use std::path::Path;
use std::process::ExitCode;

use publish::{Parts, publish};

const USAGE: &str = "usage: site-builder bind <wasm> <folder>
       site-builder publish <bindings> <style sheet> <public> <site> plain|compressed";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["bind", wasm, folder] => bindings::generate(Path::new(wasm), Path::new(folder)),
        [
            "publish",
            bindings,
            css,
            public,
            site,
            form @ ("plain" | "compressed"),
        ] => publish(&Parts {
            bindings: Path::new(bindings),
            css: Path::new(css),
            public: Path::new(public),
            site: Path::new(site),
            compressed: form == "compressed",
        })
        .map_err(|error| error.to_string()),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
