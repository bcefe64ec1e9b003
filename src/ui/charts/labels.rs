//! Labels that never collide: pushed apart along a side, or stacked in rows below a ruler.

/// Moves labels as little as needed so that each has `height` to itself between `top` and `bottom`. Takes and gives
/// their middles, sorted from the top. Where there is not room for all, they share it evenly.
#[must_use]
pub fn spread(middles: &[f64], height: f64, top: f64, bottom: f64) -> Vec<f64> {
    let mut groups: Vec<Group> = Vec::with_capacity(middles.len());
    let step = height.min((bottom - top) / middles.len().max(1) as f64);
    for middle in middles {
        groups.push(Group {
            sum: *middle,
            count: 1,
        });
        settle(&mut groups, step, top, bottom);
    }
    groups
        .iter()
        .flat_map(|group| {
            let first = group.first(step, top, bottom);
            (0..group.count).map(move |i| first + i as f64 * step)
        })
        .collect()
}

/// Labels that touch each other and move as one.
struct Group {
    sum: f64,
    count: usize,
}

impl Group {
    /// The middle of the group's first label: as near to where its labels want to be as the side allows.
    fn first(&self, step: f64, top: f64, bottom: f64) -> f64 {
        let half = step * self.count as f64 / 2.0;
        let centre =
            (self.sum / self.count as f64).clamp(top + half, (bottom - half).max(top + half));
        centre - half + step / 2.0
    }
}

/// Joins the last group with those before it for as long as they overlap.
fn settle(groups: &mut Vec<Group>, step: f64, top: f64, bottom: f64) {
    while let [.., before, last] = groups.as_slice() {
        let end = before.first(step, top, bottom) + step * before.count as f64;
        if end <= last.first(step, top, bottom) + 1e-9 {
            return;
        }
        let joined = Group {
            sum: before.sum + last.sum,
            count: before.count + last.count,
        };
        groups.truncate(groups.len() - 2);
        groups.push(joined);
    }
}

/// Where a label on a ruler went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stacked {
    /// Its left end.
    pub left: f64,
    /// Its row, 0 next to the ruler.
    pub row: usize,
}

/// Puts labels of these `(middle, width)`s into the first row where they do not touch another, inside `left..right`.
#[must_use]
pub fn stack(labels: &[(f64, f64)], left: f64, right: f64, gap: f64) -> Vec<Stacked> {
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    labels
        .iter()
        .map(|(middle, width)| {
            let start = (middle - width / 2.0).min(right - width).max(left);
            let end = start + width;
            let is_free =
                |row: &[(f64, f64)]| row.iter().all(|(a, b)| end + gap <= *a || b + gap <= start);
            let row = taken
                .iter()
                .position(|row| is_free(row))
                .unwrap_or(taken.len());
            match taken.get_mut(row) {
                Some(places) => places.push((start, end)),
                None => taken.push(vec![(start, end)]),
            }
            Stacked { left: start, row }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(spread(&[10.0, 40.0], 12.0, 0.0, 100.0), [10.0, 40.0]);
    }

    #[test]
    fn labels_at_one_place_stand_around_it() {
        assert_eq!(spread(&[50.0, 50.0], 12.0, 0.0, 100.0), [44.0, 56.0]);
    }

    #[test]
    fn labels_at_the_edge_stay_inside() {
        assert_eq!(spread(&[0.0, 1.0], 12.0, 0.0, 100.0), [6.0, 18.0]);
    }

    #[test]
    fn a_ruler_label_that_would_touch_goes_a_row_down() {
        let rows: Vec<usize> = stack(
            &[(50.0, 40.0), (60.0, 40.0), (150.0, 40.0)],
            0.0,
            200.0,
            6.0,
        )
        .iter()
        .map(|label| label.row)
        .collect();
        assert_eq!(rows, [0, 1, 0]);
    }

    proptest! {
        #[test]
        fn spread_labels_never_overlap(mut middles in prop::collection::vec(-20.0..220.0f64, 0..12)) {
            middles.sort_by(f64::total_cmp);
            let placed = spread(&middles, 13.0, 0.0, 200.0);
            prop_assert_eq!(placed.len(), middles.len());
            let step = 13.0f64.min(200.0 / middles.len().max(1) as f64);
            for pair in placed.windows(2) {
                prop_assert!(pair[1] - pair[0] >= step - 1e-6);
            }
            for y in placed {
                prop_assert!(y >= step / 2.0 - 1e-6 && y <= 200.0 - step / 2.0 + 1e-6);
            }
        }

        #[test]
        fn stacked_labels_never_overlap(labels in prop::collection::vec((0.0..300.0f64, 10.0..120.0f64), 0..12)) {
            let placed = stack(&labels, 0.0, 300.0, 6.0);
            for (i, (a, (_, a_width))) in placed.iter().zip(&labels).enumerate() {
                prop_assert!(a.left >= 0.0 && a.left + a_width <= 300.0 + 1e-6);
                for (b, (_, b_width)) in placed.iter().zip(&labels).skip(i + 1) {
                    prop_assert!(a.row != b.row || a.left + a_width <= b.left || b.left + b_width <= a.left);
                }
            }
        }
    }
}
