//! Where everything of a position-time chart stands. Pure: samples and a size in, paths and texts out.

use super::end_labels::{EndLabel, end_labels};
use super::series::Series;
use crate::contract::{PositionSample, Timestamp};
use crate::ui::charts::axis::{multiples, round_clock_step, round_step};
use crate::ui::charts::clock::ClockAxis;
use crate::ui::charts::svg::{Anchor, Text, polyline};
use crate::ui::charts::text::width_of;
use crate::ui::parts::thousands;

/// Below this width, in pixels, the lines are named in a legend and not at their ends.
pub const NARROW: f64 = 560.0;
/// The shortest time that the chart shows: fewer samples leave it empty at the left.
const SHORTEST_MS: f64 = 60_000.0;
const AXIS: f64 = 22.0;
const TOP: f64 = 10.0;

/// What a chart is made of.
pub struct Input<'a> {
    /// Where everyone was, oldest first.
    pub samples: &'a [PositionSample],
    /// The lines, with the words that stand at their ends.
    pub series: &'a [Series],
    /// How times are said.
    pub clock: ClockAxis,
    /// Pixels across.
    pub width: f64,
    /// Pixels up.
    pub height: f64,
}

/// Time and position to pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    /// The left side of the plot.
    pub left: f64,
    /// The right side of the plot.
    pub right: f64,
    /// The upper side of the plot.
    pub top: f64,
    /// The lower side of the plot.
    pub bottom: f64,
    start: Timestamp,
    span_ms: f64,
    lowest: f64,
    span_positions: f64,
}

impl Geometry {
    /// The place of a moment.
    #[must_use]
    pub fn x(&self, at: Timestamp) -> f64 {
        self.x_of_ms(at.millis_since(self.start))
    }

    /// The place of a position.
    #[must_use]
    pub fn y(&self, position: f64) -> f64 {
        self.bottom - (position - self.lowest) / self.span_positions * (self.bottom - self.top)
    }

    /// The moment at a place.
    #[must_use]
    pub fn at(&self, x: f64) -> Timestamp {
        let ms = (x - self.left) / (self.right - self.left) * self.span_ms;
        Timestamp::from_micros(self.start.as_micros() + (ms * 1_000.0) as i64)
    }

    fn x_of_ms(&self, ms: f64) -> f64 {
        self.left + ms / self.span_ms * (self.right - self.left)
    }
}

/// A line of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its place among the colours; `None` for the head.
    pub colour: Option<usize>,
    /// The path.
    pub path: String,
}

/// A chart, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Time and position to pixels.
    pub geometry: Geometry,
    /// Whether a legend is wanted instead of labels.
    pub narrow: bool,
    /// Marks of the positions, at the left.
    pub y_ticks: Vec<(f64, Text)>,
    /// Marks of the time, below.
    pub x_ticks: Vec<Text>,
    /// The lines, the head last, above all others.
    pub lines: Vec<Line>,
    /// Their names.
    pub labels: Vec<EndLabel>,
}

/// Lays a chart out; `None` where there is nothing to show.
#[must_use]
pub fn lay_out(input: &Input<'_>) -> Option<Layout> {
    let geometry = geometry(input)?;
    let narrow = input.width < NARROW;
    Some(Layout {
        narrow,
        y_ticks: y_ticks(&geometry),
        x_ticks: x_ticks(&geometry, input.clock),
        lines: input
            .series
            .iter()
            .rev()
            .map(|series| line(input, &geometry, series))
            .collect(),
        labels: if narrow {
            Vec::new()
        } else {
            end_labels(input, &geometry)
        },
        geometry,
    })
}

fn geometry(input: &Input<'_>) -> Option<Geometry> {
    let (first, last) = (input.samples.first()?, input.samples.last()?);
    let span_ms = last.at.millis_since(first.at).max(SHORTEST_MS);
    let start = Timestamp::from_micros(last.at.as_micros() - (span_ms * 1_000.0) as i64);
    let (lowest, highest) = reach(input)?;
    let span_positions = (highest - lowest).max(4.0) * 1.04;
    let labelled =
        [lowest, lowest + span_positions].map(|at| width_of(&thousands(at.max(0.0) as u64)));
    let left = labelled[0].max(labelled[1]) + 10.0;
    let margin = if input.width < NARROW {
        8.0
    } else {
        labels_width(input.width)
    };
    Some(Geometry {
        left,
        right: (input.width - margin).max(left + 1.0),
        top: TOP,
        bottom: (input.height - AXIS).max(TOP + 1.0),
        start,
        span_ms,
        lowest,
        span_positions,
    })
}

/// The room for names at the ends of the lines, in pixels.
fn labels_width(width: f64) -> f64 {
    (width * 0.19).clamp(120.0, 190.0)
}

/// The lowest and the highest position that any line touches.
fn reach(input: &Input<'_>) -> Option<(f64, f64)> {
    let places = input.samples.iter().flat_map(|sample| {
        input
            .series
            .iter()
            .filter_map(|series| series.place_in(sample))
    });
    places.fold(None, |reach: Option<(f64, f64)>, place| {
        let (low, high) = reach.unwrap_or((place, place));
        Some((low.min(place), high.max(place)))
    })
}

fn y_ticks(geometry: &Geometry) -> Vec<(f64, Text)> {
    let most = ((geometry.bottom - geometry.top) / 30.0).max(1.0);
    let step = round_step(geometry.span_positions / most).max(1.0);
    multiples(
        step,
        geometry.lowest,
        geometry.lowest + geometry.span_positions,
    )
    .into_iter()
    .map(|position| {
        let y = geometry.y(position);
        let text = thousands(position.max(0.0) as u64);
        (
            y,
            Text::new(geometry.left - 6.0, y + 4.0, Anchor::End, text),
        )
    })
    .collect()
}

fn x_ticks(geometry: &Geometry, clock: ClockAxis) -> Vec<Text> {
    let least_ms = geometry.span_ms * 78.0 / (geometry.right - geometry.left);
    let y = geometry.bottom + 16.0;
    clock
        .marks(geometry.start, geometry.span_ms, round_clock_step(least_ms))
        .into_iter()
        .map(|(ms, text)| {
            let half = width_of(&text) / 2.0;
            // The last mark stays under the plot: its words end where the lines do.
            let x = geometry
                .x_of_ms(ms)
                .min(geometry.right - half.min(12.0))
                .max(half);
            Text::new(x, y, Anchor::Middle, text)
        })
        .collect()
}

fn line(input: &Input<'_>, geometry: &Geometry, series: &Series) -> Line {
    let last = input.samples.len().saturating_sub(1);
    let mut drawn_x = f64::MIN;
    let points = input.samples.iter().enumerate().filter_map(|(i, sample)| {
        let (x, y) = (geometry.x(sample.at), geometry.y(series.place_in(sample)?));
        // Closer points than a pixel cannot be seen, but cost.
        if x - drawn_x < 1.0 && i != last {
            return None;
        }
        drawn_x = x;
        Some((x, y))
    });
    Line {
        colour: series.colour(),
        path: polyline(points),
    }
}

#[cfg(test)]
mod tests;
