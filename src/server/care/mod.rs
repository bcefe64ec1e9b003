//! Care of the files: `backup`, `restore`, `export` and `import`.

mod backup;
mod cloud_event;
mod export;
mod import;
mod importer;
mod incoming;
mod progress;
mod restore;
mod units;

pub use backup::{BackupArgs, backup};
pub use export::{ExportArgs, export};
pub use import::{ImportArgs, import};
pub use restore::{RestoreArgs, restore};

use std::error::Error;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use super::data::Database;
use crate::event_log::sqlite::{CheckReport, SqliteLog};
use crate::event_log::{Options, SharedLog};

type Failure = Box<dyn Error + Send + Sync>;

/// The log, for reading beside whoever writes it.
async fn open_to_read(database: &Database) -> Result<SharedLog, Failure> {
    let Database::Sqlite(folder) = database;
    if !folder.join("log.db").exists() {
        return Err(format!("there is no log in `{}`", folder.display()).into());
    }
    Ok(Arc::new(SqliteLog::open_read_only(folder).await?))
}

/// The log, for writing: nobody else has it meanwhile.
async fn open_to_write(database: &Database, program: &str) -> Result<SharedLog, Failure> {
    let Database::Sqlite(folder) = database;
    let options = Options {
        program: program.to_owned(),
        ..Options::default()
    };
    Ok(Arc::new(SqliteLog::open(folder, options).await?))
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
