//! `highwater restore`: a backup becomes a database again.

use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use super::progress::{Progress, Unit};
use super::{Failure, contents, folder_of, stop_when_told};
use crate::event_log::sqlite::copy;
use crate::server::data::Database;
use crate::ui::parts::size;

/// What to restore, and where to.
#[derive(Clone, Debug, Args)]
pub struct RestoreArgs {
    /// The folder of the backup.
    #[arg(long)]
    pub from: PathBuf,

    /// The database: `sqlite:<folder>`, empty or not there yet, and in use by no one.
    #[arg(long, env = "HIGHWATER_DATABASE", default_value = "sqlite:data")]
    pub database: Database,
}

/// Copies a backup into a folder of its own and checks all of it before it gets its name.
///
/// # Errors
/// When the folder is not empty or in use, or the backup is damaged; nothing is left in it then.
pub async fn restore(args: RestoreArgs) -> Result<ExitCode, Failure> {
    let folder = folder_of(&args.database)?;
    let started = Instant::now();
    let mut progress = Progress::new("restore", Unit::Bytes);
    let copied = copy(
        &args.from,
        folder,
        "highwater restore",
        stop_when_told(),
        move |done, all| progress.show(done, Some(all)),
    )
    .await?;
    let until = copied
        .head
        .recorded_at
        .map_or_else(String::new, |at| format!(" of {at}"));
    println!(
        "Restored {} up to #{}{until} to {}: {}, checked, in {:.1} s.",
        contents(&copied.report),
        copied.head.position,
        folder.display(),
        size(copied.bytes),
        started.elapsed().as_secs_f64()
    );
    println!("The next server on it folds the read models anew.");
    Ok(ExitCode::SUCCESS)
}
