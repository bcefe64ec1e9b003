//! What rows of orders said before: the order list and the search index keep it the same way.
//!
//! A row that an event changes leaves a *past version*: what it said, from which event and until which. What still
//! stands is in the row itself. So a row as of P is the row, where nothing has changed it since P, and else the first
//! of its versions that ended after P.
//!
//! Which rows had a status as of P is asked of the versions by how long they lasted. Those that lasted from 2^n to
//! 2^(n+1) positions and stood at P began less than 2^(n+1) positions before it, and all that began in the nearer half
//! of these stood: a seek for each n and a short walk finds them all, however long the log is.

mod standing;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::ProjectionError;
use super::model::Table;
use super::order_event;
use super::place::write_in_tx;
use crate::contract::{OrderId, OrderStatus, Position, RecordedEvent};
use crate::domain::orders::OrderEvent;

pub(crate) use standing::{Span, push_standing, push_stood};

/// The table, as `verify` compares it.
pub(crate) const VERSIONS: Table = Table {
    name: "past_versions",
    key: &["placed_position", "until"],
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
    fn columns(&self) -> impl Serialize + '_ {
        (
            self.placed.to_sql(),
            self.until.to_sql(),
            self.said.since.to_sql(),
            lasted(self.said.since, self.until),
            self.said.status,
            self.said.reason.as_deref(),
        )
    }
}

/// Writes the versions that a batch has made past.
pub(crate) async fn write_versions_in_tx(
    tx: &mut SqliteConnection,
    versions: &[PastVersion<'_>],
) -> Result<(), ProjectionError> {
    let columns: Vec<_> = versions.iter().map(PastVersion::columns).collect();
    write_in_tx(tx, include_str!("insert.sql"), &columns).await
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
