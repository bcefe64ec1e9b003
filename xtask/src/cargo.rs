//! Cargo, with its progress on our one line.

use std::process::Command;

use crate::failure::Failure;
use crate::process::{Line, Step, Stream};
use crate::project::Project;
use crate::terminal::is_watched;

/// Cargo, in the project, as it would be without us around it.
pub fn command(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(project.root()).args(arguments);
    // What `cargo run` told us about ourselves is not for others: it would make cargo compile things again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text == "LD_LIBRARY_PATH"
        {
            command.env_remove(&name);
        }
    }
    if is_watched() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// Runs a command that compiles (`build`, `clippy`): silent when nothing is to be done, warnings and errors as they come.
pub fn compile(step: &Step<'_>, command: &mut Command) -> Result<(), Failure> {
    let mut compiled = 0;
    step.run_heard(command, |stream, line| match stream {
        Stream::Err => Line::Show,
        Stream::Out => match compiled_crate(line) {
            Some(name) => {
                compiled += 1;
                Line::Progress(format!(" · {compiled} crates, {name}"))
            }
            None => Line::Drop,
        },
    })
}

/// Options that make cargo report to [`compile`].
pub const REPORTING: [&str; 2] = ["--quiet", "--message-format=json-render-diagnostics"];

/// The crate that a line of cargo's report says was compiled just now. The report is one JSON object a line, as cargo prints
/// it: without spaces, fields in a fixed order.
fn compiled_crate(line: &str) -> Option<&str> {
    let is_new =
        line.starts_with(r#"{"reason":"compiler-artifact""#) && line.contains(r#""fresh":false"#);
    let (_, target) = line.split_once(r#""target":"#).filter(|_| is_new)?;
    let (_, name) = target.split_once(r#""name":""#)?;
    name.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTIFACT: &str = r#"{"reason":"compiler-artifact","package_id":"registry+https://github.com/rust-lang/crates.io-index#itoa@1.0.19","manifest_path":"/c/itoa/Cargo.toml","target":{"kind":["lib"],"crate_types":["lib"],"name":"itoa","src_path":"/c/itoa/src/lib.rs","edition":"2021"},"profile":{"opt_level":"0"},"features":[],"filenames":["/t/libitoa.rlib"],"executable":null,"fresh":false}"#;

    #[test]
    fn only_what_was_compiled_just_now_counts() {
        assert_eq!(compiled_crate(ARTIFACT), Some("itoa"));
        assert_eq!(
            compiled_crate(&ARTIFACT.replace("\"fresh\":false", "\"fresh\":true")),
            None
        );
        assert_eq!(
            compiled_crate(r#"{"reason":"build-finished","success":true}"#),
            None
        );
        assert_eq!(compiled_crate(""), None);
    }
}
