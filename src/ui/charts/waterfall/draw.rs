//! A laid-out waterfall as SVG.

use super::places::{Layout, Row, Span};
use super::story::{Role, Stage};
use crate::ui::charts::svg::{Anchor, Drawing, Text, polyline};

/// The inside of the `<svg>`.
#[must_use]
pub fn draw(layout: &Layout) -> String {
    let mut drawing = Drawing::default();
    draw_window(&mut drawing, layout);
    for row in &layout.rows {
        draw_bars(&mut drawing, row, layout.width);
    }
    for fold in &layout.folds {
        draw_fold(&mut drawing, *fold, layout.plot_top, layout.plot_bottom);
    }
    let commit = (layout.plot_top - 6.0, layout.plot_bottom);
    drawing.line(
        "commit",
        (layout.committed_x, commit.0),
        (layout.committed_x, commit.1),
    );
    for row in &layout.rows {
        draw_texts(&mut drawing, row);
    }
    for line in &layout.title {
        drawing.text(
            if layout.open {
                "window-title open"
            } else {
                "window-title"
            },
            line,
        );
    }
    for tick in &layout.ticks {
        let y = layout.plot_bottom + 15.0;
        let class = if tick.fold {
            "tick fold-length"
        } else {
            "tick"
        };
        drawing.text(
            class,
            &Text::new(tick.x, y, Anchor::Middle, tick.text.as_str()),
        );
    }
    drawing.finish()
}

/// The consistency window, and above it what is usual.
fn draw_window(drawing: &mut Drawing, layout: &Layout) {
    let height = layout.plot_bottom - layout.plot_top;
    if let Some(band) = layout.band {
        let class = if layout.open { "window open" } else { "window" };
        drawing.rect(class, band.x, layout.plot_top, band.width, height);
    }
    if let Some(usual) = layout.usual_window {
        drawing.rect(
            "usual-window",
            usual.x,
            layout.plot_top - 5.0,
            usual.width,
            4.0,
        );
    }
    if let Some(band) = layout.band {
        let end = band.x + band.width;
        drawing.line(
            "window-end",
            (end, layout.plot_top - 7.0),
            (end, layout.plot_bottom),
        );
    }
}

fn draw_bars(drawing: &mut Drawing, row: &Row, width: f64) {
    let bottom = row.top + row.height;
    drawing.line("lane", (0.0, bottom), (width, bottom));
    if let Some(usual) = row.usual {
        drawing.rect(
            "usual",
            usual.x,
            row.bar_top - 3.0,
            usual.width,
            row.bar_height + 6.0,
        );
    }
    for bar in &row.bars {
        let class = bar_class(row.role, bar.stage);
        // The line of a hollow bar lies inside its box.
        let inset = if matches!(bar.stage, Stage::Waiting | Stage::Open) {
            0.5
        } else {
            0.0
        };
        let (width, height) = (bar.span.width - 2.0 * inset, row.bar_height - 2.0 * inset);
        drawing.rect(
            class,
            bar.span.x + inset,
            row.bar_top + inset,
            width.max(1.0),
            height,
        );
    }
    let middle = row.bar_top + row.bar_height / 2.0;
    for whisker in &row.whiskers {
        drawing.line("whisker", (whisker.from, middle), (whisker.to, middle));
        for x in [whisker.from, whisker.to] {
            drawing.line("whisker", (x, middle - 4.0), (x, middle + 4.0));
        }
    }
}

fn bar_class(role: Role, stage: Stage) -> &'static str {
    match (role, stage) {
        (_, Stage::Waiting) => "bar waiting",
        (_, Stage::Open) => "bar open",
        (Role::Consumer, Stage::Working) => "bar applying",
        (_, Stage::Working) => "bar working",
        (_, Stage::Committing) => "bar committing",
    }
}

/// A tear through all lanes: paper between two jagged edges.
fn draw_fold(drawing: &mut Drawing, fold: Span, top: f64, bottom: f64) {
    let (left, right) = (fold.x + 6.0, fold.x + fold.width - 6.0);
    let steps = ((bottom - top) / 6.0).ceil() as u32;
    let edge = |x: f64| {
        (0..=steps).map(move |i| {
            let swing = if i % 2 == 0 { -3.0 } else { 3.0 };
            (x + swing, (top + f64::from(i) * 6.0).min(bottom))
        })
    };
    let paper: Vec<(f64, f64)> = edge(left)
        .chain(edge(right).collect::<Vec<_>>().into_iter().rev())
        .collect();
    drawing.path("fold-paper", &polyline(paper));
    drawing.path("fold", &polyline(edge(left)));
    drawing.path("fold", &polyline(edge(right)));
}

fn draw_texts(drawing: &mut Drawing, row: &Row) {
    let name = if row.role == Role::Consumer {
        "lane-name"
    } else {
        "lane-name strong"
    };
    drawing.text(name, &row.name);
    drawing.text(if row.open { "figure open" } else { "figure" }, &row.figure);
    if let Some(note) = &row.note {
        drawing.text("note open", note);
    }
}
