//! The rows of the order list as the page has them: loaded page by page, patched by frames. Pure, so that it can be
//! tested.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::contract::{Listing, OrderQuery, OrderRow, OrderSort};
use crate::ui::parts::RowKey;

/// Live rows beyond this many push the oldest out.
pub const ROWS_KEPT: usize = 5_000;

/// The key of an order's row.
#[must_use]
pub fn key_of(row: &OrderRow) -> RowKey {
    row.order_id.0.as_u128()
}

/// The rows, in the order of the list.
#[derive(Default)]
pub struct OrderRows {
    query: OrderQuery,
    by_key: HashMap<RowKey, Arc<OrderRow>>,
    keys: Vec<RowKey>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<String>,
    /// New rows that wait until the person no longer points at the list.
    held: Vec<OrderRow>,
    /// Whether old rows were let go, so that the list ends before its end.
    pub is_cut: bool,
}

impl OrderRows {
    /// The first page of a query's answer.
    #[must_use]
    pub fn new(query: OrderQuery, listing: Listing<OrderRow>) -> OrderRows {
        let mut rows = OrderRows {
            query,
            ..OrderRows::default()
        };
        rows.append(listing);
        rows
    }

    /// The next page. Rows that frames have brought meanwhile are newer than the page's.
    pub fn append(&mut self, listing: Listing<OrderRow>) {
        for row in listing.items {
            let key = key_of(&row);
            if let Entry::Vacant(place) = self.by_key.entry(key) {
                place.insert(Arc::new(row));
                self.keys.push(key);
            }
        }
        self.next = listing.next;
    }

    /// How many rows are loaded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// How many new rows are held back.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// The key of the row at a place.
    #[must_use]
    pub fn key_at(&self, place: usize) -> Option<RowKey> {
        self.keys.get(place).copied()
    }

    /// A row.
    #[must_use]
    pub fn get(&self, key: RowKey) -> Option<Arc<OrderRow>> {
        self.by_key.get(&key).cloned()
    }

    /// Folds rows that are new or changed. Known rows change in place. While `hold` says so, new ones wait and none
    /// goes; `is_own` tells the person's own, which never wait.
    pub fn fold(&mut self, rows: Vec<OrderRow>, hold: bool, is_own: impl Fn(&OrderRow) -> bool) {
        for row in rows {
            let key = key_of(&row);
            if let Entry::Occupied(mut place) = self.by_key.entry(key) {
                place.insert(Arc::new(row));
            } else if !hold || is_own(&row) {
                self.insert(row);
            } else if self.wants(&row) {
                self.hold_back(row);
            }
        }
        if !hold {
            self.sweep();
            self.cut();
        }
    }

    /// Lets in what was held back.
    pub fn release(&mut self) {
        for row in std::mem::take(&mut self.held) {
            self.insert(row);
        }
        self.sweep();
        self.cut();
    }

    fn wants(&self, row: &OrderRow) -> bool {
        let query = &self.query;
        query.status.is_none_or(|status| status == row.status)
            && query
                .customer
                .as_ref()
                .is_none_or(|name| *name == row.customer)
    }

    fn hold_back(&mut self, row: OrderRow) {
        match self
            .held
            .iter_mut()
            .find(|held| held.order_id == row.order_id)
        {
            Some(held) => *held = row,
            None => self.held.push(row),
        }
    }

    /// Puts a row where it belongs, if that is among the loaded ones.
    fn insert(&mut self, row: OrderRow) {
        if !self.wants(&row) || self.by_key.contains_key(&key_of(&row)) {
            return;
        }
        let newest_first = self.query.sort == OrderSort::Newest;
        let placed = row.placed_position;
        let stands_before = |key: &RowKey| {
            let other = self.by_key.get(key).map(|other| other.placed_position);
            other.is_some_and(|other| {
                if newest_first {
                    other > placed
                } else {
                    other < placed
                }
            })
        };
        let place = self.keys.partition_point(stands_before);
        let is_beyond_loaded = place == self.keys.len() && (self.next.is_some() || self.is_cut);
        if !is_beyond_loaded {
            let key = key_of(&row);
            self.keys.insert(place, key);
            self.by_key.insert(key, Arc::new(row));
        }
    }

    /// Takes out the rows that no longer match the filter.
    fn sweep(&mut self) {
        if self.query.status.is_none() {
            return;
        }
        let keys = std::mem::take(&mut self.keys);
        let (stay, go) = keys.into_iter().partition(|key| {
            let row = self.by_key.get(key);
            row.is_some_and(|row| self.wants(row))
        });
        self.keys = stay;
        let go: Vec<RowKey> = go;
        for key in go {
            self.by_key.remove(&key);
        }
    }

    fn cut(&mut self) {
        // Room for a while, so that not every new row cuts.
        if self.keys.len() <= ROWS_KEPT + ROWS_KEPT / 5 {
            return;
        }
        for key in self.keys.split_off(ROWS_KEPT) {
            self.by_key.remove(&key);
        }
        self.next = None;
        self.is_cut = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Freshness, Money, OrderId, OrderStatus, Position, Timestamp};

    fn row(n: u64, status: OrderStatus) -> OrderRow {
        OrderRow {
            order_id: OrderId(uuid::Uuid::from_u128(u128::from(n))),
            customer: "Jun Mori".to_owned(),
            status,
            cancel_reason: None,
            lines: Vec::new(),
            total: Money::eur(100),
            placed_at: Timestamp::from_micros(0),
            updated_at: Timestamp::from_micros(0),
            placed_position: Position(n),
            position: Position(n),
            placed_by: None,
        }
    }

    fn rows(query: OrderQuery, numbers: &[u64], next: Option<&str>) -> OrderRows {
        let status = query.status.unwrap_or(OrderStatus::Placed);
        let listing = Listing {
            items: numbers.iter().map(|n| row(*n, status)).collect(),
            next: next.map(str::to_owned),
            freshness: Freshness::default(),
        };
        OrderRows::new(query, listing)
    }

    fn numbers(rows: &OrderRows) -> Vec<u128> {
        (0..rows.len())
            .filter_map(|place| rows.key_at(place))
            .collect()
    }

    #[test]
    fn new_rows_stand_by_when_they_were_placed() {
        let mut rows = rows(OrderQuery::default(), &[9, 5], None);
        let new = vec![row(11, OrderStatus::Placed), row(7, OrderStatus::Placed)];
        rows.fold(new, false, |_| false);
        assert_eq!(numbers(&rows), [11, 9, 7, 5]);
    }

    #[test]
    fn a_row_beyond_the_loaded_pages_waits_for_its_page() {
        let mut rows = rows(OrderQuery::default(), &[9, 5], Some("5"));
        rows.fold(vec![row(3, OrderStatus::Paid)], false, |_| false);
        assert_eq!(numbers(&rows), [9, 5]);
    }

    #[test]
    fn while_a_person_points_new_rows_wait_and_known_ones_change_in_place() {
        let mut rows = rows(OrderQuery::default(), &[9, 5], None);
        let frame = vec![row(11, OrderStatus::Placed), row(5, OrderStatus::Paid)];
        rows.fold(frame, true, |_| false);
        assert_eq!(numbers(&rows), [9, 5]);
        assert_eq!(rows.held(), 1);
        assert_eq!(rows.get(5).map(|row| row.status), Some(OrderStatus::Paid));
        rows.release();
        assert_eq!(numbers(&rows), [11, 9, 5]);
    }

    #[test]
    fn ones_own_order_never_waits() {
        let mut rows = rows(OrderQuery::default(), &[9], None);
        rows.fold(vec![row(11, OrderStatus::Placed)], true, |row| {
            row.placed_position.0 == 11
        });
        assert_eq!(numbers(&rows), [11, 9]);
    }

    #[test]
    fn a_row_that_leaves_the_filter_goes_when_nobody_points_at_it() {
        let query = OrderQuery {
            status: Some(OrderStatus::Placed),
            ..OrderQuery::default()
        };
        let mut rows = rows(query, &[9, 5], None);
        rows.fold(vec![row(5, OrderStatus::Reserved)], true, |_| false);
        assert_eq!(numbers(&rows), [9, 5]);
        rows.release();
        assert_eq!(numbers(&rows), [9]);
    }

    #[test]
    fn a_page_does_not_overwrite_what_a_frame_has_brought() {
        let mut rows = rows(OrderQuery::default(), &[9], Some("9"));
        rows.fold(vec![row(9, OrderStatus::Shipped)], false, |_| false);
        rows.append(Listing {
            items: vec![row(9, OrderStatus::Placed), row(5, OrderStatus::Placed)],
            next: None,
            freshness: Freshness::default(),
        });
        assert_eq!(numbers(&rows), [9, 5]);
        assert_eq!(
            rows.get(9).map(|row| row.status),
            Some(OrderStatus::Shipped)
        );
    }
}
