//! The cursor that measures: a moment and a consumer, moved by pointer or by keys.

use super::layout::Geometry;
use super::series::{Place, Series};
use crate::contract::{PositionSample, Timestamp};
use crate::ui::charts::keys::{Step, shifted};

/// Where the cursor is. It keeps its moment while new samples come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    at: Timestamp,
    place: Place,
}

impl Cursor {
    /// The sample and the consumer nearest to a point of the drawing.
    #[must_use]
    pub fn nearest(
        samples: &[PositionSample],
        lines: &[Series],
        geometry: &Geometry,
        (x, y): (f64, f64),
    ) -> Option<Cursor> {
        let sample = samples.get(nearest_sample(samples, geometry.at(x))?)?;
        let distance =
            |series: &Series| series.place_in(sample).map(|at| (geometry.y(at) - y).abs());
        let (_, series) = consumers(lines)
            .filter_map(|series| Some((distance(series)?, series)))
            .min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(Cursor {
            at: sample.at,
            place: series.place,
        })
    }

    /// The cursor after a key; without one the keys begin at the last sample and the first consumer.
    #[must_use]
    pub fn stepped(
        cursor: Option<Cursor>,
        step: Step,
        samples: &[PositionSample],
        lines: &[Series],
    ) -> Option<Cursor> {
        let last = samples.len().checked_sub(1)?;
        let Some(now) = cursor else {
            let place = consumers(lines).next()?.place;
            let begun = Cursor {
                at: samples.get(last)?.at,
                place,
            };
            return (step != Step::Away).then_some(begun);
        };
        let moved_to = |index: usize| {
            Some(Cursor {
                at: samples.get(index)?.at,
                ..now
            })
        };
        match step {
            Step::Through(by) => moved_to(shifted(now.index(samples)?, by, last)),
            Step::First => moved_to(0),
            Step::Last => moved_to(last),
            Step::Across(by) => {
                let places: Vec<Place> = consumers(lines).map(|series| series.place).collect();
                let at = places
                    .iter()
                    .position(|place| *place == now.place)
                    .unwrap_or(0);
                let place = places.get(shifted(at, by, places.len().checked_sub(1)?))?;
                Some(Cursor {
                    place: *place,
                    ..now
                })
            }
            Step::Away => None,
        }
    }

    /// The sample at which the cursor is.
    #[must_use]
    pub fn index(self, samples: &[PositionSample]) -> Option<usize> {
        nearest_sample(samples, self.at)
    }

    /// The line that is measured.
    #[must_use]
    pub fn series(self, lines: &[Series]) -> Option<&Series> {
        lines.iter().find(|series| series.place == self.place)
    }
}

fn consumers(lines: &[Series]) -> impl Iterator<Item = &Series> {
    lines.iter().filter(|series| series.place != Place::Head)
}

fn nearest_sample(samples: &[PositionSample], at: Timestamp) -> Option<usize> {
    let distance = |sample: &PositionSample| sample.at.as_micros().abs_diff(at.as_micros());
    samples
        .iter()
        .enumerate()
        .min_by_key(|(_, sample)| distance(sample))
        .map(|(i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{ConsumerSample, Position};
    use crate::ui::charts::position_time::series::series;

    fn samples() -> Vec<PositionSample> {
        (0..5)
            .map(|second| PositionSample {
                at: Timestamp::from_micros(second * 1_000_000),
                head: Position(10),
                consumers: ["orders", "sales"]
                    .map(|name| ConsumerSample {
                        name: name.to_owned(),
                        position: Position(5),
                    })
                    .to_vec(),
            })
            .collect()
    }

    fn after(keys: &[Step]) -> Option<(usize, String)> {
        let samples = samples();
        let lines = series(&samples, &[], None);
        let cursor = keys.iter().fold(None, |cursor, step| {
            Cursor::stepped(cursor, *step, &samples, &lines)
        })?;
        Some((cursor.index(&samples)?, cursor.series(&lines)?.name.clone()))
    }

    #[test]
    fn the_first_key_begins_at_the_newest_sample() {
        assert_eq!(after(&[Step::Through(-1)]), Some((4, "orders".to_owned())));
    }

    #[test]
    fn keys_move_through_time_and_across_consumers_and_stop_at_the_ends() {
        let keys = [
            Step::Last,
            Step::Through(-10),
            Step::Across(1),
            Step::Across(1),
            Step::Through(1),
        ];
        assert_eq!(after(&keys), Some((1, "sales".to_owned())));
    }

    #[test]
    fn escape_takes_the_cursor_away() {
        assert_eq!(after(&[Step::Last, Step::Away]), None);
    }

    #[test]
    fn without_samples_there_is_no_cursor() {
        assert_eq!(Cursor::stepped(None, Step::Last, &[], &[]), None);
    }
}
