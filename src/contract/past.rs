//! Read models as they were.

use serde::{Deserialize, Serialize};

use super::{Listing, OrderCounts, OrderRow, OrdersView, Position, Timestamp};

/// A row as it was, and as it is now where that is not the same. Rows never go, so there is always a now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Then<T> {
    /// The row as it was.
    pub then: T,
    /// The row as it is now; absent where nothing has changed since.
    pub now: Option<T>,
}

impl<T> Listing<Then<T>> {
    /// The page as it was, without what it is now.
    #[must_use]
    pub fn then(self) -> Listing<T> {
        Listing {
            items: self.items.into_iter().map(|row| row.then).collect(),
            next: self.next,
            freshness: self.freshness,
        }
    }
}

/// A page of the order list as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastOrders {
    /// The page.
    pub listing: Listing<Then<OrderRow>>,
    /// Orders by status, over the whole list, as it was.
    pub counts: OrderCounts,
}

/// What a page shows of a moment of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastPage<T> {
    /// The moment.
    pub moment: LogMoment,
    /// What was shown then.
    pub shown: T,
}

impl PastOrders {
    /// The page as it was, without what it is now.
    #[must_use]
    pub fn then(self) -> OrdersView {
        OrdersView {
            listing: self.listing.then(),
            counts: self.counts,
        }
    }
}

/// A moment of the log: a position, and when it was the last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogMoment {
    /// The position.
    pub position: Position,
    /// When the event there was recorded; `None` before the first one.
    pub recorded_at: Option<Timestamp>,
    /// The last committed position.
    pub head: Position,
}
