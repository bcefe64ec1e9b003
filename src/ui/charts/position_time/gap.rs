//! The two gaps between a consumer and the head at one moment: events up, age across.

use super::layout::Geometry;
use super::series::Series;
use crate::contract::{PositionSample, Timestamp};
use crate::ui::charts::clock::ClockAxis;
use crate::ui::charts::figures::duration;
use crate::ui::charts::svg::{Anchor, Text};
use crate::ui::charts::text::width_of;
use crate::ui::parts::thousands;

/// How far a consumer was behind the head at one sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The sample's time.
    pub at: Timestamp,
    /// Where the consumer was.
    pub position: f64,
    /// Where the head was.
    pub head: f64,
    /// When the head had been where the consumer was; `None` where that was before the first sample.
    pub head_was_there: Option<Timestamp>,
    /// The first sample's time: the least that is known where `head_was_there` is not.
    pub first: Timestamp,
}

impl Gap {
    /// The gap of one line at the sample of this index.
    #[must_use]
    pub fn at(samples: &[PositionSample], series: &Series, index: usize) -> Option<Gap> {
        let sample = samples.get(index)?;
        let position = series.place_in(sample)?;
        Some(Gap {
            at: sample.at,
            position,
            head: sample.head.0 as f64,
            head_was_there: head_was_at(samples.get(..=index)?, position),
            first: samples.first()?.at,
        })
    }

    /// The events between the consumer and the head.
    #[must_use]
    pub fn events(&self) -> u64 {
        (self.head - self.position).max(0.0) as u64
    }

    /// "14:04:20 · sales at #127,943: 352 events, 34.2 s behind".
    #[must_use]
    pub fn words(&self, name: &str, clock: ClockAxis, now: Timestamp) -> String {
        let (at, position) = (clock.say(self.at, now), thousands(self.position as u64));
        match self.events() {
            0 => format!("{at} · {name} at #{position}, the head"),
            _ => format!(
                "{at} · {name} at #{position}: {}, {}",
                self.events_words(),
                self.age_words()
            ),
        }
    }

    /// "352 events".
    #[must_use]
    pub fn events_words(&self) -> String {
        match self.events() {
            1 => "1 event".to_owned(),
            n => format!("{} events", thousands(n)),
        }
    }

    /// "34.2 s behind", or that it is more than the chart shows.
    #[must_use]
    pub fn age_words(&self) -> String {
        if self.events() == 0 {
            return "at the head".to_owned();
        }
        match self.head_was_there {
            Some(then) => format!("{} behind", duration(self.at.millis_since(then))),
            None => format!("over {} behind", duration(self.at.millis_since(self.first))),
        }
    }
}

/// When the head stood at a position for the last time: after that the next event came.
fn head_was_at(samples: &[PositionSample], position: f64) -> Option<Timestamp> {
    let last = samples.last()?;
    if last.head.0 as f64 <= position {
        return Some(last.at);
    }
    let pair = samples.windows(2).rev().find_map(|pair| match pair {
        [before, after] if (before.head.0 as f64) <= position => Some((before, after)),
        _ => None,
    });
    let (before, after) = pair?;
    let rise = after.head.events_after(before.head).max(1) as f64;
    let part = (position - before.head.0 as f64) / rise;
    let ms = after.at.millis_since(before.at) * part.clamp(0.0, 1.0);
    Some(Timestamp::from_micros(
        before.at.as_micros() + (ms * 1_000.0) as i64,
    ))
}

/// A gap with its places.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The consumer at that moment.
    pub corner: (f64, f64),
    /// The head at that moment.
    pub head: (f64, f64),
    /// The head when it was where the consumer is; at the plot's left where that was earlier.
    pub back: (f64, f64),
    /// The events, beside the upright.
    pub events: Text,
    /// The age, under the level line.
    pub age: Text,
}

/// Places a gap so that its two texts meet neither each other nor the sides.
#[must_use]
pub fn place(gap: &Gap, geometry: &Geometry) -> Drawn {
    let (x, y) = (geometry.x(gap.at), geometry.y(gap.position));
    let head_y = geometry.y(gap.head);
    let back_x = gap
        .head_was_there
        .map_or(geometry.left, |then| geometry.x(then))
        .clamp(geometry.left, x);
    let events_words = gap.events_words();
    let age_words = gap.age_words();
    let (events_width, age_width) = (width_of(&events_words), width_of(&age_words));
    let right_has_room = x + 6.0 + events_width <= geometry.right;
    let (events_x, anchor) = if right_has_room {
        (x + 6.0, Anchor::Start)
    } else {
        (x - 6.0, Anchor::End)
    };
    // Above the level line, so that it never meets the age below it.
    let events_y = (f64::midpoint(y, head_y) + 4.0)
        .min(y - 5.0)
        .max(geometry.top + 8.0);
    let below = y + 15.0 <= geometry.bottom;
    let age_y = if below { y + 15.0 } else { y - 5.0 };
    let left_end = if below || right_has_room {
        x
    } else {
        x - events_width - 12.0
    };
    let half = age_width / 2.0;
    let highest = (left_end - 6.0 - half).max(geometry.left + half);
    let age_x = f64::midpoint(back_x, x)
        .min(highest)
        .max(geometry.left + half);
    Drawn {
        corner: (x, y),
        head: (x, head_y),
        back: (back_x, y),
        events: Text::new(events_x, events_y, anchor, events_words),
        age: Text::new(age_x, age_y, Anchor::Middle, age_words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ConsumerSample, Position};
    use crate::ui::charts::position_time::series::Place;

    fn samples(at: &[(u64, u64)]) -> Vec<PositionSample> {
        at.iter()
            .enumerate()
            .map(|(second, (head, sales))| PositionSample {
                at: Timestamp::from_micros(second as i64 * 1_000_000),
                head: Position(*head),
                consumers: vec![ConsumerSample {
                    name: "sales".to_owned(),
                    position: Position(*sales),
                }],
            })
            .collect()
    }

    fn gap(at: &[(u64, u64)], index: usize) -> Gap {
        let series = Series {
            name: "sales".to_owned(),
            place: Place::Consumer(0),
            note: None,
        };
        Gap::at(&samples(at), &series, index).expect("a gap")
    }

    #[test]
    fn the_gap_up_is_events_and_the_gap_across_is_age() {
        let gap = gap(&[(100, 100), (200, 150), (300, 150), (400, 150)], 3);
        assert_eq!(gap.events_words(), "250 events");
        // The head passed 150 half way between the first two samples.
        assert_eq!(gap.age_words(), "2.5 s behind");
    }

    #[test]
    fn at_the_head_there_is_no_age() {
        assert_eq!(gap(&[(100, 100), (200, 200)], 1).age_words(), "at the head");
    }

    #[test]
    fn behind_the_first_sample_says_at_least() {
        assert_eq!(
            gap(&[(100, 50), (200, 50), (300, 50)], 2).age_words(),
            "over 2.0 s behind"
        );
    }

    #[test]
    fn no_such_sample_is_no_gap() {
        let series = Series {
            name: "sales".to_owned(),
            place: Place::Consumer(0),
            note: None,
        };
        assert_eq!(Gap::at(&samples(&[(1, 1)]), &series, 1), None);
    }
}
