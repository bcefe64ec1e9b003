//! The cursor of a trend: a moment, which it keeps while new points come.

use crate::contract::{Timestamp, TrendPoint};
use crate::ui::charts::keys::{Step, shifted};

/// The point nearest to a moment.
#[must_use]
pub fn nearest(points: &[TrendPoint], at: Timestamp) -> Option<usize> {
    let distance = |point: &TrendPoint| point.at.as_micros().abs_diff(at.as_micros());
    let nearest = points.iter().enumerate();
    nearest
        .min_by_key(|(_, point)| distance(point))
        .map(|(index, _)| index)
}

/// Where the cursor is after a key; without one the keys begin at the newest point.
#[must_use]
pub fn stepped(cursor: Option<Timestamp>, step: Step, points: &[TrendPoint]) -> Option<Timestamp> {
    let last = points.len().checked_sub(1)?;
    let index = cursor.and_then(|at| nearest(points, at));
    let to = match (step, index) {
        (Step::Away, _) => return None,
        (Step::First, _) => 0,
        (Step::Through(by), Some(index)) => shifted(index, by, last),
        (Step::Across(_), Some(index)) => index,
        (Step::Last | Step::Through(_) | Step::Across(_), _) => last,
    };
    points.get(to).map(|point| point.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Position;

    fn points() -> Vec<TrendPoint> {
        let point = |second: i64| TrendPoint {
            at: Timestamp::from_micros(second * 1_000_000),
            position: Position(1),
            lag_events: 0,
            lag_age_ms: 0,
            rate_per_s: 0.0,
        };
        (0..5).map(|n| point(n * 10)).collect()
    }

    fn after(keys: &[Step]) -> Option<i64> {
        let points = points();
        let cursor = keys
            .iter()
            .fold(None, |cursor, step| stepped(cursor, *step, &points));
        cursor.map(|at| at.as_micros() / 1_000_000)
    }

    #[test]
    fn keys_begin_at_the_newest_point_and_stop_at_the_ends() {
        assert_eq!(after(&[Step::Through(-1)]), Some(40));
        assert_eq!(after(&[Step::Last, Step::Through(-2)]), Some(20));
        assert_eq!(after(&[Step::First, Step::Through(-1)]), Some(0));
        assert_eq!(after(&[Step::Last, Step::Away]), None);
        assert_eq!(stepped(None, Step::Last, &[]), None);
    }
}
