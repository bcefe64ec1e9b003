//! A laid-out trend as SVG.

use super::layout::{Layout, Plot};
use super::measure::{AGE, RATE};
use crate::contract::TrendPoint;
use crate::ui::charts::svg::Drawing;

/// The inside of the chart's `<g>`.
#[must_use]
pub fn draw(layout: &Layout) -> String {
    let mut drawing = Drawing::default();
    for plot in [&layout.age, &layout.rate] {
        draw_plot(&mut drawing, plot, layout);
    }
    for text in &layout.x_ticks {
        drawing.text("tick", text);
    }
    drawing.finish()
}

fn draw_plot(drawing: &mut Drawing, plot: &Plot, layout: &Layout) {
    for (y, text) in &plot.y_ticks {
        drawing.line("grid", (layout.axis.left, *y), (layout.axis.right, *y));
        drawing.text("tick", text);
    }
    drawing.path("area", &plot.area);
    drawing.path("line", &plot.line);
    drawing.text("plot-title", &plot.title);
}

/// The inside of the `<g>` above the chart: the moment that is read off.
#[must_use]
pub fn draw_cursor(layout: &Layout, point: &TrendPoint) -> String {
    let mut drawing = Drawing::default();
    let x = layout.axis.x(point.at);
    drawing.line("cursor", (x, layout.age.top), (x, layout.rate.bottom));
    for (plot, measure) in [(&layout.age, &AGE), (&layout.rate, &RATE)] {
        drawing.dot("cursor-dot", x, plot.y((measure.value)(point)), 3.0);
    }
    drawing.finish()
}
