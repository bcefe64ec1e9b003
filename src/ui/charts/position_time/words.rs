//! The chart in words, for those who do not see the drawing.

use super::gap::Gap;
use super::series::{Place, Series};
use crate::contract::PositionSample;
use crate::ui::charts::figures::duration;
use crate::ui::parts::thousands;

/// The heads of the table's columns.
pub const HEADS: &[&str] = &["Consumer", "Position", "Events behind", "Age"];

/// What the chart shows, in a sentence or some.
#[must_use]
pub fn sentence(samples: &[PositionSample], series: &[Series]) -> String {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return "Nothing was sampled yet.".to_owned();
    };
    let span_ms = last.at.millis_since(first.at);
    let events = last.head.events_after(first.head);
    let mut sentence = format!(
        "Position over the last {}: the head is at #{}, {} events further than at the start.",
        duration(span_ms.max(0.0)),
        thousands(last.head.0),
        thousands(events)
    );
    for (line, gap) in gaps_now(samples, series) {
        let note = line
            .note
            .as_ref()
            .map_or(String::new(), |note| format!(" ({note})"));
        let where_it_is = match gap.events() {
            0 => "is at the head".to_owned(),
            _ => format!("is {}, {}", gap.events_words(), gap.age_words()),
        };
        sentence.push_str(&format!(" {}{note} {where_it_is}.", line.name));
    }
    sentence
}

/// Where every consumer is now, with a text for each of `HEADS`.
#[must_use]
pub fn rows(samples: &[PositionSample], series: &[Series]) -> Vec<Vec<String>> {
    gaps_now(samples, series)
        .map(|(line, gap)| {
            vec![
                line.name.clone(),
                format!("#{}", thousands(gap.position as u64)),
                thousands(gap.events()),
                gap.age_words(),
            ]
        })
        .collect()
}

fn gaps_now<'a>(
    samples: &'a [PositionSample],
    series: &'a [Series],
) -> impl Iterator<Item = (&'a Series, Gap)> {
    let last = samples.len().saturating_sub(1);
    series
        .iter()
        .filter(|line| line.place != Place::Head)
        .filter_map(move |line| Some((line, Gap::at(samples, line, last)?)))
}
