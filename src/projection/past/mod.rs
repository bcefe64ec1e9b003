//! Which orders had a status as of a position: the order list and the search index find them the same way.
//!
//! An event that changes what the row of an order says leaves a *past version*: what it said, from which event and until
//! which. What still stands is in the row itself. Versions are found by their status and by how long they lasted: those
//! that lasted from 2^n to 2^(n+1) positions and stood at P began less than 2^(n+1) positions before it, and all that
//! began in the nearer half of these stood. A seek for each n and a short walk finds them all, however long the log is.

mod standing;

use std::borrow::Cow;

use serde::Deserialize;
use sqlx::SqliteConnection;

use super::ProjectionError;
use super::model::Table;
use super::order_event;
use super::place::{Cell, insert_in_tx};
use crate::contract::{OrderId, OrderStatus, Position, RecordedEvent};
use crate::domain::orders::OrderEvent;

pub(crate) use standing::{Span, push_standing, push_stood};

/// The table, as `verify` compares it.
pub(crate) const PAST_STATUSES: Table = Table {
    name: "past_statuses",
    key: &["status", "lasted", "since"],
};

/// What a row says of its order's progress, and since which event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing<'a> {
    pub(crate) since: Position,
    pub(crate) status: OrderStatus,
    pub(crate) reason: Option<Cow<'a, str>>,
}

/// A row as the place has it: `load.sql` of both read models.
#[derive(Deserialize)]
pub(crate) struct Stored(OrderId, i64, i64, OrderStatus, Option<String>);

/// What a row said until an event changed it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PastVersion<'a> {
    pub(crate) placed: Position,
    pub(crate) said: Standing<'a>,
    pub(crate) until: Position,
}

impl Stored {
    /// The order, its place in the list, and what its row says.
    pub(crate) fn read<'a>(self) -> (OrderId, Position, Standing<'a>) {
        let Stored(id, placed, since, status, reason) = self;
        let standing = Standing {
            since: Position::from_sql(since),
            status,
            reason: reason.map(Cow::Owned),
        };
        (id, Position::from_sql(placed), standing)
    }
}

impl<'a> Standing<'a> {
    /// What a row says after an event.
    pub(crate) fn after(recorded: &RecordedEvent, event: &'a OrderEvent) -> Standing<'a> {
        let (status, reason) = order_event::status_after(event);
        Standing {
            since: recorded.position,
            status,
            reason: reason.map(Cow::Borrowed),
        }
    }
}

impl PastVersion<'_> {
    fn columns(&self) -> [Cell<'static>; 5] {
        [
            self.said.status.as_str().into(),
            i64::from(lasted(self.said.since, self.until)).into(),
            self.said.since.to_sql().into(),
            self.until.to_sql().into(),
            self.placed.to_sql().into(),
        ]
    }
}

/// Writes the statuses of the versions that a batch has made past.
pub(crate) async fn write_statuses_in_tx(
    tx: &mut SqliteConnection,
    versions: &[PastVersion<'_>],
) -> Result<(), ProjectionError> {
    let columns = versions.iter().map(PastVersion::columns);
    insert_in_tx(tx, include_str!("insert.sql"), columns).await
}

/// The n of 2^n positions that a version lasted at least, and of which it did not last twice as many.
fn lasted(since: Position, until: Position) -> u32 {
    until.events_after(since).checked_ilog2().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::lasted;
    use crate::contract::Position;

    #[test]
    fn versions_are_told_apart_by_powers_of_two() {
        let lasted = |events: u64| lasted(Position(7), Position(7 + events));
        let all: Vec<u32> = [1, 2, 3, 4, 1_023, 1_024].map(lasted).into();
        assert_eq!(all, [0, 1, 1, 2, 9, 10]);
    }
}
