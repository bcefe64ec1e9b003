//! `highwater verify`: the log is sound, and every read model is what a fresh fold of it gives.

use std::error::Error;
use std::process::ExitCode;

use super::cli::DatabaseArgs;
use crate::projection::verify::compare;

/// Checks a database and prints what was found. The exit code is 0 only if nothing was wrong.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(args: &DatabaseArgs) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let database = &args.database;
    println!("Checking the log in {database} ...");
    let (log, folder) = database.open_to_read(args.data.as_deref()).await?;
    let findings = log.check().await?;
    println!(
        "log: {} events, {} streams, {} commands",
        findings.events, findings.streams, findings.commands
    );
    let mut wrong = findings.problems.len();
    findings
        .problems
        .iter()
        .for_each(|problem| println!("  WRONG: {problem}"));

    // A backup has none, and neither has what was restored until a server folds it.
    let reports = if folder.join("views").exists() {
        println!("Folding the log afresh to compare the read models ...");
        compare(&folder, &*log).await?
    } else {
        println!("There are no read models here; a server folds them from the log.");
        Vec::new()
    };
    let mut parked = 0;
    for report in reports {
        let verdict = match (report.differences.is_empty(), report.parked) {
            (true, 0) => "equal",
            (true, _) => "equal in all that is not parked",
            (false, _) => "DIFFERENT",
        };
        println!(
            "{} v{}: {} rows as of #{}: {verdict}",
            report.name, report.version, report.rows, report.as_of
        );
        wrong += report.differences.len();
        report
            .differences
            .iter()
            .for_each(|difference| println!("  WRONG: {difference}"));
        parked += report.parked;
        report
            .set_aside
            .iter()
            .for_each(|event| println!("  PARKED: {event}"));
        let unnamed = report.parked.saturating_sub(report.set_aside.len() as u64);
        if unnamed > 0 {
            println!("  PARKED: and {unnamed} more");
        }
    }
    if wrong == 0 && parked > 0 {
        println!(
            "Everything else is as it should be, but read models lack what is parked ({parked} events in all). Mend the \
             cause and retry."
        );
        return Ok(ExitCode::FAILURE);
    }
    if wrong == 0 {
        println!("Everything is as it should be.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{wrong} things are wrong.");
    Ok(ExitCode::FAILURE)
}
