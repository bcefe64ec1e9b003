//! Where everything of a trend stands: the age above, the rate below it, one time axis for both. Pure.

use super::measure::{AGE, Measure, RATE};
use crate::contract::{Timestamp, Trend, TrendPoint, TrendRange};
use crate::ui::charts::axis::{multiples, round_clock_step};
use crate::ui::charts::clock::ClockAxis;
use crate::ui::charts::svg::{Anchor, Text, polyline};
use crate::ui::charts::text::width_of;

const TITLE: f64 = 36.0;
const PLOT: f64 = 92.0;
const AXIS: f64 = 22.0;
/// The height of the drawing, in pixels.
pub const HEIGHT: f64 = 2.0 * (TITLE + PLOT) + AXIS;
/// Between marks of the time, at least, in pixels.
const BETWEEN_TIMES: f64 = 78.0;
/// Between marks of a value, at least, in pixels.
const BETWEEN_VALUES: f64 = 28.0;

/// How far back the axis may go, in seconds.
const SPANS_S: [i64; 10] = [
    300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];

/// What a trend is drawn from.
pub struct Input<'a> {
    /// The points.
    pub trend: &'a Trend,
    /// How far back the axis goes at most.
    pub range: TrendRange,
    /// How times are said.
    pub clock: ClockAxis,
    /// Pixels across.
    pub width: f64,
}

/// Time to pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The left side of the plots.
    pub left: f64,
    /// The right side of the plots.
    pub right: f64,
    start: Timestamp,
    span_ms: f64,
}

impl Axis {
    /// The place of a moment.
    #[must_use]
    pub fn x(&self, at: Timestamp) -> f64 {
        self.x_of_ms(at.millis_since(self.start))
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

/// One value over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What it is.
    pub title: Text,
    /// The upper side.
    pub top: f64,
    /// The lower side.
    pub bottom: f64,
    /// Marks of the value.
    pub y_ticks: Vec<(f64, Text)>,
    /// The line, broken where nobody looked.
    pub line: String,
    /// What is under the line.
    pub area: String,
    most: f64,
}

impl Plot {
    /// The place of a value.
    #[must_use]
    pub fn y(&self, value: f64) -> f64 {
        self.bottom - (value.max(0.0) / self.most).min(1.0) * (self.bottom - self.top)
    }
}

/// A trend, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Time to pixels.
    pub axis: Axis,
    /// Marks of the time.
    pub x_ticks: Vec<Text>,
    /// The age.
    pub age: Plot,
    /// The rate.
    pub rate: Plot,
}

/// Lays a trend out; `None` where there is nothing to show.
#[must_use]
pub fn lay_out(input: &Input<'_>) -> Option<Layout> {
    let last = input.trend.points.last()?;
    let end = last.at.as_micros() + input.trend.step_s * 1_000_000;
    let span_s = span_s(input.trend, input.range, end);
    let scales = [&AGE, &RATE].map(|measure| Scale::of(measure, &input.trend.points));
    let axis = Axis {
        left: scales.iter().map(Scale::width).fold(0.0, f64::max) + 10.0,
        right: (input.width - 8.0).max(120.0),
        start: Timestamp::from_micros(end - span_s * 1_000_000),
        span_ms: (span_s * 1_000) as f64,
    };
    let [age, rate] = scales;
    Some(Layout {
        x_ticks: x_ticks(&axis, input.clock),
        age: plot(input.trend, &axis, &AGE, &age, TITLE),
        rate: plot(input.trend, &axis, &RATE, &rate, TITLE + PLOT + TITLE),
        axis,
    })
}

/// As far back as there is something to see, in steps, so that the axis moves seldom.
fn span_s(trend: &Trend, range: TrendRange, end: i64) -> i64 {
    let oldest = trend
        .points
        .first()
        .map_or(end, |point| point.at.as_micros());
    let seconds = (end - oldest) / 1_000_000;
    SPANS_S
        .into_iter()
        .find(|span| *span >= seconds)
        .unwrap_or_default()
        .clamp(SPANS_S[0], range.span_s())
}

/// How far an axis of values reaches, and in which steps.
struct Scale {
    step: f64,
    most: f64,
    words: fn(f64) -> String,
}

impl Scale {
    fn of(measure: &Measure, points: &[TrendPoint]) -> Scale {
        let values = points.iter().map(measure.value);
        let highest = values.fold(measure.least, f64::max);
        let step = (measure.step)(highest / (PLOT / BETWEEN_VALUES).floor());
        Scale {
            step,
            most: (highest / step).ceil() * step,
            words: measure.words,
        }
    }

    fn marks(&self) -> impl Iterator<Item = (f64, String)> {
        let marks = multiples(self.step, 0.0, self.most);
        marks.into_iter().map(|value| (value, (self.words)(value)))
    }

    fn width(&self) -> f64 {
        self.marks()
            .map(|(_, words)| width_of(&words))
            .fold(0.0, f64::max)
    }
}

fn x_ticks(axis: &Axis, clock: ClockAxis) -> Vec<Text> {
    let least_ms = axis.span_ms * BETWEEN_TIMES / (axis.right - axis.left);
    let marks = clock.marks(axis.start, axis.span_ms, round_clock_step(least_ms));
    marks
        .into_iter()
        .map(|(ms, words)| {
            let half = width_of(&words) / 2.0;
            let x = axis.x_of_ms(ms).min(axis.right - half.min(12.0)).max(half);
            Text::new(x, HEIGHT - AXIS + 16.0, Anchor::Middle, words)
        })
        .collect()
}

fn plot(trend: &Trend, axis: &Axis, measure: &Measure, scale: &Scale, top: f64) -> Plot {
    let mut plot = Plot {
        title: Text::new(0.0, top - 14.0, Anchor::Start, measure.title),
        top,
        bottom: top + PLOT,
        y_ticks: Vec::new(),
        line: String::new(),
        area: String::new(),
        most: scale.most,
    };
    let tick = |(value, words): (f64, String)| {
        let y = plot.y(value);
        (y, Text::new(axis.left - 6.0, y + 4.0, Anchor::End, words))
    };
    plot.y_ticks = scale.marks().map(tick).collect();
    for run in runs(trend) {
        let places = run
            .iter()
            .map(|point| (axis.x(point.at), plot.y((measure.value)(point))));
        let places = thinned(places.filter(|(x, _)| *x >= axis.left));
        plot.line.push_str(&polyline(places.iter().copied()));
        plot.area.push_str(&area(&places, plot.bottom));
    }
    plot
}

/// The points in runs without a step that is missing.
fn runs(trend: &Trend) -> impl Iterator<Item = &[TrendPoint]> {
    let longest_ms = trend.step_s as f64 * 1_500.0;
    trend
        .points
        .chunk_by(move |before, after| after.at.millis_since(before.at) <= longest_ms)
}

/// One place for each pixel across, the highest, so that no peak is lost; a place alone is made as wide as a pixel.
fn thinned(places: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (x, y) in places {
        match kept.last_mut() {
            Some(last) if x - last.0 < 1.0 => last.1 = last.1.min(y),
            _ => kept.push((x, y)),
        }
    }
    if let [(x, y)] = kept[..] {
        kept.push((x + 1.0, y));
    }
    kept
}

fn area(places: &[(f64, f64)], bottom: f64) -> String {
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return String::new();
    };
    let around = [(first.0, bottom)]
        .into_iter()
        .chain(places.iter().copied())
        .chain([(last.0, bottom)]);
    polyline(around)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Position;
    use proptest::prelude::*;

    fn trend(points: &[(i64, u64)]) -> Trend {
        let point = |(second, lag_age_ms): &(i64, u64)| TrendPoint {
            at: Timestamp::from_micros(1_800_000_000_000_000 + second * 1_000_000),
            position: Position(1),
            lag_events: 1,
            lag_age_ms: *lag_age_ms,
            rate_per_s: 12.0,
        };
        Trend {
            consumer: "orders".to_owned(),
            step_s: 10,
            points: points.iter().map(point).collect(),
        }
    }

    fn laid(trend: &Trend, width: f64) -> Option<Layout> {
        lay_out(&Input {
            trend,
            range: TrendRange::Hour,
            clock: ClockAxis::Relative,
            width,
        })
    }

    #[test]
    fn nothing_sampled_is_nothing_drawn() {
        assert_eq!(laid(&trend(&[]), 900.0), None);
    }

    #[test]
    fn what_is_usual_looks_flat() {
        let layout = laid(&trend(&[(0, 3), (10, 9)]), 900.0).expect("points");
        let top = layout.age.y_ticks.last().expect("marks");
        assert_eq!(top.1.text, "1 s");
        assert!(layout.age.bottom - layout.age.y(9.0) < 1.0);
    }

    #[test]
    fn the_axis_goes_back_as_far_as_there_is_something() {
        let span = |oldest: i64| {
            let layout = laid(&trend(&[(-oldest, 1), (0, 1)]), 900.0);
            layout.expect("points").axis.span_ms / 1_000.0
        };
        assert_eq!((span(10), span(295), span(7_000)), (300.0, 600.0, 3_600.0));
    }

    #[test]
    fn a_missing_step_breaks_the_line() {
        let layout = laid(&trend(&[(0, 1), (10, 1), (60, 1), (70, 1)]), 900.0).expect("points");
        assert_eq!(layout.age.line.matches('M').count(), 2);
        assert_eq!(layout.rate.area.matches('M').count(), 2);
    }

    #[test]
    fn the_highest_of_a_pixel_is_drawn() {
        let places = [(0.0, 90.0), (0.4, 5.0), (0.8, 80.0), (2.0, 70.0)];
        assert_eq!(thinned(places.into_iter()), [(0.0, 5.0), (2.0, 70.0)]);
        assert_eq!(thinned([(3.0, 7.0)].into_iter()), [(3.0, 7.0), (4.0, 7.0)]);
    }

    #[test]
    fn a_place_leads_back_to_its_moment() {
        let layout = laid(&trend(&[(0, 1)]), 900.0).expect("points");
        let at = Timestamp::from_micros(1_800_000_000_000_000 - 200_000_000);
        let back = layout.axis.at(layout.axis.x(at)).millis_since(at);
        assert!(back.abs() < 1.0, "{back}");
    }

    proptest! {
        #[test]
        fn marks_never_touch_and_stay_inside(ages in prop::collection::vec(0u64..90_000_000, 1..60), width in 280.0..1_400.0f64) {
            let points: Vec<(i64, u64)> = (0..).map(|n| n * 10).zip(ages).collect();
            let layout = laid(&trend(&points), width).expect("points");
            for pair in layout.x_ticks.windows(2) {
                prop_assert!(pair[0].extent().1 <= pair[1].extent().0);
            }
            for plot in [&layout.age, &layout.rate] {
                for (y, text) in &plot.y_ticks {
                    prop_assert!(*y >= plot.top - 0.1 && *y <= plot.bottom + 0.1);
                    prop_assert!(text.extent().0 >= 0.0);
                }
                for pair in plot.y_ticks.windows(2) {
                    prop_assert!(pair[0].0 - pair[1].0 >= 14.0);
                }
            }
        }
    }
}
