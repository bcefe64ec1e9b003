//! The frames between a page and the live gateway.
//!
//! A page watches topics. Each watch says the position up to which the page already shows the topic, so that the
//! first content, a reconnect and a slow page all take the same path: everything after that position follows.

use serde::{Deserialize, Serialize};

use super::{
    Bucket, CommandConvergence, CommandId, ConsumerRow, EventFilter, Head, OrderCounts,
    OrderDetail, OrderId, OrderRow, Position, PositionSample, Problem, Pulse, RecordedEvent,
    SalesRow, StockRow, Timestamp,
};

/// The page's own number for a watch; every frame about it carries it.
pub type WatchId = u32;

/// What a page can watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "topic", rename_all = "snake_case")]
pub enum Topic {
    /// The log.
    Events {
        /// Which of its events.
        #[serde(default)]
        filter: EventFilter,
    },
    /// Rows of the order list.
    Orders,
    /// One order with its history.
    Order {
        /// The order.
        order_id: OrderId,
    },
    /// Rows of the stock list.
    Stock,
    /// Rows of the sales report.
    Sales {
        /// How long its buckets are.
        bucket: Bucket,
    },
    /// Where the search index is; its rows are asked for, not pushed.
    Search,
    /// All consumers, and where everyone is.
    Consumers,
    /// The vital signs.
    Pulse,
    /// How one command converges.
    Command {
        /// The command.
        command_id: CommandId,
    },
}

/// What a page sends. The socket is read-only: commands go over HTTP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// Starts a watch, or starts it again from another position.
    Watch {
        /// The page's number for it.
        watch: WatchId,
        /// What to watch.
        topic: Topic,
        /// What the page already shows: everything up to here.
        after: Position,
    },
    /// Ends a watch.
    Unwatch {
        /// The page's number for it.
        watch: WatchId,
    },
    /// Asks for the server's clock.
    Ping {
        /// Comes back as it was.
        n: u32,
    },
    /// Says that a frame is on the screen.
    Painted {
        /// The watch that the frame was about.
        watch: WatchId,
        /// The position that the frame carried.
        position: Position,
        /// When the page received the frame, mapped to the server's clock.
        received_at: Timestamp,
        /// When it was painted, mapped to the server's clock.
        painted_at: Timestamp,
        /// How far the mapping may be off, in milliseconds either way.
        uncertainty_ms: f64,
    },
}

/// What the gateway sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame.
    Hello {
        /// Changes with every start of the server.
        boot: uuid::Uuid,
        /// The server's version.
        version: String,
        /// The high-water mark.
        head: Head,
        /// The server's clock.
        at: Timestamp,
    },
    /// Sent when nothing else was for two seconds: silence means that the connection is lost.
    Heartbeat {
        /// The high-water mark.
        head: Head,
        /// The server's clock.
        at: Timestamp,
    },
    /// The answer to a ping.
    Pong {
        /// As the ping said.
        n: u32,
        /// The server's clock.
        at: Timestamp,
    },
    /// Something watched has changed.
    Delta {
        /// The page's number for the watch.
        watch: WatchId,
        /// The page shows the topic as of here once it has applied the frame.
        position: Position,
        /// The high-water mark.
        head: Head,
        /// When it was sent, by the server's clock.
        at: Timestamp,
        /// What has changed.
        delta: Delta,
    },
    /// The page is too far behind to be told change by change: it fetches the topic anew.
    Reset {
        /// The page's number for the watch.
        watch: WatchId,
        /// Where the topic is now.
        position: Position,
    },
    /// A frame of the page's could not be taken.
    Error {
        /// Why.
        problem: Problem,
    },
}

/// What has changed in a topic since the position before. Rows come in order and none is left out; values are the
/// latest only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Delta {
    /// New events, oldest first.
    Events {
        /// The events.
        events: Vec<RecordedEvent>,
        /// Events between the last frame and these that were passed over, because the page was too far behind.
        skipped: u64,
    },
    /// Orders that are new or changed, as they are now.
    Orders {
        /// The rows, in the order of their last change.
        rows: Vec<OrderRow>,
        /// Orders by status, over the whole list.
        counts: OrderCounts,
    },
    /// One order as it is now.
    Order {
        /// The order; `None` while the read model does not have it.
        order: Option<OrderDetail>,
    },
    /// Products whose stock changed, as they are now.
    Stock {
        /// The rows.
        rows: Vec<StockRow>,
    },
    /// Buckets that changed, as they are now.
    Sales {
        /// The rows.
        rows: Vec<SalesRow>,
    },
    /// The topic has moved, and nothing in it that a page shows has changed.
    Moved,
    /// All consumers.
    Consumers {
        /// Every consumer, by name.
        consumers: Vec<ConsumerRow>,
        /// Where everyone is now.
        sample: PositionSample,
    },
    /// The vital signs.
    Pulse {
        /// The signs.
        pulse: Pulse,
    },
    /// How a command converges.
    Command {
        /// Its stages.
        convergence: Box<CommandConvergence>,
    },
}
