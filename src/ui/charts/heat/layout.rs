//! Where everything of a heat map stands: commit time across, elapsed time up on a scale that doubles. Pure.

use super::cells::{Cells, Kind, Place};
use crate::contract::{HEAT_ROWS, HeatMap, Timestamp, heat_row, heat_row_start_ms};
use crate::ui::charts::axis::round_clock_step;
use crate::ui::charts::clock::ClockAxis;
use crate::ui::charts::figures::signed_duration;
use crate::ui::charts::svg::{Anchor, Text};
use crate::ui::charts::text::width_of;

/// The height of the drawing, in pixels.
pub const HEIGHT: f64 = 210.0;
const AXIS: f64 = 22.0;
const TOP: f64 = 8.0;
/// A column is at least this wide, in pixels.
const NARROWEST: f64 = 6.0;
/// Between marks of the time, at least, in pixels.
const BETWEEN_TIMES: f64 = 78.0;
/// The map shows this long at least, and grows by as much, in seconds.
const SPAN_S: i64 = 300;
const LONGEST_S: i64 = 1_800;
/// Elapsed times that are marked, in milliseconds.
const MARKS: [f64; 7] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0, 60_000.0, 600_000.0];
/// The map reaches up to here at least, so that what is fast looks low, in microseconds.
const LOW_MICROS: i64 = 1_000_000;

/// A heat map, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The left side of the plot.
    pub left: f64,
    /// The right side of the plot.
    pub right: f64,
    /// The lower side of the plot.
    pub bottom: f64,
    /// The cells.
    pub cells: Cells,
    /// Marks of the elapsed time.
    pub y_ticks: Vec<(f64, Text)>,
    /// Marks of the commit time.
    pub x_ticks: Vec<Text>,
    start: Timestamp,
    span_ms: f64,
    rows: usize,
}

impl Layout {
    /// The left upper corner of a cell.
    #[must_use]
    pub fn corner(&self, place: Place) -> (f64, f64) {
        let ms = self.cells.begin_of(place.column).millis_since(self.start);
        let x = self.left + ms / self.span_ms * (self.right - self.left);
        (
            x,
            self.bottom - (place.row as f64 + 1.0) * self.row_height(),
        )
    }

    /// How wide and high cells are.
    #[must_use]
    pub fn size(&self) -> (f64, f64) {
        let part = self.cells.column_ms() / self.span_ms;
        (part * (self.right - self.left), self.row_height())
    }

    /// The cell with commands that is nearest to a point.
    #[must_use]
    pub fn nearest(&self, (x, y): (f64, f64)) -> Option<Place> {
        let (width, height) = self.size();
        let distance = |place: &Place| {
            let corner = self.corner(*place);
            (corner.0 + width / 2.0 - x).hypot(corner.1 + height / 2.0 - y)
        };
        let places = self.cells.commands.keys();
        places
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .copied()
    }

    fn row_height(&self) -> f64 {
        (self.bottom - TOP) / self.rows as f64
    }

    /// The height of an elapsed time that is at least that of the lowest row.
    fn y_of(&self, ms: f64) -> f64 {
        let rows = (ms / heat_row_start_ms(1)).log2() + 1.0;
        self.bottom - rows * self.row_height()
    }
}

/// Lays a heat map out in a width.
#[must_use]
pub fn lay_out(map: &HeatMap, clock: ClockAxis, width: f64) -> Layout {
    let left = MARKS
        .iter()
        .map(|ms| width_of(&signed_duration(*ms)))
        .fold(0.0, f64::max)
        + 10.0;
    let right = (width - 8.0).max(left + 1.0);
    let span_s = span_s(map);
    let cells = Cells::of(map, span_s, ((right - left) / NARROWEST) as usize);
    let end = cells.end(map.at).as_micros();
    let low = heat_row(LOW_MICROS) + 1;
    let mut layout = Layout {
        left,
        right,
        bottom: HEIGHT - AXIS,
        rows: cells.highest_row().map_or(low, |row| low.max(row + 1)),
        cells,
        y_ticks: Vec::new(),
        x_ticks: Vec::new(),
        start: Timestamp::from_micros(end - span_s * 1_000_000),
        span_ms: (span_s * 1_000) as f64,
    };
    layout.y_ticks = y_ticks(&layout);
    layout.x_ticks = x_ticks(&layout, clock);
    layout
}

/// How far back the axis goes: as far as there is something to see, in whole steps, so that it moves seldom.
fn span_s(map: &HeatMap) -> i64 {
    let oldest = map.columns.first().map_or(map.at, |column| column.at);
    let seconds = (map.at.as_micros() - oldest.as_micros()) / 1_000_000;
    ((seconds / SPAN_S + 1) * SPAN_S).clamp(SPAN_S, LONGEST_S)
}

fn y_ticks(layout: &Layout) -> Vec<(f64, Text)> {
    let places = MARKS.map(|ms| (layout.y_of(ms), signed_duration(ms)));
    let is_inside = |(y, _): &(f64, String)| *y >= TOP - 0.1;
    let tick = |(y, words)| {
        let text = Text::new(layout.left - 6.0, y + 4.0, Anchor::End, words);
        (y, text)
    };
    places.into_iter().filter(is_inside).map(tick).collect()
}

fn x_ticks(layout: &Layout, clock: ClockAxis) -> Vec<Text> {
    let across = layout.right - layout.left;
    let step_ms = round_clock_step(layout.span_ms * BETWEEN_TIMES / across);
    let mark = |(ms, words): (f64, String)| {
        let half = width_of(&words) / 2.0;
        let x = (layout.left + ms / layout.span_ms * across)
            .min(layout.right - half.min(12.0))
            .max(half);
        Text::new(x, layout.bottom + 16.0, Anchor::Middle, words)
    };
    let marks = clock.marks(layout.start, layout.span_ms, step_ms);
    marks.into_iter().map(mark).collect()
}

/// Where a row begins and ends, in milliseconds; the uppermost does not end.
#[must_use]
pub fn row_ms(row: usize) -> (f64, Option<f64>) {
    let end = (row + 1 < HEAT_ROWS).then(|| heat_row_start_ms(row + 1));
    (heat_row_start_ms(row), end)
}

/// How a person takes a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Not at all: below a tenth of a second.
    Unnoticed,
    /// As a delay: up to a second.
    Noticed,
    /// As waiting.
    Long,
}

impl Wait {
    /// Of a row.
    #[must_use]
    pub fn of(row: usize) -> Wait {
        match heat_row_start_ms(row) {
            ..64.0 => Wait::Unnoticed,
            64.0..1_000.0 => Wait::Noticed,
            _ => Wait::Long,
        }
    }
}

/// How dark a cell is, from 1 to 5: on a scale that multiplies, so that single commands stay visible beside thousands.
#[must_use]
pub fn level(commands: u64, most: u64) -> usize {
    let part = (commands as f64).ln_1p() / (most.max(1) as f64).ln_1p();
    ((part * 5.0).ceil() as usize).clamp(1, 5)
}

/// The cells of one look.
pub type Look = (Kind, Wait, usize);

/// The look of a cell.
#[must_use]
pub fn look(place: Place, commands: u64, most: u64) -> Look {
    let level = match place.kind {
        Kind::Applied => level(commands, most),
        Kind::Waiting => 1,
    };
    (place.kind, Wait::of(place.row), level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::HeatColumn;
    use proptest::prelude::*;

    const NOW: i64 = 1_800_000_003;

    fn map(columns: impl IntoIterator<Item = (i64, u8)>) -> HeatMap {
        let column = |(before, row)| HeatColumn {
            at: Timestamp::from_micros((NOW - before) / 5 * 5_000_000),
            applied: vec![(row, 3)],
            waiting: 0,
        };
        HeatMap {
            at: Timestamp::from_micros(NOW * 1_000_000),
            columns: columns.into_iter().map(column).collect(),
        }
    }

    #[test]
    fn an_empty_map_has_its_axes() {
        let layout = lay_out(&map([]), ClockAxis::Relative, 900.0);
        let words: Vec<&str> = layout
            .y_ticks
            .iter()
            .map(|(_, t)| t.text.as_str())
            .collect();
        assert_eq!(words, ["1 ms", "10 ms", "100 ms", "1 s"]);
        assert!(!layout.x_ticks.is_empty());
    }

    #[test]
    fn cells_stand_between_the_marks_of_their_times() {
        // Row 4 is that of 4 to 8 ms.
        let layout = lay_out(&map([(20, 4)]), ClockAxis::Relative, 900.0);
        let place = layout.nearest((800.0, 100.0)).expect("the only cell");
        let (_, top) = layout.corner(place);
        let (one, ten) = (layout.y_ticks[0].0, layout.y_ticks[1].0);
        assert!(top > ten && top + layout.size().1 < one);
    }

    #[test]
    fn the_map_goes_back_as_far_as_there_is_something() {
        let span = |before| lay_out(&map([(before, 1)]), ClockAxis::Relative, 900.0).span_ms;
        assert_eq!(span(20), 300_000.0);
        assert_eq!(span(310), 600_000.0);
        assert_eq!(span(9_000), 1_800_000.0);
    }

    #[test]
    fn one_command_is_seen_beside_thousands() {
        assert_eq!((level(1, 5_000), level(5_000, 5_000)), (1, 5));
        assert!(level(70, 5_000) >= 3);
        assert_eq!(level(1, 1), 5);
    }

    proptest! {
        #[test]
        fn every_cell_is_inside_the_plot(
            columns in prop::collection::vec((0i64..1_790, 0u8..23), 0..60),
            width in 280.0..1_400.0f64,
        ) {
            let mut columns = columns;
            columns.sort_by_key(|(before, _)| -before);
            let layout = lay_out(&map(columns), ClockAxis::Relative, width);
            let (cell_width, height) = layout.size();
            prop_assert!(cell_width >= NARROWEST - 0.1);
            for place in layout.cells.commands.keys() {
                let (x, y) = layout.corner(*place);
                prop_assert!(y >= TOP - 0.1 && y + height <= layout.bottom + 0.1);
                prop_assert!(x + cell_width <= layout.right + 0.1);
                prop_assert!(x >= layout.left - 0.1);
            }
            for pair in layout.x_ticks.windows(2) {
                prop_assert!(pair[0].extent().1 <= pair[1].extent().0);
            }
        }
    }
}
