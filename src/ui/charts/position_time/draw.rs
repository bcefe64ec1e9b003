//! A laid-out position-time chart as SVG.

use super::gap::Drawn;
use super::layout::Layout;
use crate::ui::charts::svg::{Drawing, polyline};

/// The inside of the chart's `<g>`.
#[must_use]
pub fn draw(layout: &Layout) -> String {
    let mut drawing = Drawing::default();
    let plot = &layout.geometry;
    for (y, text) in &layout.y_ticks {
        drawing.line("grid", (plot.left, *y), (plot.right, *y));
        drawing.text("tick", text);
    }
    for text in &layout.x_ticks {
        drawing.text("tick", text);
    }
    for line in &layout.lines {
        drawing.path(&class("line", line.colour), &line.path);
    }
    for label in &layout.labels {
        if let Some((from, to)) = label.leader {
            drawing.line("leader", from, to);
        }
        drawing.text(&class("end-label", label.colour), &label.text);
    }
    drawing.finish()
}

/// The inside of the `<g>` above the chart: the two gaps at the cursor.
#[must_use]
pub fn draw_gap(gap: &Drawn) -> String {
    let mut drawing = Drawing::default();
    drawing.path("gap", &polyline([gap.back, gap.corner, gap.head]));
    drawing.dot("gap-dot", gap.corner.0, gap.corner.1, 3.0);
    drawing.text("gap-label", &gap.events);
    drawing.text("gap-label", &gap.age);
    drawing.finish()
}

/// The class of something in the colour of a line; the head has none.
#[must_use]
pub fn class(base: &str, colour: Option<usize>) -> String {
    match colour {
        Some(colour) => format!("{base} series-{}", colour + 1),
        None => format!("{base} head"),
    }
}
