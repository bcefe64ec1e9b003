//! A laid-out horizon as SVG.

use super::flags::Planted;
use super::layout::Layout;
use crate::ui::charts::svg::{Drawing, polyline};

/// The inside of the `<svg>`.
#[must_use]
pub fn draw(layout: &Layout) -> String {
    let mut drawing = Drawing::default();
    let y = layout.ruler;
    drawing.line("ruler", (0.0, y), (layout.width, y));
    drawing.line("ruler visible", (0.0, y), (layout.visible_x, y));
    drawing.line(
        "head-mark",
        (layout.width - 1.0, y - 7.0),
        (layout.width - 1.0, y + 7.0),
    );
    for tick in &layout.ticks {
        let class = if tick.at_head {
            "tick-mark at-head"
        } else {
            "tick-mark"
        };
        for x in [tick.from_x, tick.to_x] {
            drawing.line(class, (x, y - 6.0), (x, y + 6.0));
        }
        drawing.text("tick", &tick.text);
    }
    for flag in &layout.flags {
        draw_flag(&mut drawing, flag, y);
    }
    drawing.text("visible-words", &layout.visible);
    drawing.text("head-words", &layout.head);
    drawing.finish()
}

/// A pole on the ruler with a cloth: hollow until everything has passed it.
fn draw_flag(drawing: &mut Drawing, flag: &Planted, ruler: f64) {
    let class = if flag.passed { "flag passed" } else { "flag" };
    drawing.line(class, (flag.x, ruler - 2.0), (flag.x, flag.top));
    let towards = if flag.left { -9.0 } else { 9.0 };
    let cloth = [
        (flag.x, flag.top),
        (flag.x + towards, flag.top + 3.5),
        (flag.x, flag.top + 7.0),
    ];
    drawing.path(class, &format!("{}Z", polyline(cloth)));
    drawing.text(
        if flag.passed {
            "flag-words passed"
        } else {
            "flag-words"
        },
        &flag.text,
    );
}
