//! Counts of commands by commit time and by the time until they were applied: a ring of cells, as large after a day as at the
//! start.

use crate::contract::{
    HEAT_COLUMNS, HEAT_ROWS, HEAT_STEP_S, HeatColumn, HeatMap, Timestamp, heat_row,
};

const STEP_MICROS: i64 = HEAT_STEP_S * 1_000_000;

/// The last half hour of one consumer, or of all of them together.
pub(super) struct Heat {
    /// A step stands at its number modulo their count, until the step that comes round takes its place.
    columns: Vec<Column>,
}

#[derive(Clone)]
struct Column {
    /// Which step it is, counted from the epoch.
    step: i64,
    waiting: u32,
    applied: [u32; HEAT_ROWS],
}

impl Column {
    const fn of(step: i64) -> Column {
        Column {
            step,
            waiting: 0,
            applied: [0; HEAT_ROWS],
        }
    }
}

impl Default for Heat {
    fn default() -> Heat {
        Heat {
            columns: vec![Column::of(i64::MIN); HEAT_COLUMNS],
        }
    }
}

impl Heat {
    /// A command was committed and waits to be applied.
    pub fn committed(&mut self, at: Timestamp) {
        if let Some(column) = self.column(at) {
            column.waiting = column.waiting.saturating_add(1);
        }
    }

    /// A command that was committed at a time has been applied so many microseconds later.
    pub fn applied(&mut self, committed_at: Timestamp, micros: i64) {
        if let Some(column) = self.column(committed_at) {
            column.waiting = column.waiting.saturating_sub(1);
            let cell = &mut column.applied[heat_row(micros)];
            *cell = cell.saturating_add(1);
        }
    }

    /// A command is no longer followed: nobody will say that it has been applied.
    pub fn forgotten(&mut self, committed_at: Timestamp) {
        if let Some(column) = self.column(committed_at) {
            column.waiting = column.waiting.saturating_sub(1);
        }
    }

    /// The cells that hold something.
    pub fn read(&self, now: Timestamp) -> HeatMap {
        let newest = step_of(now);
        let is_kept = |column: &&Column| newest.saturating_sub(column.step) < HEAT_COLUMNS as i64;
        let mut kept: Vec<&Column> = self.columns.iter().filter(is_kept).collect();
        kept.sort_unstable_by_key(|column| column.step);
        HeatMap {
            at: now,
            columns: kept.into_iter().map(read).collect(),
        }
    }

    /// The column of a commit time; `None` where a later step has its place.
    fn column(&mut self, at: Timestamp) -> Option<&mut Column> {
        let step = step_of(at);
        let place = step.rem_euclid(HEAT_COLUMNS as i64) as usize;
        let column = self.columns.get_mut(place)?;
        if column.step < step {
            *column = Column::of(step);
        }
        (column.step == step).then_some(column)
    }
}

fn step_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(STEP_MICROS)
}

fn read(column: &Column) -> HeatColumn {
    let cells = (0..).zip(column.applied);
    HeatColumn {
        at: Timestamp::from_micros(column.step * STEP_MICROS),
        applied: cells.filter(|(_, commands)| *commands > 0).collect(),
        waiting: column.waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn a_command_waits_until_it_is_applied_or_forgotten() {
        let mut heat = Heat::default();
        (0..3).for_each(|_| heat.committed(at(7)));
        heat.applied(at(7), 1_500);
        heat.forgotten(at(7));
        let map = heat.read(at(9));
        assert_eq!(
            map.columns,
            [HeatColumn {
                at: at(5),
                applied: vec![(2, 1)],
                waiting: 1,
            }]
        );
    }

    #[test]
    fn what_is_older_than_the_ring_makes_place_and_does_not_come_back() {
        let mut heat = Heat::default();
        let turn = HEAT_STEP_S * HEAT_COLUMNS as i64;
        heat.committed(at(0));
        heat.committed(at(turn));
        heat.applied(at(0), 1_000);
        let steps: Vec<Timestamp> = heat
            .read(at(turn))
            .columns
            .into_iter()
            .map(|column| column.at)
            .collect();
        assert_eq!(steps, [at(turn)]);
        assert!(heat.read(at(2 * turn)).columns.is_empty());
    }

    #[test]
    fn columns_come_oldest_first_also_where_the_ring_turns() {
        let mut heat = Heat::default();
        let turn = HEAT_STEP_S * HEAT_COLUMNS as i64;
        for second in [turn - 5, turn, turn + 5] {
            heat.committed(at(second));
        }
        let columns = heat.read(at(turn + 9)).columns;
        assert!(columns.is_sorted_by_key(|column| column.at));
        assert_eq!(columns.len(), 3);
    }
}
