//! A heat map in words, for those who do not see the drawing.

use std::collections::BTreeMap;

use super::cells::{Cells, Kind, Place};
use super::layout::row_ms;
use crate::contract::{HeatMap, Timestamp};
use crate::ui::charts::clock::ClockAxis;
use crate::ui::charts::figures::signed_duration;
use crate::ui::parts::thousands;

/// The heads of the table's columns.
pub const HEADS: &[&str] = &["Took", "Commands", "Of 100"];

/// "8 ms to 16 ms".
#[must_use]
pub fn row_words(row: usize) -> String {
    match row_ms(row) {
        (start, None) => format!("over {}", end_words(start)),
        (0.0, Some(end)) => format!("under {}", end_words(end)),
        (start, Some(end)) => format!("{} to {}", end_words(start), end_words(end)),
    }
}

/// The end of a row, from a second on to the second: rows double, and what is left of a doubled half millisecond says nothing.
fn end_words(ms: f64) -> String {
    match ms {
        1_000.0.. => signed_duration((ms / 1_000.0).round() * 1_000.0),
        ms => signed_duration(ms),
    }
}

/// The cell that is read off: "14:03:20 · 17 commands took 8 ms to 16 ms".
#[must_use]
pub fn cell(cells: &Cells, place: Place, clock: ClockAxis, now: Timestamp) -> Option<String> {
    let commands = *cells.commands.get(&place)?;
    let at = clock.say(cells.begin_of(place.column), now);
    let count = commands_words(commands);
    Some(match (place.kind, row_ms(place.row).0) {
        (Kind::Applied, _) => format!("{at} · {count} took {}", row_words(place.row)),
        (Kind::Waiting, 0.0) => format!("{at} · {count} waiting"),
        (Kind::Waiting, start) => {
            format!("{at} · {count} waiting for over {}", end_words(start))
        }
    })
}

/// What the map shows, in a sentence or two.
#[must_use]
pub fn sentence(map: &HeatMap) -> String {
    let rows = by_row(map);
    let applied: u64 = rows.values().sum();
    let waiting = waiting(map);
    if applied + waiting == 0 {
        return "No command was committed in the last half hour.".to_owned();
    }
    let mut sentence = format!(
        "{} of the last half hour applied, {} waiting.",
        commands_words(applied),
        thousands(waiting)
    );
    if let (Some(half), Some(slowest)) = (median(&rows), rows.keys().max()) {
        sentence.push_str(&format!(
            " Half took {} or less, the slowest {}.",
            row_words(half),
            row_words(*slowest)
        ));
    }
    sentence
}

/// How many took how long, with a text for each of `HEADS`.
#[must_use]
pub fn rows(map: &HeatMap) -> Vec<Vec<String>> {
    let rows = by_row(map);
    let (applied, waiting): (u64, u64) = (rows.values().sum(), waiting(map));
    let of_hundred = |commands: u64| {
        let part = commands as f64 * 100.0 / (applied + waiting).max(1) as f64;
        format!("{part:.1}")
    };
    let row = |(row, commands): (usize, u64)| {
        vec![row_words(row), thousands(commands), of_hundred(commands)]
    };
    let still = (waiting > 0).then(|| {
        vec![
            "not applied yet".to_owned(),
            thousands(waiting),
            of_hundred(waiting),
        ]
    });
    rows.into_iter().map(row).chain(still).collect()
}

fn by_row(map: &HeatMap) -> BTreeMap<usize, u64> {
    let mut rows = BTreeMap::new();
    for (row, commands) in map.columns.iter().flat_map(|column| &column.applied) {
        *rows.entry(usize::from(*row)).or_default() += u64::from(*commands);
    }
    rows
}

fn waiting(map: &HeatMap) -> u64 {
    map.columns.iter().map(|c| u64::from(c.waiting)).sum()
}

/// The row in which the half is reached.
fn median(rows: &BTreeMap<usize, u64>) -> Option<usize> {
    let all: u64 = rows.values().sum();
    let mut seen = 0;
    rows.iter()
        .find(|(_, commands)| {
            seen += **commands;
            seen * 2 >= all
        })
        .map(|(row, _)| *row)
}

fn commands_words(commands: u64) -> String {
    match commands {
        1 => "1 command".to_owned(),
        n => format!("{} commands", thousands(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::HeatColumn;

    fn map(applied: &[(u8, u32)], waiting: u32) -> HeatMap {
        HeatMap {
            at: Timestamp::from_micros(60_000_000),
            columns: vec![HeatColumn {
                at: Timestamp::from_micros(55_000_000),
                applied: applied.to_vec(),
                waiting,
            }],
        }
    }

    #[test]
    fn rows_are_said_by_their_ends() {
        assert_eq!(row_words(0), "under 0.5 ms");
        assert_eq!(row_words(5), "8 ms to 16 ms");
        assert_eq!(row_words(13), "2 s to 4 s");
        assert!(row_words(22).starts_with("over 17 min"));
    }

    #[test]
    fn the_half_and_the_slowest_are_told() {
        let words = sentence(&map(&[(2, 6), (5, 3), (12, 1)], 2));
        assert!(words.starts_with("10 commands of the last half hour applied, 2 waiting."));
        assert!(words.contains("Half took 1 ms to 2 ms or less"), "{words}");
        assert!(sentence(&map(&[], 0)).starts_with("No command"));
    }

    #[test]
    fn what_waits_is_a_row_of_its_own() {
        let rows = rows(&map(&[(5, 3)], 1));
        assert_eq!(
            rows,
            [
                ["8 ms to 16 ms", "3", "75.0"],
                ["not applied yet", "1", "25.0"]
            ]
        );
    }

    #[test]
    fn a_cell_is_read_off() {
        let read = |map: &HeatMap| {
            let cells = Cells::of(map, 300, 60);
            let place = *cells.commands.keys().next().expect("one");
            cell(&cells, place, ClockAxis::Relative, map.at)
        };
        assert_eq!(
            read(&map(&[(5, 17)], 0)).as_deref(),
            Some("−5 s · 17 commands took 8 ms to 16 ms")
        );
        assert_eq!(
            read(&map(&[], 1)).as_deref(),
            Some("−5 s · 1 command waiting")
        );
        let mut later = map(&[], 2);
        later.at = Timestamp::from_micros(75_000_000);
        assert_eq!(
            read(&later).as_deref(),
            Some("−20 s · 2 commands waiting for over 8 s")
        );
    }
}
