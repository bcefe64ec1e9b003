//! `highwater import`: lines of CloudEvents become events of the log.

use clap::Args;
use std::fs::File;
use std::io::{self, BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use super::importer::{Done, ImportError, Importer};
use super::progress::{Progress, Unit};
use super::units::Units;
use super::{Failure, open_to_write};
use crate::event_log::SharedLog;
use crate::server::data::Database;

/// What to import, and where to.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// The database: `sqlite:<folder>`, made where it is missing and in use by no one, or
    /// `postgres://user:password@host/database`.
    #[arg(
        long,
        env = "HIGHWATER_DATABASE",
        default_value = "sqlite:data",
        hide_env_values = true
    )]
    pub database: Database,

    /// The file to read; `-` is the standard input.
    #[arg(long, default_value = "-")]
    pub from: PathBuf,

    /// Put the events behind what the log has, with new positions and versions, instead of where they stood. Events that
    /// it has already are skipped.
    #[arg(long)]
    pub append: bool,
}

/// Reads events, an event a line, and puts them into the log: an export of a Highwater comes back as it was; events of
/// other systems go to the stream that their subject names. Run again after an interruption it goes on where it was.
///
/// # Errors
/// When the log cannot be written, or a line is not what it should be; the lines before it are in the log then.
pub async fn import(args: ImportArgs) -> Result<ExitCode, Failure> {
    let (lines, bytes): (Box<dyn BufRead>, _) = if args.from == Path::new("-") {
        (Box::new(BufReader::new(stdin())), None)
    } else {
        let (file, bytes) = open(&args.from)?;
        (Box::new(file), Some(bytes))
    };
    let log = open_to_write(&args.database, "highwater import").await?;
    let started = Instant::now();
    let imported = put_in(&log, &args, Units::new(lines), bytes).await;
    log.close().await;
    let done = imported?;
    eprintln!(
        "Imported {} events up to #{} in {:.1} s{}.",
        done.imported,
        log.head().position,
        started.elapsed().as_secs_f64(),
        match done.skipped {
            0 => String::new(),
            skipped => format!("; {skipped} were there already"),
        }
    );
    Ok(ExitCode::SUCCESS)
}

fn open(file: &Path) -> Result<(BufReader<File>, u64), String> {
    let opened = File::open(file).and_then(|file| {
        let bytes = file.metadata()?.len();
        Ok((BufReader::new(file), bytes))
    });
    opened.map_err(|error: io::Error| format!("`{}` cannot be read: {error}", file.display()))
}

async fn put_in(
    log: &SharedLog,
    args: &ImportArgs,
    mut units: Units<Box<dyn BufRead>>,
    bytes: Option<u64>,
) -> Result<Done, ImportError> {
    let unit = match bytes {
        Some(_) => Unit::Bytes,
        None => Unit::Events,
    };
    let mut progress = Progress::new("import", unit);
    let mut importer = Importer::new(log.clone(), args.append);
    loop {
        let unit = match units.next() {
            Ok(Some(unit)) => unit,
            Ok(None) => return importer.finish().await,
            Err(error) => return Err(importer.stop(error).await),
        };
        importer.take(unit).await?;
        let done = match bytes {
            Some(_) => units.bytes(),
            None => importer.done().imported,
        };
        progress.show(done, bytes);
    }
}
