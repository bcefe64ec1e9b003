//! A trend in words, for those who do not see the drawing.

use crate::contract::{Trend, TrendPoint, TrendRange};
use crate::ui::charts::clock::ClockAxis;
use crate::ui::charts::figures::duration;
use crate::ui::parts::{rate, thousands};

/// The heads of the table's columns.
pub const HEADS: &[&str] = &["From", "Age at most", "Events behind at most", "Events/s"];
/// The rows that the table has, at most.
const ROWS: i64 = 12;

/// "the last hour".
#[must_use]
pub fn range_words(range: TrendRange) -> &'static str {
    match range {
        TrendRange::Hour => "the last hour",
        TrendRange::Day => "the last day",
    }
}

/// What the chart shows, in two sentences.
#[must_use]
pub fn sentence(trend: &Trend, range: TrendRange, clock: ClockAxis) -> String {
    let oldest = trend.points.iter().max_by_key(|point| point.lag_age_ms);
    let fastest = trend.points.iter().map(|point| point.rate_per_s);
    let (Some(oldest), Some(last)) = (oldest, trend.points.last()) else {
        return format!("Nothing was sampled over {}.", range_words(range));
    };
    format!(
        "Over {} {} was at most {} behind ({}), and is {} behind now. At most {} events a second went through, and {} do now.",
        range_words(range),
        trend.consumer,
        duration(oldest.lag_age_ms as f64),
        clock.say(oldest.at, last.at),
        duration(last.lag_age_ms as f64),
        rate(fastest.fold(0.0, f64::max)),
        rate(last.rate_per_s),
    )
}

/// One point, read off: "14:03:20 · 34.2 s and 1,204 events behind · 12 events/s".
#[must_use]
pub fn point(trend: &Trend, index: usize, clock: ClockAxis) -> Option<String> {
    let (point, now) = (trend.points.get(index)?, trend.points.last()?.at);
    let behind = match (point.lag_events, point.lag_age_ms) {
        (0, 0) => "up to date".to_owned(),
        (1, age) => format!("{} and 1 event behind", duration(age as f64)),
        (events, age) => format!(
            "{} and {} events behind",
            duration(age as f64),
            thousands(events)
        ),
    };
    Some(format!(
        "{} · {behind} · {} events/s",
        clock.say(point.at, now),
        rate(point.rate_per_s)
    ))
}

/// The range in parts, with a text for each of `HEADS`; parts in which nobody looked are missing.
#[must_use]
pub fn rows(trend: &Trend, range: TrendRange, clock: ClockAxis) -> Vec<Vec<String>> {
    let Some(now) = trend.points.last().map(|point| point.at) else {
        return Vec::new();
    };
    let part_micros = range.span_s() * 1_000_000 / ROWS;
    let part = |point: &TrendPoint| point.at.as_micros().div_euclid(part_micros);
    trend
        .points
        .chunk_by(|before, after| part(before) == part(after))
        .map(|points| row(points, now, clock))
        .collect()
}

fn row(points: &[TrendPoint], now: crate::contract::Timestamp, clock: ClockAxis) -> Vec<String> {
    let from = points.first().map(|point| clock.say(point.at, now));
    let age = points.iter().map(|point| point.lag_age_ms).max();
    let events = points.iter().map(|point| point.lag_events).max();
    let mean = points.iter().map(|point| point.rate_per_s).sum::<f64>() / points.len() as f64;
    vec![
        from.unwrap_or_default(),
        duration(age.unwrap_or_default() as f64),
        thousands(events.unwrap_or_default()),
        rate(mean),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Position, Timestamp};

    fn trend() -> Trend {
        let point = |(second, age, events): (i64, u64, u64)| TrendPoint {
            at: Timestamp::from_micros(1_800_000_000_000_000 + second * 1_000_000),
            position: Position(1),
            lag_events: events,
            lag_age_ms: age,
            rate_per_s: 10.0,
        };
        Trend {
            consumer: "sales".to_owned(),
            step_s: 10,
            points: [(0, 0, 0), (10, 34_200, 1_204), (300, 0, 0)]
                .map(point)
                .to_vec(),
        }
    }

    #[test]
    fn the_worst_and_the_present_are_told() {
        let words = sentence(&trend(), TrendRange::Hour, ClockAxis::Relative);
        assert!(
            words.contains("at most 34.2 s behind (−4 min 50 s), and is 0 ms behind now"),
            "{words}"
        );
    }

    #[test]
    fn a_point_is_read_off() {
        let at = |index| point(&trend(), index, ClockAxis::Relative);
        assert_eq!(
            at(1).as_deref(),
            Some("−4 min 50 s · 34.2 s and 1,204 events behind · 10 events/s")
        );
        assert_eq!(at(2).as_deref(), Some("now · up to date · 10 events/s"));
        assert_eq!(at(3), None);
    }

    #[test]
    fn the_table_has_the_worst_of_each_part() {
        let rows = rows(&trend(), TrendRange::Hour, ClockAxis::Relative);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0][1..], ["34.2 s", "1,204", "10"]);
    }
}
