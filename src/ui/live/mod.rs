//! The live connection: one socket for the page, over which it is told what changes in whatever it watches.
//!
//! A part calls `use_live().watch(topic, after, on_frame)` with the position that it already shows. Frames come to
//! `on_frame` in order, each once, also across reconnects. They are folded there and then, not through a signal:
//! a signal would keep only the last of several frames that come in one turn.

pub mod backoff;
mod client;
pub mod clock;
mod refresh;
mod status;
pub mod watches;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use crate::contract::{
    ConsumerRow, ConsumerState, Delta, Head, Position, Problem, Pulse, Timestamp, Topic, WatchId,
};

pub use refresh::refreshed;
pub use status::{Connection, Returned};
pub use watches::Frame;

/// The live connection, as the page's parts see it.
#[derive(Clone, Copy)]
pub struct Live {
    /// How the connection is.
    pub status: RwSignal<Connection>,
    /// The log's high-water mark, at most one frame of the screen old.
    pub head: RwSignal<Head>,
    /// The vital signs; `None` until they are known.
    pub pulse: RwSignal<Option<Pulse>>,
    /// Every consumer, by name; empty until they are known.
    pub consumers: RwSignal<Arc<Vec<ConsumerRow>>>,
    /// What there is to say after the last reconnect, for some seconds.
    pub returned: RwSignal<Option<Returned>>,
    /// What the server said is wrong, until things move again.
    pub trouble: RwSignal<Option<Problem>>,
    /// The server's clock, moved on each second; `None` until the page has come alive, so that the browser first
    /// renders what the server did.
    pub now: RwSignal<Option<Timestamp>>,
}

/// A watch, which ends with the part of the page that started it.
#[derive(Clone, Copy, Debug)]
pub struct WatchHandle(WatchId);

impl WatchHandle {
    /// Says what to do when the page is too far behind to be told change by change: fetch the topic anew.
    pub fn on_reset(self, on_reset: impl Fn(Position) + 'static) -> WatchHandle {
        client::set_on_reset(self.0, Rc::new(on_reset));
        self
    }

    /// Ends the watch before its part of the page goes.
    pub fn end(self) {
        client::unwatch(self.0);
    }
}

impl Live {
    /// Watches a topic from where the page shows it. On the server nothing is watched.
    pub fn watch(
        self,
        topic: Topic,
        after: Position,
        on_frame: impl Fn(Frame) + 'static,
    ) -> WatchHandle {
        let id = client::watch(topic, after, Rc::new(on_frame));
        on_cleanup(move || client::unwatch(id));
        WatchHandle(id)
    }

    /// Tries to connect at once instead of waiting for the next try.
    pub fn retry_now(self) {
        client::retry_now();
    }

    /// A consumer as it was last reported.
    #[must_use]
    pub fn consumer(self, name: &str) -> Option<ConsumerRow> {
        self.consumers
            .with(|rows| rows.iter().find(|row| row.name == name).cloned())
    }

    /// What a write waits for when it waits for this consumer: "orders", or "orders, paused by local admin".
    #[must_use]
    pub fn describe_wait(self, name: &str) -> String {
        let Some(row) = self.consumer(name) else {
            return name.to_owned();
        };
        match (row.state, row.paused) {
            (ConsumerState::Paused, Some(paused)) => {
                format!("{name}, which is paused by {}", paused.by)
            }
            (ConsumerState::Ok | ConsumerState::WarmingUp, _) => name.to_owned(),
            (state, _) => format!("{name}, which is {}", state.label().to_lowercase()),
        }
    }
}

/// Connects, and makes the connection known to the page.
pub fn provide_live() -> Live {
    let live = Live {
        status: RwSignal::new(Connection::default()),
        head: RwSignal::new(Head::default()),
        pulse: RwSignal::new(None),
        consumers: RwSignal::new(Arc::new(Vec::new())),
        returned: RwSignal::new(None),
        trouble: RwSignal::new(None),
        now: RwSignal::new(None),
    };
    provide_context(live);
    Effect::new(move |_| {
        client::start(live);
        watch_the_frame(live);
    });
    live
}

/// The live connection of this page.
///
/// # Panics
/// Outside the app, which provides it before anything else.
#[must_use]
pub fn use_live() -> Live {
    expect_context::<Live>()
}

/// The server's clock now, as well as the page knows it.
#[must_use]
pub fn server_now() -> Timestamp {
    client::server_now()
}

/// How far `server_now` may be off, in milliseconds either way; `None` before the server has answered a ping.
#[must_use]
pub fn clock_uncertainty_ms() -> Option<f64> {
    client::clock_uncertainty_ms()
}

/// What the frame around every page shows: the vital signs and the consumers.
fn watch_the_frame(live: Live) {
    live.watch(Topic::Pulse, Position::START, move |frame| {
        if let Delta::Pulse { pulse } = frame.delta {
            live.pulse.set(Some(pulse));
        }
    });
    live.watch(Topic::Consumers, Position::START, move |frame| {
        if let Delta::Consumers { consumers, .. } = frame.delta {
            live.consumers.set(Arc::new(consumers));
        }
    });
}
