//! The bindings' generator must be of exactly the version of `wasm-bindgen` that the page is compiled with.

use std::fs;

use crate::failure::Failure;
use crate::project::Project;

/// Checks the two versions in Cargo.lock before minutes are spent on compiling.
pub fn check_bindings(project: &Project) -> Result<(), Failure> {
    let path = project.at("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(|error| Failure::at(&path, &error))?;
    agree(&lock)
}

fn agree(lock: &str) -> Result<(), Failure> {
    let (page, generator) = (
        version(lock, "wasm-bindgen"),
        version(lock, "wasm-bindgen-cli-support"),
    );
    match (page, generator) {
        (Some(page), Some(generator)) if page == generator => Ok(()),
        (Some(page), Some(generator)) => Err(Failure::new(format!(
            "Cargo.lock has wasm-bindgen {page}, but xtask/site/Cargo.toml asks for wasm-bindgen-cli-support {generator}, \
             whose bindings would not fit.\nWrite `wasm-bindgen-cli-support = \"={page}\"` there."
        ))),
        _ => Err(Failure::new(
            "Cargo.lock lacks wasm-bindgen or wasm-bindgen-cli-support; `cargo update -w` writes it anew",
        )),
    }
}

fn version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let mut lines = lock.lines();
    lines.find(|line| {
        line.strip_prefix("name = \"")
            .and_then(|rest| rest.strip_suffix('"'))
            == Some(package)
    })?;
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(page: &str, generator: &str) -> String {
        format!(
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"{page}\"\n\n\
             [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{generator}\"\n"
        )
    }

    #[test]
    fn the_same_version_agrees() {
        assert!(agree(&lock("0.2.130", "0.2.130")).is_ok());
    }

    #[test]
    fn another_version_says_what_to_write() {
        let failure = agree(&lock("0.2.131", "0.2.130")).unwrap_err().to_string();
        assert!(
            failure.contains("wasm-bindgen-cli-support = \"=0.2.131\""),
            "{failure}"
        );
    }

    #[test]
    fn a_lock_without_them_is_no_agreement() {
        assert!(agree("version = 4\n").is_err());
    }

    #[test]
    fn our_own_lock_agrees() {
        assert!(check_bindings(&Project::find()).is_ok());
    }
}
