//! The names at the ends of the lines.

use super::layout::{Geometry, Input};
use super::series::{Place, Series};
use crate::ui::charts::labels::spread;
use crate::ui::charts::svg::{Anchor, Text};
use crate::ui::charts::text::{cut_to, width_of};

const LABEL_HEIGHT: f64 = 14.0;

/// What stands at the end of a line, or of several that end together.
#[derive(Clone, Debug, PartialEq)]
pub struct EndLabel {
    /// Its place among the colours; `None` for the head.
    pub colour: Option<usize>,
    /// The words.
    pub text: Text,
    /// From the end of the line to the words, where these had to move.
    pub leader: Option<((f64, f64), (f64, f64))>,
}

/// Names the ends of the lines, those that end together in one label, none over another.
pub fn end_labels(input: &Input<'_>, geometry: &Geometry) -> Vec<EndLabel> {
    let Some(last) = input.samples.last() else {
        return Vec::new();
    };
    let mut ends: Vec<(f64, &Series)> = input
        .series
        .iter()
        .filter_map(|series| Some((geometry.y(series.place_in(last)?), series)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.place.cmp(&b.1.place)));
    let groups = group(ends);
    let wanted: Vec<f64> = groups.iter().map(|(y, _)| *y).collect();
    let placed = spread(
        &wanted,
        LABEL_HEIGHT,
        geometry.top - 6.0,
        geometry.bottom + 6.0,
    );
    let x = geometry.right + 14.0;
    let room = input.width - x;
    let consumers = input.series.len().saturating_sub(1);
    groups
        .into_iter()
        .zip(placed)
        .map(|((y, members), at)| EndLabel {
            colour: members.first().and_then(|series| series.colour()),
            text: Text::new(
                x,
                at + 4.0,
                Anchor::Start,
                cut_to(&words(&members, consumers, room), room),
            ),
            leader: ((at - y).abs() > 3.0).then_some(((geometry.right + 2.0, y), (x - 3.0, at))),
        })
        .collect()
}

/// Consumers that stand at one place and have nothing further to say share a label; the head has its own.
fn group(ends: Vec<(f64, &Series)>) -> Vec<(f64, Vec<&Series>)> {
    let mut groups: Vec<(f64, Vec<&Series>)> = Vec::new();
    for (y, series) in ends {
        let joined = groups.iter_mut().find(|(at, members)| {
            let quiet = |series: &Series| series.place != Place::Head && series.note.is_none();
            (y - *at).abs() < 3.0 && quiet(series) && members.iter().all(|member| quiet(member))
        });
        match joined {
            Some((_, members)) => members.push(series),
            None => groups.push((y, vec![series])),
        }
    }
    // By name: the words must not change places with every sample.
    groups
        .iter_mut()
        .for_each(|(_, members)| members.sort_by_key(|member| member.place));
    groups
}

/// "orders", "orders, stock", "orders, sales +3", "all consumers", "sales · paused".
fn words(members: &[&Series], consumers: usize, room: f64) -> String {
    if let [series] = members {
        return match &series.note {
            Some(note) => format!("{} · {note}", series.name),
            None => series.name.clone(),
        };
    }
    if members.len() > 2 && members.len() == consumers {
        return "all consumers".to_owned();
    }
    let names: Vec<&str> = members.iter().map(|series| series.name.as_str()).collect();
    let named = |shown: &[&str]| match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} +{more}", shown.join(", ")),
    };
    (1..=names.len())
        .rev()
        .filter_map(|shown| names.get(..shown))
        .map(named)
        .find(|text| width_of(text) <= room)
        .unwrap_or_else(|| format!("{} consumers", names.len()))
}
