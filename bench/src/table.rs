//! What a case found out: for each work a line for each who did it, and what Highwater aims at.

use serde::Serialize;

use crate::measurement::{Measurement, Unit, median};

/// The results of one case.
#[derive(Debug, Serialize)]
pub struct Table {
    pub title: String,
    pub rows: Vec<Row>,
    /// Sentences below the table: what was left out and why.
    pub notes: Vec<String>,
}

/// One work, done by several. The first of them is the one that the others are compared with.
#[derive(Debug, Serialize)]
pub struct Row {
    pub work: String,
    pub subjects: Vec<Subject>,
}

/// Who did it.
#[derive(Debug, Serialize)]
pub struct Subject {
    pub name: String,
    /// One for each run.
    pub runs: Vec<Measurement>,
    pub aim: Option<Aim>,
}

/// What is aimed at.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// The first is at least so many times as fast as this one.
    TimesAsFast(f64),
    /// The first is at least so many times as fast as this one, and its p99 is lower.
    TimesAsFastAndLowerP99(f64),
    /// The same work costs the first at most so many times what it costs this one.
    CostsAtMost(f64),
    /// This one reaches at least so much.
    AtLeast(f64),
    /// This one stays below so much.
    Below(f64),
    /// The p99 of this one stays below so many milliseconds.
    P99Below(f64),
}

impl Table {
    pub fn new(title: &str) -> Table {
        Table {
            title: title.to_owned(),
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds what one run gave.
    pub fn record(&mut self, work: &str, name: &str, measured: Measurement) {
        self.subject(work, name).runs.push(measured);
    }

    /// Says what is aimed at.
    pub fn aim(&mut self, work: &str, name: &str, aim: Aim) {
        self.subject(work, name).aim = Some(aim);
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    fn subject(&mut self, work: &str, name: &str) -> &mut Subject {
        let row = find_or_add(
            &mut self.rows,
            |row| row.work == work,
            || Row {
                work: work.to_owned(),
                subjects: Vec::new(),
            },
        );
        find_or_add(
            &mut row.subjects,
            |subject| subject.name == name,
            || Subject {
                name: name.to_owned(),
                runs: Vec::new(),
                aim: None,
            },
        )
    }
}

fn find_or_add<T>(
    list: &mut Vec<T>,
    is_it: impl Fn(&T) -> bool,
    make: impl FnOnce() -> T,
) -> &mut T {
    let at = list.iter().position(is_it).unwrap_or_else(|| {
        list.push(make());
        list.len() - 1
    });
    &mut list[at]
}

impl Row {
    /// How many times as fast as a subject the first one is: the median of the runs' ratios.
    pub fn first_over(&self, subject: &Subject) -> Option<f64> {
        let first = self.subjects.first()?;
        if std::ptr::eq(first, subject) {
            return None;
        }
        let ratios = first.runs.iter().zip(&subject.runs);
        median(ratios.map(|(first, other)| first.value / other.value))
    }

    /// Whether what is aimed at was reached; `None` where there is nothing to judge.
    pub fn reached(&self, subject: &Subject) -> Option<bool> {
        let ratio = || self.first_over(subject);
        match subject.aim? {
            Aim::TimesAsFast(times) => ratio().map(|ratio| ratio >= times),
            Aim::TimesAsFastAndLowerP99(times) => {
                let p99 = self.subjects.first()?.p99_ms()?;
                let lower = p99 < subject.p99_ms()?;
                ratio().map(|ratio| ratio >= times && lower)
            }
            Aim::CostsAtMost(times) => ratio().map(|ratio| 1.0 / ratio <= times),
            Aim::AtLeast(value) => subject.value().map(|reached| reached >= value),
            Aim::Below(value) => subject.value().map(|reached| reached < value),
            Aim::P99Below(value) => subject.p99_ms().map(|reached| reached < value),
        }
    }
}

impl Subject {
    pub fn value(&self) -> Option<f64> {
        median(self.runs.iter().map(|run| run.value))
    }

    pub fn unit(&self) -> Option<Unit> {
        self.runs.first().map(|run| run.unit)
    }

    pub fn p50_ms(&self) -> Option<f64> {
        median(self.runs.iter().filter_map(|run| Some(run.latency?.p50_ms)))
    }

    pub fn p99_ms(&self) -> Option<f64> {
        median(self.runs.iter().filter_map(|run| Some(run.latency?.p99_ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn rate(count: u64) -> Measurement {
        Measurement::rate(count, Duration::from_secs(1))
    }

    #[test]
    fn ratios_are_taken_within_a_run() {
        let mut table = Table::new("t");
        for (ours, theirs) in [(10, 10), (40, 20), (300, 100)] {
            table.record("w", "ours", rate(ours));
            table.record("w", "theirs", rate(theirs));
        }
        table.aim("w", "theirs", Aim::TimesAsFast(2.0));
        let row = &table.rows[0];
        assert_eq!(row.first_over(&row.subjects[1]), Some(2.0));
        assert_eq!(row.first_over(&row.subjects[0]), None);
        assert_eq!(row.reached(&row.subjects[1]), Some(true));
        assert_eq!(row.reached(&row.subjects[0]), None);
    }

    #[test]
    fn a_cost_is_the_other_way_round() {
        let mut table = Table::new("t");
        table.record("w", "large", rate(80));
        table.record("w", "small", rate(100));
        for (most, reached) in [(1.3, true), (1.2, false)] {
            table.aim("w", "small", Aim::CostsAtMost(most));
            let row = &table.rows[0];
            assert_eq!(row.reached(&row.subjects[1]), Some(reached));
        }
    }
}
