//! The results as a person reads them (Markdown) and as a program does (JSON).

use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::failure::Outcome;
use crate::machine::Machine;
use crate::measurement::Unit;
use crate::table::{Aim, Row, Subject, Table};

/// All results of one run of the program.
#[derive(Serialize)]
pub struct Report {
    pub taken_at: String,
    pub machine: Machine,
    pub runs: u32,
    pub seconds: u64,
    pub tables: Vec<Table>,
}

impl Report {
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "{}. {} runs, {} s each; medians.\n",
            self.machine.in_words(),
            self.runs,
            self.seconds
        );
        for table in &self.tables {
            text += "\n";
            text += &of_table(table);
        }
        text
    }

    /// Leaves both forms in a folder, and says where.
    pub fn write(&self, folder: &Path) -> Outcome<[PathBuf; 2]> {
        let paths = ["results.md", "results.json"].map(|name| folder.join(name));
        let [markdown, json] = &paths;
        std::fs::write(markdown, self.markdown())?;
        std::fs::write(json, serde_json::to_vec_pretty(self)?)?;
        Ok(paths)
    }
}

fn of_table(table: &Table) -> String {
    let mut text = format!("## {}\n\n", table.title);
    if !table.rows.is_empty() {
        text +=
            "| | | reached | p50 / p99 | ratio | aim |\n| --- | --- | ---: | ---: | ---: | --- |\n";
        for row in &table.rows {
            for (at, subject) in row.subjects.iter().enumerate() {
                let work = if at == 0 { row.work.as_str() } else { "" };
                text += &of_subject(work, row, subject);
            }
        }
    }
    for note in &table.notes {
        // Writing to a string does not fail.
        let _ = write!(text, "\n{note}\n");
    }
    text
}

fn of_subject(work: &str, row: &Row, subject: &Subject) -> String {
    let columns = [
        work.to_owned(),
        subject.name.clone(),
        reached(subject).unwrap_or_else(|| "-".to_owned()),
        latency(subject).unwrap_or_default(),
        ratio(row, subject).unwrap_or_default(),
        verdict(row, subject).unwrap_or_default(),
    ];
    format!("| {} |\n", columns.join(" | "))
}

fn reached(subject: &Subject) -> Option<String> {
    let value = subject.value()?;
    Some(match subject.unit()? {
        Unit::PerSecond => format!("{}/s", grouped(value)),
        Unit::Megabytes => format!("{} MB", grouped(value)),
        Unit::Milliseconds => format!("{} ms", grouped(value)),
        Unit::Percent => format!("{} %", short(value)),
    })
}

fn latency(subject: &Subject) -> Option<String> {
    let (p50, p99) = (subject.p50_ms()?, subject.p99_ms()?);
    Some(format!("{} / {} ms", short(p50), short(p99)))
}

fn ratio(row: &Row, subject: &Subject) -> Option<String> {
    let times = row.first_over(subject)?;
    Some(match subject.aim {
        Some(Aim::CostsAtMost(_)) => format!("cost × {:.2}", 1.0 / times),
        _ => format!("× {times:.2}"),
    })
}

fn verdict(row: &Row, subject: &Subject) -> Option<String> {
    let aim = match subject.aim? {
        Aim::TimesAsFast(times) => format!("≥ × {times}"),
        Aim::TimesAsFastAndLowerP99(times) => format!("≥ × {times}, p99 lower"),
        Aim::CostsAtMost(times) => format!("cost ≤ × {times}"),
        Aim::AtLeast(value) => format!("≥ {}", grouped(value)),
        Aim::Below(value) => format!("< {}", grouped(value)),
        Aim::P99Below(value) => format!("p99 < {} ms", short(value)),
    };
    Some(match row.reached(subject) {
        Some(true) => format!("{aim}: met"),
        Some(false) => format!("{aim}: **missed**"),
        None => format!("{aim}: not measured"),
    })
}

/// A whole number with commas.
pub fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with three digits that count.
fn short(value: f64) -> String {
    match value {
        ..1.0 => format!("{value:.3}"),
        1.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measurement::Measurement;
    use std::time::Duration;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(grouped(999.4), "999");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(
            [0.1234, 1.234, 12.34, 123.4].map(short),
            ["0.123", "1.23", "12.3", "123"]
        );
    }

    #[test]
    fn a_table_says_what_was_reached_and_what_was_missed() {
        let mut table = Table::new("Append");
        let rate = |count| Measurement::rate(count, Duration::from_secs(1));
        table.record("1 client", "Highwater", rate(1_500));
        table.record("1 client", "peer", rate(1_000));
        table.aim("1 client", "peer", Aim::TimesAsFast(2.0));
        table.note("Nothing was left out.");
        let text = of_table(&table);
        assert!(
            text.contains("| 1 client | Highwater | 1,500/s |  |  |  |\n"),
            "{text}"
        );
        assert!(
            text.contains("|  | peer | 1,000/s |  | × 1.50 | ≥ × 2: **missed** |\n\nNothing"),
            "{text}"
        );
    }
}
