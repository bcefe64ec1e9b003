//! Where everything of a waterfall stands. Pure: a story and a width in, boxes and texts out.

use super::places::{Bar, Layout, Row, Span, Whisker};
use super::scale::Scale;
use super::story::{Lane, Stage, Story};
use crate::ui::charts::svg::{Anchor, Text};
use crate::ui::charts::text::{BOLDNESS, bold_width_of, cut_to, width_of};

/// Below this width, in pixels, the names of the lanes stand above their bars.
pub const NARROW: f64 = 560.0;
/// How much longer than what happened the axis may get to show what is usual.
const USUAL_STRETCH: f64 = 1.6;
const LINE: f64 = 15.0;
const BAR: f64 = 11.0;
const AXIS: f64 = 22.0;
const STRIP: f64 = 4.0;

/// Lays a story out in a width.
#[must_use]
pub fn lay_out(story: &Story, width: f64) -> Layout {
    let frame = Frame::of(story, width);
    let scale = Scale::new(&moments(story), frame.left, frame.right);
    let committed_x = scale.x(0.0);
    let title_x = if frame.narrow { 0.0 } else { committed_x + 5.0 };
    let title = title_lines(&story.window.parts(), title_x, width);
    let plot_top = LINE * title.len() as f64 + STRIP + 4.0;
    let mut top = plot_top;
    let rows: Vec<Row> = story
        .lanes
        .iter()
        .map(|lane| {
            let row = frame.row(lane, &scale, top);
            top += row.height;
            row
        })
        .collect();
    let usual = &story.window.usual;
    Layout {
        width,
        height: top + AXIS,
        title,
        band: story
            .window
            .length_ms
            .map(|length| between(&scale, 0.0, length)),
        open: story.window.open,
        usual_window: usual_span(&scale, usual.p50, usual.p95),
        committed_x,
        plot_top,
        plot_bottom: top,
        rows,
        folds: scale
            .folds()
            .into_iter()
            .map(|(from, to)| span(from, to))
            .collect(),
        ticks: scale.ticks(width),
    }
}

/// The sides of the plot, and what follows from there being much room or little.
struct Frame {
    width: f64,
    left: f64,
    right: f64,
    narrow: bool,
}

impl Frame {
    fn of(story: &Story, width: f64) -> Frame {
        let narrow = width < NARROW;
        let longest = |texts: &mut dyn Iterator<Item = &String>| {
            texts.map(|text| bold_width_of(text)).fold(0.0, f64::max)
        };
        if narrow {
            return Frame {
                width,
                left: 1.0,
                right: width - 1.0,
                narrow,
            };
        }
        let names = longest(&mut story.lanes.iter().map(|lane| &lane.name));
        let figures = longest(&mut story.lanes.iter().map(|lane| &lane.figure));
        Frame {
            width,
            left: names.clamp(60.0, 160.0) + 18.0,
            right: width - figures.min(120.0) - 14.0,
            narrow,
        }
    }

    fn row(&self, lane: &Lane, scale: &Scale, top: f64) -> Row {
        let lines = if lane.note.is_some() { LINE } else { 0.0 };
        let (bar_top, height, note_y) = if self.narrow {
            (
                top + LINE + 4.0,
                LINE + BAR + 10.0 + lines,
                top + LINE + BAR + 16.0,
            )
        } else {
            (top + 7.0, 25.0 + lines, top + 31.0)
        };
        let bars = lane.stretches.iter().map(|stretch| Bar {
            span: between(scale, stretch.from_ms, stretch.to_ms),
            stage: stretch.stage,
        });
        let whiskers = lane.stamps.iter().map(|stamp| Whisker {
            x: scale.x(stamp.at_ms),
            from: scale.x(stamp.at_ms - stamp.uncertainty_ms),
            to: scale.x(stamp.at_ms + stamp.uncertainty_ms),
        });
        Row {
            role: lane.role,
            open: lane.open,
            top,
            height,
            bar_top,
            bar_height: BAR,
            usual: usual_of(lane, scale),
            bars: bars.collect(),
            whiskers: whiskers.collect(),
            name: self.name(lane, top),
            figure: self.figure(lane, scale, top),
            note: lane
                .note
                .as_ref()
                .map(|note| self.note(note, scale, note_y)),
        }
    }

    fn name(&self, lane: &Lane, top: f64) -> Text {
        let room = if self.narrow {
            self.width * 0.45
        } else {
            self.left - 10.0
        };
        let y = if self.narrow { top + 13.0 } else { top + 16.0 };
        Text::new(0.0, y, Anchor::Start, cut_to(&lane.name, room))
    }

    /// The result: behind the bar where there is room for its long form, at the right of the name where there is little.
    fn figure(&self, lane: &Lane, scale: &Scale, top: f64) -> Text {
        let long = lane.long_figure.as_ref().unwrap_or(&lane.figure);
        if lane.stretches.is_empty() {
            // Where nothing is drawn there is room for why.
            let (x, y) = if self.narrow {
                (0.0, top + LINE + 14.0)
            } else {
                (self.left, top + 16.0)
            };
            return Text::new(x, y, Anchor::Start, cut_to(long, self.width - x));
        }
        if self.narrow {
            let fits = width_of(long) <= self.width * 0.5;
            let text = if fits { long } else { &lane.figure };
            return Text::new(self.width, top + 13.0, Anchor::End, text);
        }
        let end = lane.stretches.last().map_or(0.0, |stretch| stretch.to_ms);
        let late = lane
            .stamps
            .iter()
            .map(|stamp| stamp.at_ms + stamp.uncertainty_ms);
        let x = scale.x(late.fold(end, f64::max)) + 8.0;
        let fits = x + width_of(long) <= self.width;
        let text = if fits { long } else { &lane.figure };
        // Only a figure beyond the margin's limit does not fit behind its bar.
        let x = x.min((self.width - width_of(text)).max(self.left));
        Text::new(x, top + 16.0, Anchor::Start, text)
    }

    fn note(&self, note: &str, scale: &Scale, y: f64) -> Text {
        let from = if self.narrow { 0.0 } else { scale.x(0.0) + 2.0 };
        let wanted = width_of(note);
        let x = from
            .min(self.width - wanted)
            .max(if self.narrow { 0.0 } else { self.left });
        Text::new(x, y, Anchor::Start, cut_to(note, self.width - x))
    }
}

/// Every moment at which something begins or ends, and what is usual where it is not far off. What is still open says
/// nothing about how long things take, so it does not count for that.
fn moments(story: &Story) -> Vec<f64> {
    let mut closed = vec![0.0];
    let mut open = Vec::new();
    for lane in &story.lanes {
        for stretch in &lane.stretches {
            closed.push(stretch.from_ms);
            let ends = if stretch.stage == Stage::Open {
                &mut open
            } else {
                &mut closed
            };
            ends.push(stretch.to_ms);
        }
        closed.extend(
            lane.stamps
                .iter()
                .map(|stamp| stamp.at_ms + stamp.uncertainty_ms),
        );
    }
    let window = &story.window;
    let ends = if window.open { &mut open } else { &mut closed };
    ends.extend(window.length_ms);
    let last_closed = closed.iter().copied().fold(1.0, f64::max);
    let drawn = story.lanes.iter().filter(|lane| !lane.stretches.is_empty());
    let usual = drawn.map(|lane| lane.usual).chain([window.usual]);
    let near = usual
        .filter_map(|usual| usual.p95)
        .filter(|p95| *p95 <= last_closed * USUAL_STRETCH);
    let moments: Vec<f64> = near.collect();
    [moments, closed, open].concat()
}

/// Joins parts to lines that fit, beginning at the commit where they fit behind it.
fn title_lines(parts: &[String], from: f64, width: f64) -> Vec<Text> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if bold_width_of(&format!("{line} · {part}")) <= width => {
                line.push_str(" · ");
                line.push_str(part);
            }
            _ => lines.push(cut_to(part, width / BOLDNESS)),
        }
    }
    lines
        .into_iter()
        .enumerate()
        .map(|(i, line)| {
            let x = from.min(width - bold_width_of(&line)).max(0.0);
            Text::new(x, LINE * i as f64 + 11.0, Anchor::Start, line)
        })
        .collect()
}

/// Where nothing of a lane is drawn, there is nothing to compare with what is usual.
fn usual_of(lane: &Lane, scale: &Scale) -> Option<Span> {
    lane.stretches.first()?;
    usual_span(scale, lane.usual.p50, lane.usual.p95)
}

fn usual_span(scale: &Scale, p50: Option<f64>, p95: Option<f64>) -> Option<Span> {
    let (from, to) = (p50?, p95?);
    // What lies beyond the axis altogether would be a line at its end that means nothing.
    (from <= scale.end_ms()).then(|| between(scale, from, to))
}

/// A stretch of time; however short it is, it can be seen.
fn between(scale: &Scale, from_ms: f64, to_ms: f64) -> Span {
    let (from, to) = (scale.x(from_ms), scale.x(to_ms));
    span(from, to.max(from + 1.5))
}

fn span(from: f64, to: f64) -> Span {
    Span {
        x: from,
        width: to - from,
    }
}

#[cfg(test)]
mod tests;
