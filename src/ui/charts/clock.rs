//! Marks on a time axis, relative or as clocks show them.

use crate::contract::Timestamp;
use crate::ui::charts::axis::multiples;
use crate::ui::charts::figures::signed_duration;
use crate::ui::parts::clock_text;

/// How an axis says times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockAxis {
    /// As time before the last sample.
    #[default]
    Relative,
    /// As clocks show it that are this many minutes ahead of UTC.
    Clock {
        /// Minutes ahead of UTC.
        offset_min: i32,
    },
}

impl ClockAxis {
    /// Marks at every `step_ms` of the time that begins at `start`: milliseconds from `start`, and words.
    #[must_use]
    pub fn marks(self, start: Timestamp, span_ms: f64, step_ms: f64) -> Vec<(f64, String)> {
        match self {
            ClockAxis::Relative => multiples(step_ms, -span_ms, 0.0)
                .into_iter()
                .map(|before| (span_ms + before, ago(before)))
                .collect(),
            ClockAxis::Clock { offset_min } => {
                // Counting from midnight keeps the marks round on the clock that is shown.
                let from = millis_of_day(start, offset_min);
                multiples(step_ms, from, from + span_ms)
                    .into_iter()
                    .map(|at| {
                        (
                            at - from,
                            mark(after(start, at - from), offset_min, step_ms),
                        )
                    })
                    .collect()
            }
        }
    }

    /// One moment, as seen from `now`.
    #[must_use]
    pub fn say(self, at: Timestamp, now: Timestamp) -> String {
        match self {
            ClockAxis::Relative => ago((at.millis_since(now) / 1_000.0).round() * 1_000.0),
            ClockAxis::Clock { offset_min } => clock_text(at, offset_min),
        }
    }
}

/// The clock, without the seconds where all marks would have the same.
fn mark(at: Timestamp, offset_min: i32, step_ms: f64) -> String {
    let mut clock = clock_text(at, offset_min);
    if step_ms >= 60_000.0 {
        clock.truncate("00:00".len());
    }
    clock
}

fn ago(before_ms: f64) -> String {
    if before_ms > -500.0 {
        "now".to_owned()
    } else {
        signed_duration(before_ms)
    }
}

fn millis_of_day(at: Timestamp, offset_min: i32) -> f64 {
    const DAY_MICROS: i64 = 86_400_000_000;
    let shifted = at.as_micros() + i64::from(offset_min) * 60_000_000;
    shifted.rem_euclid(DAY_MICROS) as f64 / 1_000.0
}

fn after(start: Timestamp, ms: f64) -> Timestamp {
    Timestamp::from_micros(start.as_micros() + (ms * 1_000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    #[test]
    fn relative_marks_count_back_from_now() {
        let texts: Vec<String> = ClockAxis::Relative
            .marks(at("2026-05-04T14:03:07Z"), 90_000.0, 30_000.0)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts, ["−1 min 30 s", "−1 min", "−30 s", "now"]);
    }

    #[test]
    fn clock_marks_are_round_on_the_clock_and_pass_midnight() {
        let axis = ClockAxis::Clock { offset_min: 120 };
        let marks = axis.marks(at("2026-05-04T21:59:40Z"), 60_000.0, 30_000.0);
        assert_eq!(
            marks,
            [
                (20_000.0, "00:00:00".to_owned()),
                (50_000.0, "00:00:30".to_owned())
            ]
        );
    }

    #[test]
    fn whole_minutes_are_marked_without_seconds() {
        let axis = ClockAxis::Clock { offset_min: 0 };
        let marks = axis.marks(at("2026-05-04T14:00:00Z"), 3_600_000.0, 1_800_000.0);
        let texts: Vec<&str> = marks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["14:00", "14:30", "15:00"]);
    }

    #[test]
    fn a_moment_is_said_in_the_same_way() {
        let (then, now) = (at("2026-05-04T14:03:07.4Z"), at("2026-05-04T14:04:07Z"));
        assert_eq!(ClockAxis::Relative.say(then, now), "−1 min");
        assert_eq!(
            ClockAxis::Clock { offset_min: 0 }.say(then, now),
            "14:03:07"
        );
        assert_eq!(ClockAxis::Relative.say(now, now), "now");
    }
}
