//! `highwater prepare`: the read models of this version of the program, built before it serves.

use std::process::ExitCode;
use std::time::Instant;

use super::Failure;
use super::progress::{Progress, Unit};
use crate::projection::{Prepared, prepare_read_models};
use crate::server::cli::DatabaseArgs;

/// Builds what is not there, and says what it did. Stopped anywhere, it goes on where it was the next time.
///
/// # Errors
/// When the log cannot be read, or a read model cannot be built.
pub async fn prepare(args: DatabaseArgs) -> Result<ExitCode, Failure> {
    let (log, folder) = args.database.open_to_read(args.data.as_deref()).await?;
    let all = log.head().position.0;
    let started = Instant::now();
    let mut progress: Option<(&'static str, Progress)> = None;
    let prepared = prepare_read_models(&folder, &log, |name, position| match &mut progress {
        Some((current, progress)) if *current == name => progress.show(position.0, Some(all)),
        _ => progress = Some((name, Progress::new(name, Unit::Events))),
    })
    .await;
    drop(progress);
    log.close().await;
    let prepared = prepared?;
    prepared.iter().for_each(|one| println!("{}", said(one)));
    println!(
        "Ready after {:.1} s: a server of this version has only to fold what came since.",
        started.elapsed().as_secs_f64()
    );
    Ok(ExitCode::SUCCESS)
}

fn said(prepared: &Prepared) -> String {
    let Prepared {
        name,
        version,
        upto,
    } = prepared;
    match upto {
        Some(upto) => format!("{name} v{version}: built up to #{upto}"),
        None => format!("{name} v{version}: there already"),
    }
}
