//! What a topic has to tell to a page that has seen it up to a position.

use super::Gateway;
use crate::contract::{Bucket, Delta, EventFilter, OrderId, Position, Problem, Timestamp, Topic};
use crate::event_log::LogQuery;
use crate::projection::Changes;

/// Rows in one frame.
const ROWS: u32 = 500;
/// A page that is further behind than this is not told row by row: it fetches the topic anew.
const FAR: u64 = 20_000;
/// Events in one frame.
const EVENTS: usize = 500;
/// A tail that is further behind than this is taken up near the head, and the page told how many were passed over.
const TAIL: u64 = 5_000;

/// What there is to tell.
pub(super) enum Change {
    /// This, which brings the page to a position.
    To(Position, Box<Delta>),
    /// Too much: the page fetches the topic, which is at this position now.
    Reset(Position),
}

impl Change {
    /// This, which brings the page to a position.
    pub(super) fn to(position: Position, delta: Delta) -> Change {
        Change::To(position, Box::new(delta))
    }
}

/// The read model whose rows a topic shows; `None` for topics that show something else.
pub(super) fn read_model(topic: &Topic) -> Option<&'static str> {
    match topic {
        Topic::Orders | Topic::Order { .. } => Some("orders"),
        Topic::Stock => Some("stock"),
        Topic::Sales { .. } => Some("sales"),
        Topic::Search => Some("search"),
        Topic::Events { .. } | Topic::Consumers | Topic::Pulse | Topic::Command { .. } => None,
    }
}

impl Gateway {
    /// What a page that watches rows or events has not seen; `None` when it has seen everything.
    pub(super) async fn rows_after(
        &self,
        topic: &Topic,
        seen: Position,
    ) -> Result<Option<Change>, Problem> {
        let now = self.present(topic);
        if seen > self.log.head().position.max(now) {
            // The page comes from another log, or from before a restored backup.
            return Ok(Some(Change::Reset(now)));
        }
        if now <= seen {
            return Ok(None);
        }
        match topic {
            Topic::Events { filter } => self.events_after(filter, seen, now).await,
            Topic::Orders => self.orders_after(seen).await,
            Topic::Order { order_id } => self.order_after(*order_id, seen).await,
            Topic::Stock => self.stock_after(seen).await,
            Topic::Sales { bucket } => self.sales_after(*bucket, seen).await,
            Topic::Search => Ok(Some(Change::to(now, Delta::Moved))),
            Topic::Consumers | Topic::Pulse | Topic::Command { .. } => Ok(None),
        }
    }

    /// Where a topic is now.
    pub(super) fn present(&self, topic: &Topic) -> Position {
        match read_model(topic) {
            Some(name) => self.monitor.position(name).unwrap_or_default(),
            None => self.log.head().position,
        }
    }

    async fn events_after(
        &self,
        filter: &EventFilter,
        seen: Position,
        head: Position,
    ) -> Result<Option<Change>, Problem> {
        let behind = head.events_after(seen);
        let skipped = if behind > TAIL {
            behind - EVENTS as u64
        } else {
            0
        };
        let after = Position(seen.0 + skipped);
        let events = self
            .log
            .read(LogQuery {
                filter: filter.clone(),
                ..LogQuery::after(after, EVENTS)
            })
            .await?;
        // A full page may end before the head; anything less has seen all there was when the head was read.
        let reached = match events.last() {
            Some(last) if events.len() == EVENTS => last.position,
            Some(last) => last.position.max(head),
            None => head,
        };
        let events: Vec<_> = events.iter().map(|event| (**event).clone()).collect();
        if events.is_empty() && skipped == 0 {
            return Ok(Some(Change::to(reached, Delta::Moved)));
        }
        Ok(Some(Change::to(reached, Delta::Events { events, skipped })))
    }

    async fn orders_after(&self, seen: Position) -> Result<Option<Change>, Problem> {
        let (changes, counts) = self.models.orders.changed_since(seen, ROWS).await?;
        Ok(Some(change(changes, |rows| Delta::Orders { rows, counts })))
    }

    async fn order_after(&self, id: OrderId, seen: Position) -> Result<Option<Change>, Problem> {
        let head = self.log.head().position;
        let Some(answer) = self.models.orders.get(id, head).await? else {
            return Ok(Some(Change::to(
                self.monitor.position("orders").unwrap_or(seen),
                Delta::Moved,
            )));
        };
        let last = answer
            .item
            .history
            .last()
            .map_or(answer.item.row.position, |entry| entry.position);
        let delta = if last.max(answer.item.row.position) > seen {
            Delta::Order {
                order: Some(answer.item),
            }
        } else {
            Delta::Moved
        };
        Ok(Some(Change::to(answer.freshness.as_of, delta)))
    }

    async fn stock_after(&self, seen: Position) -> Result<Option<Change>, Problem> {
        let changes = self.models.stock.changed_since(seen, ROWS).await?;
        Ok(Some(change(changes, |rows| Delta::Stock { rows })))
    }

    async fn sales_after(&self, bucket: Bucket, seen: Position) -> Result<Option<Change>, Problem> {
        let changes = self.models.sales.changed_since(bucket, seen, ROWS).await?;
        Ok(Some(change(changes, |rows| Delta::Sales { rows })))
    }

    /// The frame that carries a change.
    pub(super) fn frame(&self, watch: u32, change: Change) -> crate::contract::ServerFrame {
        use crate::contract::ServerFrame;
        match change {
            Change::Reset(position) => ServerFrame::Reset { watch, position },
            Change::To(position, delta) => {
                let delta = *delta;
                let head = self.log.head();
                ServerFrame::Delta {
                    watch,
                    position,
                    head,
                    at: Timestamp::now(),
                    delta,
                }
            }
        }
    }
}

fn change<T>(changes: Changes<T>, delta: impl Fn(Vec<T>) -> Delta) -> Change {
    if changes.as_of.events_after(changes.upto) > FAR {
        return Change::Reset(changes.as_of);
    }
    let delta = if changes.rows.is_empty() {
        Delta::Moved
    } else {
        delta(changes.rows)
    };
    Change::to(changes.upto, delta)
}
