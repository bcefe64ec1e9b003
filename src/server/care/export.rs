//! `highwater export`: the log as lines of CloudEvents, for other programs and for `import`.

use clap::Args;
use futures_util::{StreamExt, stream};
use std::fs::File;
use std::io::{self, BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use super::progress::{Progress, Unit};
use super::{Failure, cloud_event};
use crate::contract::{CommandId, Direction, EventFilter, Position, RecordedEvent};
use crate::event_log::{CommandRecord, LogError, LogQuery, SharedLog};
use crate::server::data::Database;

/// Events that are read at once; nothing is held in the database between two pages.
const PAGE: usize = 1_000;
/// Commands that are looked up at once.
const LOOK_UPS: usize = 8;

/// What to export, and where to.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The database: `sqlite:<folder>` or `postgres://user:password@host/database`. Servers may be running on it.
    #[arg(
        long,
        env = "HIGHWATER_DATABASE",
        default_value = "sqlite:data",
        hide_env_values = true
    )]
    pub database: Database,

    /// The file to write, which appears once it is whole; `-` is the standard output.
    #[arg(long, default_value = "-")]
    pub to: PathBuf,

    /// Only what comes after this position.
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    pub after: u64,

    /// Only events of this type. What is left out cannot be imported as it was, so commands are left out too.
    #[arg(long = "type")]
    pub event_type: Option<String>,

    /// Only events of streams of this category; the same holds.
    #[arg(long)]
    pub category: Option<String>,
}

/// Writes the log up to where it stands now, an event a line, in the order of positions.
///
/// # Errors
/// When the log cannot be read or the lines cannot be written.
pub async fn export(args: ExportArgs) -> Result<ExitCode, Failure> {
    let log = args.database.log_to_read().await?;
    let started = Instant::now();
    let written = if args.to == Path::new("-") {
        write_events(&log, &args, &mut BufWriter::new(stdout().lock())).await
    } else {
        write_file(&log, &args).await
    };
    log.close().await;
    match written {
        Ok(events) => {
            eprintln!(
                "Exported {events} events up to #{} in {:.1} s.",
                log.head().position,
                started.elapsed().as_secs_f64()
            );
            Ok(ExitCode::SUCCESS)
        }
        // Whoever read the lines has seen enough.
        Err(ExportError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Writes under another name, so that the file is there whole or not at all.
async fn write_file(log: &SharedLog, args: &ExportArgs) -> Result<u64, ExportError> {
    let folder = match args.to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = BufWriter::new(tempfile::NamedTempFile::new_in(folder)?);
    let events = write_events(log, args, &mut file).await?;
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(&args.to).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()?;
    Ok(events)
}

async fn write_events(
    log: &SharedLog,
    args: &ExportArgs,
    out: &mut impl Write,
) -> Result<u64, ExportError> {
    let filter = EventFilter {
        event_type: args.event_type.clone(),
        category: args.category.clone(),
        ..EventFilter::default()
    };
    let whole = filter == EventFilter::default();
    let mut after = Position(args.after);
    let all = whole.then(|| log.head().position.0.saturating_sub(args.after));
    let mut progress = Progress::new("export", Unit::Events);
    let mut written = 0;
    loop {
        let query = LogQuery {
            filter: filter.clone(),
            after: Some(after),
            limit: PAGE,
            direction: Direction::Forward,
        };
        let page = log.read(query).await?;
        let Some(last) = page.last() else {
            break;
        };
        after = last.position;
        let commands = if whole {
            commands(log, &page).await?
        } else {
            vec![None; page.len()]
        };
        for (event, command) in page.iter().zip(&commands) {
            out.write_all(cloud_event::line(event, command.as_ref())?.as_bytes())?;
        }
        written += page.len() as u64;
        progress.show(written, all);
    }
    out.flush()?;
    Ok(written)
}

/// For each event the command that appended it, where it is the first of that command. A command is found through the
/// causation of its events, which is how the command bus writes them.
async fn commands(
    log: &SharedLog,
    events: &[Arc<RecordedEvent>],
) -> Result<Vec<Option<CommandRecord>>, LogError> {
    let look_ups = events.iter().map(|event| first_of_command(log, event));
    let mut found = stream::iter(look_ups).buffered(LOOK_UPS);
    let mut commands = Vec::with_capacity(events.len());
    while let Some(command) = found.next().await {
        commands.push(command?);
    }
    Ok(commands)
}

/// The command that an event is the first of.
pub(super) async fn first_of_command(
    log: &SharedLog,
    event: &RecordedEvent,
) -> Result<Option<CommandRecord>, LogError> {
    let Some(causation) = event.metadata.causation_id else {
        return Ok(None);
    };
    let command = log.command(CommandId(causation)).await?;
    Ok(command.filter(|command| command.first_position == event.position))
}
