//! The cells of a heat map: its columns brought to the width at hand, what still waits put where it has come to.

use std::collections::BTreeMap;

use crate::contract::{HEAT_STEP_S, HeatMap, Timestamp, heat_row};

/// How many steps a column may take together, so that columns are wide enough to be seen. Whole parts of a minute.
const TOGETHER: [i64; 6] = [1, 2, 3, 4, 6, 12];

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Commands that were applied after the time of the row.
    Applied,
    /// Commands that have waited for the time of the row, or somewhat longer, until now.
    Waiting,
}

/// Where a cell is: its column by the steps since the epoch, its row of elapsed time, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The column.
    pub column: i64,
    /// The row.
    pub row: usize,
    /// What it is.
    pub kind: Kind,
}

/// The cells that hold commands, by place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Steps that a column stands for.
    pub together: i64,
    /// The commands of each cell.
    pub commands: BTreeMap<Place, u64>,
}

impl Cells {
    /// The cells of a map in as many columns as there is room for.
    #[must_use]
    pub fn of(map: &HeatMap, span_s: i64, room: usize) -> Cells {
        let together = TOGETHER
            .into_iter()
            .find(|together| span_s / (HEAT_STEP_S * together) <= room as i64)
            .unwrap_or(TOGETHER[TOGETHER.len() - 1]);
        let mut cells = Cells {
            together,
            commands: BTreeMap::new(),
        };
        let begin = cells.end(map.at).as_micros() - span_s * 1_000_000;
        for column in map.columns.iter().filter(|c| c.at.as_micros() >= begin) {
            let at = cells.column_of(column.at);
            for (row, commands) in &column.applied {
                cells.add(at, usize::from(*row), Kind::Applied, *commands);
            }
            // The youngest of the step has waited since its end, if that is past: what has just come must not look late.
            let waited = map.at.as_micros() - column.at.as_micros() - HEAT_STEP_S * 1_000_000;
            cells.add(at, heat_row(waited), Kind::Waiting, column.waiting);
        }
        cells
    }

    /// The column that a moment lies in.
    #[must_use]
    pub fn column_of(&self, at: Timestamp) -> i64 {
        at.as_micros().div_euclid(self.column_micros())
    }

    /// When a column begins.
    #[must_use]
    pub fn begin_of(&self, column: i64) -> Timestamp {
        Timestamp::from_micros(column * self.column_micros())
    }

    /// Where the column of a moment ends: a map ends with a whole column, so that none is cut.
    #[must_use]
    pub fn end(&self, at: Timestamp) -> Timestamp {
        self.begin_of(self.column_of(at) + 1)
    }

    /// The most commands that a cell holds.
    #[must_use]
    pub fn most(&self) -> u64 {
        self.commands.values().copied().max().unwrap_or_default()
    }

    /// The highest row that holds something.
    #[must_use]
    pub fn highest_row(&self) -> Option<usize> {
        self.commands.keys().map(|place| place.row).max()
    }

    /// How long a column is, in milliseconds.
    #[must_use]
    pub fn column_ms(&self) -> f64 {
        self.column_micros() as f64 / 1_000.0
    }

    fn column_micros(&self) -> i64 {
        self.together.max(1) * HEAT_STEP_S * 1_000_000
    }

    fn add(&mut self, column: i64, row: usize, kind: Kind, commands: u32) {
        if commands > 0 {
            let cell = self.commands.entry(Place { column, row, kind });
            *cell.or_default() += u64::from(commands);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::HeatColumn;

    /// A second, the rows that were applied, and what waits.
    type Given<'a> = (i64, &'a [(u8, u32)], u32);

    fn map(columns: &[Given<'_>]) -> HeatMap {
        let column = |(second, applied, waiting): &Given<'_>| HeatColumn {
            at: Timestamp::from_micros(second * 1_000_000),
            applied: applied.to_vec(),
            waiting: *waiting,
        };
        HeatMap {
            at: Timestamp::from_micros(600_000_000),
            columns: columns.iter().map(column).collect(),
        }
    }

    #[test]
    fn columns_are_taken_together_until_there_is_room() {
        let map = map(&[(540, &[(3, 2)], 0), (545, &[(3, 5), (4, 1)], 0)]);
        let wide = Cells::of(&map, 300, 60);
        assert_eq!((wide.together, wide.commands.len()), (1, 3));
        let narrow = Cells::of(&map, 300, 30);
        assert_eq!((narrow.together, narrow.commands.len()), (2, 2));
        assert_eq!(narrow.most(), 7);
    }

    #[test]
    fn what_waits_stands_at_the_age_of_its_youngest() {
        let cells = Cells::of(&map(&[(590, &[], 4)]), 300, 60);
        let place = Place {
            column: 590 / 5,
            row: heat_row(5_000_000),
            kind: Kind::Waiting,
        };
        assert_eq!(cells.commands, BTreeMap::from([(place, 4)]));
    }

    #[test]
    fn what_is_before_the_span_is_left_out() {
        let cells = Cells::of(&map(&[(0, &[(1, 1)], 0)]), 300, 60);
        assert!(cells.commands.is_empty());
    }
}
