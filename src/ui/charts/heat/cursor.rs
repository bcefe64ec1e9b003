//! The cursor of a heat map: a cell that holds commands, moved by pointer or by keys.

use super::cells::{Cells, Place};
use crate::ui::charts::keys::{Step, shifted};

/// Where the cursor is after a key; without one the keys begin at the newest column.
#[must_use]
pub fn stepped(cursor: Option<Place>, step: Step, cells: &Cells) -> Option<Place> {
    let places: Vec<Place> = cells.commands.keys().copied().collect();
    let mut columns: Vec<i64> = places.iter().map(|place| place.column).collect();
    columns.dedup();
    let last = columns.len().checked_sub(1)?;
    let (column, row) = match (step, cursor) {
        (Step::Away, _) => return None,
        (Step::First, cursor) => (0, cursor.map_or(0, |place| place.row)),
        (Step::Through(by), Some(place)) => {
            let at = columns.partition_point(|column| *column < place.column);
            (shifted(at, by, last), place.row)
        }
        (Step::Across(by), Some(place)) => return Some(across(place, by, &places)),
        (Step::Last | Step::Through(_) | Step::Across(_), cursor) => {
            (last, cursor.map_or(0, |place| place.row))
        }
    };
    let column = *columns.get(column)?;
    places
        .into_iter()
        .filter(|place| place.column == column)
        .min_by_key(|place| place.row.abs_diff(row))
}

/// The next cell of the same column; down is faster.
fn across(place: Place, by: i32, places: &[Place]) -> Place {
    let column: Vec<Place> = places
        .iter()
        .filter(|other| other.column == place.column)
        .copied()
        .collect();
    let at = column.partition_point(|other| *other < place);
    let to = shifted(at, -by, column.len().saturating_sub(1));
    column.get(to).copied().unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::super::cells::Kind;
    use super::*;

    fn after(keys: &[Step]) -> Option<(i64, usize)> {
        let place = |(column, row)| Place {
            column,
            row,
            kind: Kind::Applied,
        };
        let places = [(7, 2), (7, 3), (9, 2), (12, 8)].map(|at| (place(at), 1));
        let cells = Cells {
            together: 1,
            commands: places.into_iter().collect(),
        };
        let cursor = keys
            .iter()
            .fold(None, |cursor, step| stepped(cursor, *step, &cells));
        cursor.map(|place| (place.column, place.row))
    }

    #[test]
    fn keys_go_from_one_column_that_holds_something_to_the_next() {
        assert_eq!(after(&[Step::Through(1)]), Some((12, 8)));
        assert_eq!(after(&[Step::Last, Step::Through(-1)]), Some((9, 2)));
        assert_eq!(after(&[Step::First, Step::Through(-1)]), Some((7, 2)));
        assert_eq!(after(&[Step::Last, Step::Away]), None);
    }

    #[test]
    fn up_is_slower_and_down_is_faster() {
        assert_eq!(after(&[Step::First, Step::Across(-1)]), Some((7, 3)));
        assert_eq!(
            after(&[Step::First, Step::Across(-1), Step::Across(1)]),
            Some((7, 2))
        );
    }
}
