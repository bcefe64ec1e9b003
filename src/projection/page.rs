//! Pages of lists: how long they may be, where the next one starts.

use crate::contract::{Freshness, Listing, Position};

/// Rows that a page has at most, and where the question does not say.
pub const MAX_PAGE: u32 = 1_000;

/// What has changed in a read model since a position.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes<T> {
    /// The changed rows as they are now, in the order of their last change.
    pub rows: Vec<T>,
    /// The rows are all that changed up to here; the next question starts after it.
    pub upto: Position,
    /// The read model's own position. It is after `upto` when the limit cut the answer.
    pub as_of: Position,
}

impl<T> Changes<T> {
    /// From rows of a question for `limit`: a full answer may have been cut and is complete up to its last row only.
    pub(crate) fn new(
        rows: Vec<T>,
        limit: u32,
        as_of: Position,
        position_of: impl Fn(&T) -> Position,
    ) -> Changes<T> {
        let upto = match rows.last() {
            Some(last) if rows.len() >= rows_of(limit) => position_of(last),
            _ => as_of,
        };
        Changes { rows, upto, as_of }
    }
}

/// How many rows to give: what was asked for, within what may be asked for.
pub(crate) fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE)
}

/// One page, from rows of which one more was asked for than the page may have: that one says that there is more.
pub(crate) fn listing<T>(
    mut items: Vec<T>,
    limit: u32,
    cursor_of: impl Fn(&T) -> String,
    freshness: Freshness,
) -> Listing<T> {
    let more = items.len() > rows_of(limit);
    items.truncate(rows_of(limit));
    Listing {
        next: items.last().filter(|_| more).map(cursor_of),
        items,
        freshness,
    }
}

fn rows_of(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_kept_within_a_page() {
        assert_eq!(limit(None), MAX_PAGE);
        assert_eq!(limit(Some(0)), 1);
        assert_eq!(limit(Some(7)), 7);
        assert_eq!(limit(Some(MAX_PAGE + 1)), MAX_PAGE);
    }

    #[test]
    fn the_extra_row_only_says_that_there_is_more() {
        let fresh = Freshness::default();
        let page = listing(vec![1, 2, 3], 2, ToString::to_string, fresh);
        assert_eq!((page.items, page.next), (vec![1, 2], Some("2".to_owned())));
        let last = listing(vec![1, 2], 2, ToString::to_string, fresh);
        assert_eq!((last.items, last.next), (vec![1, 2], None));
    }

    #[test]
    fn a_cut_answer_is_complete_up_to_its_last_row() {
        let cut = Changes::new(vec![3, 5], 2, Position(9), |row| Position(*row));
        assert_eq!(cut.upto, Position(5));
        let whole = Changes::new(vec![3, 5], 3, Position(9), |row| Position(*row));
        assert_eq!(whole.upto, Position(9));
    }
}
