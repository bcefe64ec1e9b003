//! What keys do to the cursor of a chart.

/// A step of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// This many moments on, or back.
    Through(i32),
    /// To the first moment.
    First,
    /// To the last moment.
    Last,
    /// This many down, or up, at the same moment.
    Across(i32),
    /// No cursor any more.
    Away,
}

impl Step {
    /// What a key does; `None` for keys that are not ours.
    #[must_use]
    pub fn of_key(key: &str, fast: bool) -> Option<Step> {
        let far = if fast { 10 } else { 1 };
        match key {
            "ArrowLeft" => Some(Step::Through(-far)),
            "ArrowRight" => Some(Step::Through(far)),
            "Home" => Some(Step::First),
            "End" => Some(Step::Last),
            "ArrowUp" => Some(Step::Across(-1)),
            "ArrowDown" => Some(Step::Across(1)),
            "Escape" => Some(Step::Away),
            _ => None,
        }
    }
}

/// An index moved by so many, inside `0..=last`.
#[must_use]
pub fn shifted(index: usize, by: i32, last: usize) -> usize {
    let by_size = by.unsigned_abs() as usize;
    let to = if by < 0 {
        index.saturating_sub(by_size)
    } else {
        index.saturating_add(by_size)
    };
    to.min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_not_ours_do_nothing() {
        assert_eq!(Step::of_key("Escape", false), Some(Step::Away));
        assert_eq!(Step::of_key("ArrowLeft", true), Some(Step::Through(-10)));
        assert_eq!(Step::of_key("a", false), None);
    }

    #[test]
    fn a_step_stops_at_the_ends() {
        assert_eq!(shifted(3, -10, 5), 0);
        assert_eq!(shifted(3, 10, 5), 5);
    }
}
