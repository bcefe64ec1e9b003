//! `highwater backup`: a consistent copy of the log while a server writes it.

use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use super::progress::{Progress, Unit};
use super::{Failure, contents, folder_of, stop_when_told};
use crate::event_log::sqlite::copy;
use crate::server::data::Database;
use crate::ui::parts::size;

/// What to back up, and where to.
#[derive(Clone, Debug, Args)]
pub struct BackupArgs {
    /// The database: `sqlite:<folder>`. A server may be running on it.
    #[arg(long, env = "HIGHWATER_DATABASE", default_value = "sqlite:data")]
    pub database: Database,

    /// The folder to put the backup in: empty, or not there yet. It appears there once it is whole and checked.
    #[arg(long)]
    pub to: PathBuf,
}

/// Copies the log as it is now. The read models are not copied: a server folds them from the log.
///
/// # Errors
/// When the copy cannot be made, or what it was made of is damaged; nothing is left of it then.
pub async fn backup(args: BackupArgs) -> Result<ExitCode, Failure> {
    let folder = folder_of(&args.database)?;
    let started = Instant::now();
    let mut progress = Progress::new("backup", Unit::Bytes);
    let copied = copy(
        folder,
        &args.to,
        "highwater backup",
        stop_when_told(),
        move |done, all| progress.show(done, Some(all)),
    )
    .await?;
    println!(
        "Backed up {} up to #{} to {}: {}, checked, in {:.1} s.",
        contents(&copied.report),
        copied.head.position,
        args.to.display(),
        size(copied.bytes),
        started.elapsed().as_secs_f64()
    );
    println!("Read models are not in it: they are folded from the log.");
    Ok(ExitCode::SUCCESS)
}
