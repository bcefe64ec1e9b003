//! Where everything of a bar chart stands. Pure: values and a size in, boxes and texts out.

use crate::ui::charts::axis::{multiples, round_step};
use crate::ui::charts::svg::{Anchor, Text};
use crate::ui::charts::text::{cut_to, width_of};
use crate::ui::parts::thousands;

const AXIS: f64 = 22.0;
const TOP: f64 = 8.0;
/// A bar is at most this wide, in pixels.
const WIDEST: f64 = 40.0;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What stands under it.
    pub label: String,
    /// How high it is; below 0 counts as 0.
    pub value: f64,
    /// The value in words, for the tooltip and the table.
    pub words: String,
}

/// A bar with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Left side, in pixels.
    pub x: f64,
    /// Upper side, in pixels.
    pub y: f64,
    /// Width, in pixels.
    pub width: f64,
    /// Height, in pixels.
    pub height: f64,
}

/// A bar chart, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The left side of the plot.
    pub left: f64,
    /// The right side of the plot.
    pub right: f64,
    /// The bars, as they came.
    pub bars: Vec<Placed>,
    /// The marks of the values, at the left.
    pub y_ticks: Vec<(f64, Text)>,
    /// The labels of as many bars as have room for one.
    pub x_ticks: Vec<Text>,
}

/// Lays bars out in a size.
#[must_use]
pub fn lay_out(bars: &[Bar], width: f64, height: f64) -> Layout {
    let highest = bars
        .iter()
        .map(|bar| bar.value)
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max);
    let bottom = (height - AXIS).max(TOP + 1.0);
    let step = round_step(highest / ((bottom - TOP) / 40.0).max(1.0)).max(1.0);
    let most = ((highest / step).ceil() * step).max(step);
    let left = width_of(&thousands(most as u64)) + 10.0;
    // What is not a number has no height, and neither has what is below 0.
    let y = |value: f64| bottom - (value.max(0.0) / most).min(1.0) * (bottom - TOP);
    let slot = (width - left) / bars.len().max(1) as f64;
    let bar_width = (slot * 0.72).min(WIDEST);
    let middle = |i: usize| left + (i as f64 + 0.5) * slot;
    Layout {
        left,
        right: width,
        bars: bars
            .iter()
            .enumerate()
            .map(|(i, bar)| Placed {
                x: middle(i) - bar_width / 2.0,
                y: y(bar.value),
                width: bar_width,
                height: bottom - y(bar.value),
            })
            .collect(),
        y_ticks: multiples(step, 0.0, most)
            .into_iter()
            .map(|value| {
                let text = Text::new(
                    left - 6.0,
                    y(value) + 4.0,
                    Anchor::End,
                    thousands(value as u64),
                );
                (y(value), text)
            })
            .collect(),
        x_ticks: x_ticks(bars, middle, left, width, bottom + 15.0),
    }
}

/// Every label, or every second, third, ... so that none touches the next; counted from the last, the newest, which the
/// right side may push back by half its width.
fn x_ticks(
    bars: &[Bar],
    middle: impl Fn(usize) -> f64,
    left: f64,
    right: f64,
    y: f64,
) -> Vec<Text> {
    let widest = bars
        .iter()
        .map(|bar| width_of(&bar.label))
        .fold(0.0, f64::max)
        .min(right - left);
    let slot = (right - left) / bars.len().max(1) as f64;
    let every = ((widest * 1.5 + 10.0) / slot).ceil().max(1.0) as usize;
    bars.iter()
        .enumerate()
        .filter(|(i, _)| (bars.len() - 1 - i).is_multiple_of(every))
        .map(|(i, bar)| {
            let label = cut_to(&bar.label, right - left);
            let half = width_of(&label) / 2.0;
            let x = middle(i).min(right - half).max(half);
            Text::new(x, y, Anchor::Middle, label)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bar(value: f64) -> Bar {
        Bar {
            label: "14:00".to_owned(),
            value,
            words: String::new(),
        }
    }

    #[test]
    fn the_highest_value_is_under_a_round_mark() {
        let layout = lay_out(&[bar(3.0), bar(187.0)], 600.0, 200.0);
        let top = layout.y_ticks.last().expect("marks");
        assert_eq!(top.1.text, "200");
        assert!(layout.bars[1].y > top.0);
    }

    #[test]
    fn no_bars_and_bars_of_nothing_are_drawn_flat() {
        assert!(lay_out(&[], 600.0, 200.0).bars.is_empty());
        let flat = lay_out(&[bar(0.0), bar(f64::NAN), bar(-4.0)], 600.0, 200.0);
        assert!(flat.bars.iter().all(|bar| bar.height == 0.0));
    }

    proptest! {
        #[test]
        fn labels_never_touch(values in prop::collection::vec(0.0..1e6f64, 1..80), width in 280.0..1_400.0f64) {
            let bars: Vec<Bar> = values.into_iter().map(bar).collect();
            let layout = lay_out(&bars, width, 200.0);
            for pair in layout.x_ticks.windows(2) {
                prop_assert!(pair[0].extent().1 <= pair[1].extent().0);
            }
            prop_assert!(!layout.x_ticks.is_empty());
        }
    }
}
