//! A laid-out heat map as SVG. All cells of one look are one path: however many there are, the drawing has a few nodes.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::cells::{Kind, Place};
use super::layout::{Layout, Look, Wait, look};
use crate::ui::charts::svg::{Anchor, Drawing, Text};

/// Between neighbouring cells, in pixels.
const GAP: f64 = 1.0;

/// The inside of the chart's `<g>`.
#[must_use]
pub fn draw(layout: &Layout) -> String {
    let mut drawing = Drawing::default();
    for (y, text) in &layout.y_ticks {
        drawing.line("grid", (layout.left, *y), (layout.right, *y));
        drawing.text("tick", text);
    }
    for text in &layout.x_ticks {
        drawing.text("tick", text);
    }
    for (look, data) in paths(layout) {
        drawing.path(&class(look), &data);
    }
    if layout.cells.commands.is_empty() {
        let middle = f64::midpoint(layout.left, layout.right);
        let words = "no command in the last half hour";
        drawing.text("nothing", &Text::new(middle, 96.0, Anchor::Middle, words));
    }
    drawing.finish()
}

/// The inside of the `<g>` above the chart: the cell that is read off.
#[must_use]
pub fn draw_cursor(layout: &Layout, place: Place) -> String {
    let mut drawing = Drawing::default();
    let ((x, y), (width, height)) = (layout.corner(place), layout.size());
    drawing.rect("cursor", x - GAP, y - GAP, width + GAP, height + GAP);
    drawing.finish()
}

fn paths(layout: &Layout) -> BTreeMap<Look, String> {
    let most = layout.cells.most();
    let mut paths: BTreeMap<Look, String> = BTreeMap::new();
    for (place, commands) in &layout.cells.commands {
        let data = paths.entry(look(*place, *commands, most)).or_default();
        add_cell(data, layout, *place);
    }
    paths
}

fn add_cell(data: &mut String, layout: &Layout, place: Place) {
    let ((x, y), (width, height)) = (layout.corner(place), layout.size());
    // What is hollow is drawn around; its line needs half of its width inside.
    let inset = match place.kind {
        Kind::Applied => 0.0,
        Kind::Waiting => 0.5,
    };
    let (width, height) = (width - GAP - 2.0 * inset, height - GAP - 2.0 * inset);
    // Writing to a string cannot fail.
    let _infallible = write!(
        data,
        "M{:.1} {:.1}h{width:.1}v{height:.1}h-{width:.1}z",
        x + inset,
        y + inset
    );
}

fn class((kind, wait, level): Look) -> String {
    let wait = match wait {
        Wait::Unnoticed => "is-unnoticed",
        Wait::Noticed => "is-noticed",
        Wait::Long => "is-long",
    };
    match kind {
        Kind::Applied => format!("cell {wait} level-{level}"),
        Kind::Waiting => format!("cell {wait} is-waiting"),
    }
}
