//! Which rows of a long list are in sight. Pure, so that it can be tested.

/// Rows that are rendered, from `first`, `count` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowWindow {
    /// The first row's place in the list, from 0.
    pub first: usize,
    /// How many rows.
    pub count: usize,
}

/// Rows that are kept ready above and below what is in sight.
const SPARE: usize = 12;
/// The window moves by this many rows, so that scrolling does not change it at every step.
const STEP: usize = 6;

/// The rows to render when the list's first row is `top` pixels below the window's upper edge (negative when it has
/// been scrolled past).
#[must_use]
pub fn rows_in_sight(top: f64, height: f64, row_height: f64, len: usize) -> RowWindow {
    let above = (-top / row_height).floor().max(0.0) as usize;
    let visible = (height / row_height).ceil().max(1.0) as usize;
    let first = above.saturating_sub(SPARE) / STEP * STEP;
    let first = first.min(len.saturating_sub(1) / STEP * STEP);
    let last = above.saturating_add(visible + SPARE + STEP).min(len);
    RowWindow {
        first,
        count: last.saturating_sub(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_top_the_first_rows_are_rendered() {
        let window = rows_in_sight(120.0, 700.0, 32.0, 100_000);
        assert_eq!(window.first, 0);
        assert!((40..60).contains(&window.count), "{window:?}");
    }

    #[test]
    fn in_the_middle_spare_rows_stand_on_both_sides() {
        let window = rows_in_sight(-32.0 * 50_000.0, 700.0, 32.0, 100_000);
        assert!(window.first <= 50_000 - SPARE + STEP);
        assert!(window.first + window.count >= 50_000 + 22 + SPARE);
    }

    #[test]
    fn small_steps_keep_the_window() {
        let first = |row: f64| rows_in_sight(-32.0 * row, 700.0, 32.0, 1_000).first;
        assert_eq!(first(102.0), first(103.0));
    }

    #[test]
    fn past_the_end_nothing_breaks() {
        let window = rows_in_sight(-1e9, 700.0, 32.0, 10);
        assert!(window.first + window.count <= 10);
        assert_eq!(rows_in_sight(0.0, 700.0, 32.0, 0).count, 0);
    }
}
