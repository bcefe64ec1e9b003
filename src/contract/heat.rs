//! How long commands of late took to be applied: the cells of the heat map. Of a consumer group they tell how long it took until
//! everything up to the command was finished.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// Seconds of commit time that a column stands for.
pub const HEAT_STEP_S: i64 = 5;
/// Columns that are remembered: half an hour.
pub const HEAT_COLUMNS: usize = 360;
/// Rows of elapsed time. Each goes twice as far as the one below it; the uppermost is open.
pub const HEAT_ROWS: usize = 23;
/// Where the lowest row ends, in microseconds.
const LOWEST_MICROS: i64 = 500;

/// The row of an elapsed time in microseconds; a negative one, from clocks set back, counts as none.
#[must_use]
pub fn heat_row(micros: i64) -> usize {
    match (micros / LOWEST_MICROS).max(0).checked_ilog2() {
        Some(doublings) => (doublings as usize + 1).min(HEAT_ROWS - 1),
        None => 0,
    }
}

/// Where a row begins, in milliseconds.
#[must_use]
pub fn heat_row_start_ms(row: usize) -> f64 {
    match row.checked_sub(1) {
        Some(doublings) => LOWEST_MICROS as f64 / 1_000.0 * 2f64.powf(doublings as f64),
        None => 0.0,
    }
}

/// Commands that were committed within one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatColumn {
    /// When the step began.
    pub at: Timestamp,
    /// Commands that were applied: the row of the time it took, and how many.
    pub applied: Vec<(u8, u32)>,
    /// Commands that are not applied yet.
    pub waiting: u32,
}

/// The commands of the last half hour by commit time and by the time until they were applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeatMap {
    /// The server's clock when this was made.
    pub at: Timestamp,
    /// The steps in which commands were committed, oldest first.
    pub columns: Vec<HeatColumn>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_lies_between_the_ends_of_its_row() {
        for micros in [0, 499, 500, 999, 1_000, 7_999, 8_000, 1_000_000, 90_000_000] {
            let row = heat_row(micros);
            let ms = micros as f64 / 1_000.0;
            assert!(heat_row_start_ms(row) <= ms, "{micros}");
            assert!(ms < heat_row_start_ms(row + 1), "{micros}");
        }
    }

    #[test]
    fn what_took_too_long_or_less_than_nothing_has_a_row_too() {
        assert_eq!(heat_row(i64::MAX), HEAT_ROWS - 1);
        assert_eq!(heat_row(-5), 0);
    }
}
