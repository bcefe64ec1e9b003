//! The places of a waterfall, in pixels: what a layout makes and a drawing takes.

use super::scale::Tick;
use super::story::{Role, Stage};
use crate::ui::charts::svg::Text;

/// A box in a lane, or a shaded stretch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Left end, in pixels.
    pub x: f64,
    /// Width, in pixels.
    pub width: f64,
}

/// A bar and what it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Where it is.
    pub span: Span,
    /// What it stands for.
    pub stage: Stage,
}

/// A stamp with its uncertainty: a line from `from` to `to` through `x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whisker {
    /// The stamp.
    pub x: f64,
    /// The earliest it may have been.
    pub from: f64,
    /// The latest it may have been.
    pub to: f64,
}

/// One lane with its places.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Whose it is.
    pub role: Role,
    /// Whether it still grows.
    pub open: bool,
    /// Its upper edge.
    pub top: f64,
    /// Its height.
    pub height: f64,
    /// The upper edge of its bars.
    pub bar_top: f64,
    /// The height of its bars.
    pub bar_height: f64,
    /// What is usual, from p50 to p95.
    pub usual: Option<Span>,
    /// Its bars.
    pub bars: Vec<Bar>,
    /// Its uncertain stamps.
    pub whiskers: Vec<Whisker>,
    /// Its name.
    pub name: Text,
    /// Its result.
    pub figure: Text,
    /// Why it is not done.
    pub note: Option<Text>,
}

/// A waterfall, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width of the whole, in pixels.
    pub width: f64,
    /// Height of the whole, in pixels.
    pub height: f64,
    /// The window in words, line by line.
    pub title: Vec<Text>,
    /// The consistency window; `None` where it is no longer known.
    pub band: Option<Span>,
    /// Whether the window still grows.
    pub open: bool,
    /// What is usual for the window, from p50 to p95, drawn as a strip at `plot_top`.
    pub usual_window: Option<Span>,
    /// The commit.
    pub committed_x: f64,
    /// The upper edge of the lanes.
    pub plot_top: f64,
    /// The lower edge of the lanes.
    pub plot_bottom: f64,
    /// The lanes.
    pub rows: Vec<Row>,
    /// Stretches of time that are folded.
    pub folds: Vec<Span>,
    /// Marks of the axis.
    pub ticks: Vec<Tick>,
}
