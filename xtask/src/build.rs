//! `cargo xtask build`

use std::fs;

use crate::failure::Failure;
use crate::project::{Mode, Project};
use crate::terminal::say;
use crate::{server, site};

/// Leaves the one file that a server needs.
pub fn build(project: &Project) -> Result<(), Failure> {
    let site = site::build(project, Mode::Release)?;
    let server = server::build(project, Mode::Release, &site)?;
    let size = fs::metadata(&server)
        .map_err(|error| Failure::at(&server, &error))?
        .len();
    let shown = server.strip_prefix(project.root()).unwrap_or(&server);
    say(&format!(
        "{} is up to date: {:.1} MB, the site inside",
        shown.display(),
        size as f64 / 1e6
    ));
    Ok(())
}
