//! Where everything of a horizon stands. Pure: positions and a width in, marks and texts out.

use super::flags::{Flag, Planted, plant};
use crate::contract::Position;
use crate::ui::charts::labels::stack;
use crate::ui::charts::svg::{Anchor, Text};
use crate::ui::charts::text::{bold_width_of, cut_to, width_of};
use crate::ui::parts::position_text;

/// The height of a row of words, in pixels.
pub const LINE: f64 = 15.0;
/// The least distance between words in a row, in pixels.
pub const GAP: f64 = 10.0;
/// Read models nearer to each other than this, in pixels, share a label.
const TOGETHER: f64 = 12.0;
/// The fewest positions that the ruler spans, so that a quiet system does not fill it with one event.
const FEWEST: f64 = 12.0;

/// How far one read model of the page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The read model.
    pub name: String,
    /// Everything up to here is in it.
    pub position: Position,
}

/// A tick with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The place of the one that is furthest behind.
    pub from_x: f64,
    /// The place of the one that is furthest ahead; `from_x` where they are at one position.
    pub to_x: f64,
    /// Whether all of them are at the head.
    pub at_head: bool,
    /// The names of those that stand here, and where that is.
    pub text: Text,
}

/// A horizon, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width of the whole, in pixels.
    pub width: f64,
    /// Height of the whole, in pixels.
    pub height: f64,
    /// The ruler's height on the page.
    pub ruler: f64,
    /// Up to here everything is visible.
    pub visible_x: f64,
    /// What that means, in words.
    pub visible: Text,
    /// The head, in words.
    pub head: Text,
    /// The read models.
    pub ticks: Vec<Tick>,
    /// The page's own commands.
    pub flags: Vec<Planted>,
}

/// Up to where everything is visible on a page with these read models.
fn visible_up_to(head: Position, marks: &[Mark]) -> Position {
    marks.iter().map(|mark| mark.position).min().unwrap_or(head)
}

/// What the horizon says first.
#[must_use]
pub fn visible_words(visible: Position) -> String {
    match visible {
        Position::START => "nothing is visible here yet".to_owned(),
        visible => format!(
            "everything up to {} is visible here",
            position_text(visible)
        ),
    }
}

/// The whole horizon in a sentence or some.
#[must_use]
pub fn sentence(layout: &Layout) -> String {
    let ticks = layout.ticks.iter().map(|tick| tick.text.text.as_str());
    let mut sentence = format!("{}. {}.", layout.visible.text, layout.head.text);
    for text in ticks {
        sentence.push_str(&format!(" {text}."));
    }
    for flag in &layout.flags {
        let passed = if flag.passed {
            "visible"
        } else {
            "not visible yet"
        };
        sentence.push_str(&format!(" {}: {passed}.", flag.text.text));
    }
    sentence
}

/// Lays a horizon out in a width.
#[must_use]
pub fn lay_out(head: Position, marks: &[Mark], flags: &[Flag], width: f64) -> Layout {
    let head = marks
        .iter()
        .map(|mark| mark.position)
        .fold(head, Position::max);
    let visible = visible_up_to(head, marks);
    let ruler = Ruler::of(head, marks, flags, width);
    let (visible_text, head_text, words_bottom) = words(visible, head, width);
    let flags = plant(flags, visible, &ruler, words_bottom);
    // A row for flags is kept also where there are none, so that the page does not move when one is planted.
    let flag_rows = flags.iter().map(|flag| flag.row + 1).max().unwrap_or(1) as f64;
    let y = words_bottom + flag_rows * LINE + 9.0;
    let ticks = ticks(marks, head, &ruler, y);
    let lowest = ticks.iter().map(|tick| tick.text.y).fold(y, f64::max);
    Layout {
        width,
        height: lowest + 7.0,
        ruler: y,
        visible_x: ruler.x(visible),
        visible: visible_text,
        head: head_text,
        ticks,
        flags: flags.into_iter().map(|flag| flag.planted).collect(),
    }
}

/// From position to place.
pub struct Ruler {
    lowest: f64,
    span: f64,
    /// Its length, in pixels.
    pub width: f64,
}

impl Ruler {
    fn of(head: Position, marks: &[Mark], flags: &[Flag], width: f64) -> Ruler {
        let all = marks
            .iter()
            .map(|mark| mark.position)
            .chain(flags.iter().map(|flag| flag.position));
        let reach = all
            .map(|position| head.events_after(position) as f64)
            .fold(0.0, f64::max);
        let span = (reach * 1.15).max(FEWEST);
        Ruler {
            lowest: head.0 as f64 - span,
            span,
            width,
        }
    }

    /// The place of a position; what lies outside stands at the nearer end.
    #[must_use]
    pub fn x(&self, position: Position) -> f64 {
        ((position.0 as f64 - self.lowest) / self.span * self.width)
            .clamp(1.0, (self.width - 1.0).max(1.0))
    }
}

/// The two sentences above the ruler, side by side where they fit; and where they end.
fn words(visible: Position, head: Position, width: f64) -> (Text, Text, f64) {
    let (visible, head) = (
        visible_words(visible),
        format!("head {}", position_text(head)),
    );
    let together = width_of(&visible) + GAP * 2.0 + bold_width_of(&head) <= width;
    let head_y = if together { 11.0 } else { 11.0 + LINE };
    let left = Text::new(0.0, 11.0, Anchor::Start, cut_to(&visible, width));
    let right = Text::new(width, head_y, Anchor::End, cut_to(&head, width));
    (left, right, head_y + 5.0)
}

/// Read models that stand together.
struct Group<'a> {
    from: Position,
    to: Position,
    names: Vec<&'a str>,
}

impl Group<'_> {
    /// "orders, stock #12,391", or the span of those that are not quite at one position.
    fn words(&self) -> String {
        let names = self.names.join(", ");
        match (self.from, self.to) {
            (from, to) if from == to => format!("{names} {}", position_text(from)),
            (from, to) => format!("{names} {} to {}", position_text(from), position_text(to)),
        }
    }
}

/// The read models, those that stand together under one label: next to each other their labels would change rows with
/// every event.
fn ticks(marks: &[Mark], head: Position, ruler: &Ruler, y: f64) -> Vec<Tick> {
    let groups = group(marks, ruler);
    let said: Vec<String> = groups
        .iter()
        .map(|group| cut_to(&group.words(), ruler.width))
        .collect();
    let sizes: Vec<(f64, f64)> = groups
        .iter()
        .zip(&said)
        .map(|(group, text)| (ruler.x(group.from), width_of(text)))
        .collect();
    let places = stack(&sizes, 0.0, ruler.width, GAP);
    groups
        .iter()
        .zip(said)
        .zip(places)
        .map(|((group, text), place)| {
            let text_y = y + 20.0 + place.row as f64 * LINE;
            Tick {
                from_x: ruler.x(group.from),
                to_x: ruler.x(group.to),
                at_head: group.from == head,
                text: Text::new(place.left, text_y, Anchor::Start, text),
            }
        })
        .collect()
}

fn group<'a>(marks: &'a [Mark], ruler: &Ruler) -> Vec<Group<'a>> {
    let mut sorted: Vec<&Mark> = marks.iter().collect();
    sorted.sort_by_key(|mark| mark.position);
    let mut groups: Vec<Group<'a>> = Vec::new();
    for mark in sorted {
        match groups.last_mut() {
            Some(group) if ruler.x(mark.position) - ruler.x(group.from) < TOGETHER => {
                group.to = mark.position;
                group.names.push(&mark.name);
            }
            _ => groups.push(Group {
                from: mark.position,
                to: mark.position,
                names: vec![&mark.name],
            }),
        }
    }
    groups
        .iter_mut()
        .for_each(|group| group.names.sort_unstable());
    groups
}

#[cfg(test)]
mod tests;
