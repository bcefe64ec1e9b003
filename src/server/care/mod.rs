//! Care of the files: `backup`, `restore`, `export`, `import`, `prepare` and `tidy`.

mod backup;
mod cloud_event;
mod export;
mod import;
mod importer;
mod incoming;
mod prepare;
mod progress;
mod restore;
mod tidy;
mod units;

pub use backup::{BackupArgs, backup};
pub use export::{ExportArgs, export};
pub use import::{ImportArgs, import};
pub use prepare::prepare;
pub use restore::{RestoreArgs, restore};
pub use tidy::{TidyArgs, tidy};

use std::error::Error;
use std::path::Path;
use tokio_util::sync::CancellationToken;

use super::data::Database;
use crate::event_log::{CheckReport, Options, SharedLog};

type Failure = Box<dyn Error + Send + Sync>;

/// The log, for writing: nobody else has it meanwhile, where it is in a folder.
async fn open_to_write(database: &Database, program: &str) -> Result<SharedLog, Failure> {
    let options = Options {
        program: program.to_owned(),
        ..Options::default()
    };
    Ok(database.log(options).await?)
}

/// The folder of a database that is one.
fn folder_of(database: &Database) -> Result<&Path, Failure> {
    match database {
        Database::Sqlite(folder) => Ok(folder),
        Database::Postgres(_) => Err(
            "`highwater backup` and `restore` are for SQLite; back PostgreSQL up with its own tools (`pg_dump`, \
             `pg_basebackup`), or the log alone with `highwater export`"
                .into(),
        ),
    }
}

/// Cancelled by SIGINT or SIGTERM, so that what is half done can be cleared away.
fn stop_when_told() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        super::serve::told_to_stop().await;
        told.cancel();
    });
    stop
}

/// What is in a log, as a backup and a restore say it.
fn contents(report: &CheckReport) -> String {
    format!(
        "{} events in {} streams, {} commands",
        report.events, report.streams, report.commands
    )
}
