//! The flags of the page's own commands.

use super::layout::{GAP, LINE, Ruler};
use crate::contract::Position;
use crate::ui::charts::labels::stack;
use crate::ui::charts::svg::{Anchor, Text};
use crate::ui::charts::text::{cut_to, width_of};
use crate::ui::parts::position_text;

/// Flags nearer to each other than this, in pixels, become one.
const FLAG_ROOM: f64 = 14.0;

/// A command of the page's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The command's name.
    pub name: String,
    /// Where it was committed.
    pub position: Position,
}

/// A flag with its label.
#[derive(Clone, Debug, PartialEq)]
pub struct Planted {
    /// Its place.
    pub x: f64,
    /// Whether every read model of the page has passed it.
    pub passed: bool,
    /// Whether its words stand at its left.
    pub left: bool,
    /// The upper end of its pole.
    pub top: f64,
    /// Whose it is.
    pub text: Text,
}

/// A flag and the row that its words stand in, 0 next to the ruler.
pub struct InRow {
    /// The row.
    pub row: usize,
    /// The flag.
    pub planted: Planted,
}

/// The flags, those that would stand on each other's feet as one.
pub fn plant(flags: &[Flag], visible: Position, ruler: &Ruler, top: f64) -> Vec<InRow> {
    let mut sorted: Vec<&Flag> = flags.iter().collect();
    sorted.sort_by_key(|flag| flag.position);
    let mut groups: Vec<(f64, bool, Vec<&Flag>)> = Vec::new();
    for flag in sorted {
        let (x, passed) = (ruler.x(flag.position), flag.position <= visible);
        match groups.last_mut() {
            Some((at, same, members)) if x - *at < FLAG_ROOM && *same == passed => {
                members.push(flag)
            }
            _ => groups.push((x, passed, vec![flag])),
        }
    }
    let said: Vec<String> = groups
        .iter()
        .map(|(_, _, members)| cut_to(&flag_words(members), ruler.width - FLAG_ROOM))
        .collect();
    // The cloth of the flag stands between its pole and the words, which are at its left where the right has no room.
    let to_left = |x: f64, text: &str| x + FLAG_ROOM + width_of(text) > ruler.width;
    let sizes: Vec<(f64, f64)> = groups
        .iter()
        .zip(&said)
        .map(|((x, _, _), text)| {
            let width = width_of(text) + FLAG_ROOM;
            let side = if to_left(*x, text) { -1.0 } else { 1.0 };
            (x + side * width / 2.0, width)
        })
        .collect();
    let places = stack(&sizes, 0.0, ruler.width, GAP);
    let rows = places.iter().map(|place| place.row + 1).max().unwrap_or(0);
    groups
        .into_iter()
        .zip(said)
        .zip(places)
        .map(|(((x, passed, _), text), place)| {
            // Row 0 is next to the ruler, so the lowest.
            let y = top + (rows - place.row) as f64 * LINE;
            let left = to_left(x, &text);
            let text_x = place.left + if left { 0.0 } else { FLAG_ROOM };
            let text = Text::new(text_x, y - 2.0, Anchor::Start, text);
            InRow {
                row: place.row,
                planted: Planted {
                    x,
                    passed,
                    left,
                    top: y - 11.0,
                    text,
                },
            }
        })
        .collect()
}

fn flag_words(members: &[&Flag]) -> String {
    match members {
        [flag] => format!("your {} {}", flag.name, position_text(flag.position)),
        [first, .., last] => format!(
            "your {} commands, {} to {}",
            members.len(),
            position_text(first.position),
            position_text(last.position)
        ),
        [] => String::new(),
    }
}
