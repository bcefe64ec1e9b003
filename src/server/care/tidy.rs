//! `highwater tidy`: files of read models that this version of the program has no use for.

use clap::Args;
use std::process::ExitCode;

use super::Failure;
use crate::event_log::FolderLock;
use crate::projection::{Leftover, leftovers};
use crate::server::cli::DatabaseArgs;
use crate::ui::parts::size;

/// What to tidy, and whether to delete it.
#[derive(Clone, Debug, Args)]
pub struct TidyArgs {
    /// Whose files.
    #[command(flatten)]
    pub on: DatabaseArgs,

    /// Delete the files; without this they are only listed. Another version of the program folds its own anew when it serves again.
    #[arg(long)]
    pub delete: bool,
}

/// Lists the files of read models that no server of this version would use, and deletes them where that is wanted.
///
/// # Errors
/// When a server has the folder, which may be of another version and answer from these files; when a file cannot be deleted.
pub async fn tidy(args: TidyArgs) -> Result<ExitCode, Failure> {
    let (log, folder) = args
        .on
        .database
        .open_to_read(args.on.data.as_deref())
        .await?;
    log.close().await;
    let _nobody_else_has_it = FolderLock::take(&folder, "highwater tidy")?;
    let found = leftovers(&folder)?;
    for file in &found {
        println!("{}", said(file));
    }
    if args.delete {
        for file in &found {
            file.delete()?;
        }
    }
    println!("{}", summed_up(&found, args.delete));
    Ok(ExitCode::SUCCESS)
}

fn said(file: &Leftover) -> String {
    let Leftover { path, bytes, why } = file;
    format!("{}: {}, {why}", path.display(), size(*bytes))
}

fn summed_up(found: &[Leftover], deleted: bool) -> String {
    let bytes = size(found.iter().map(|file| file.bytes).sum());
    let files = match found.len() {
        0 => return "There is nothing to tidy.".to_owned(),
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    match deleted {
        true => format!("Deleted {files}, {bytes}."),
        false => format!("{files}, {bytes}; `--delete` deletes them."),
    }
}
