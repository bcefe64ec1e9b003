//! `cargo xtask run`

use std::os::unix::process::CommandExt;

use crate::failure::Failure;
use crate::project::{Mode, Project};
use crate::{server, site};

/// Builds, then becomes the server, which prints its address. Returns only if that cannot be.
pub fn run(project: &Project, mode: Mode, arguments: &[String]) -> Result<(), Failure> {
    let site = site::build(project, mode)?;
    let program = server::build(project, mode, &site)?;
    let error = server::command(&program, mode, &site)
        .arg("serve")
        .args(arguments)
        .exec();
    Err(Failure::at(&program, &error))
}
