//! The gateway that pushes what changed to every page that watches.
//!
//! Nothing is queued for a page. Each watch remembers the position that its page has seen; when something moves, the
//! session pulls what lies after that position and sends it. So the first content, a reconnect, a slow page and a
//! woken tab take one path, and nothing can be dropped in silence.

mod changes;
mod convergences;
mod pulse;
mod session;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::convergence::Convergence;
use crate::event_log::SharedLog;
use crate::projection::ReadModels;
use crate::subscription::Monitor;

pub use convergences::Convergences;
pub use pulse::{PulseParts, PulseSource};

/// What the sessions of all pages share.
pub struct Gateway {
    /// Changes with every start of the server.
    boot: Uuid,
    log: SharedLog,
    models: ReadModels,
    monitor: Monitor,
    convergence: Arc<Convergence>,
    convergences: Convergences,
    pulse: PulseSource,
    /// Pages connected now.
    pages: Arc<AtomicU64>,
    /// Told when the server stops: sessions say goodbye with 1001.
    stop: CancellationToken,
    /// Counts the sessions, so that shutdown can wait for their goodbyes.
    sessions: TaskTracker,
}

/// What a gateway is made of.
pub struct GatewayParts {
    /// The log.
    pub log: SharedLog,
    /// What pages show.
    pub models: ReadModels,
    /// Where consumers are.
    pub monitor: Monitor,
    /// Told what was pushed and painted.
    pub convergence: Arc<Convergence>,
    /// How commands converge.
    pub convergences: Convergences,
    /// The vital signs.
    pub pulse: PulseSource,
    /// Counts the pages.
    pub pages: Arc<AtomicU64>,
    /// Told when the server stops.
    pub stop: CancellationToken,
}

impl Gateway {
    /// A gateway without pages.
    #[must_use]
    pub fn new(parts: GatewayParts) -> Arc<Gateway> {
        Arc::new(Gateway {
            boot: Uuid::now_v7(),
            log: parts.log,
            models: parts.models,
            monitor: parts.monitor,
            convergence: parts.convergence,
            convergences: parts.convergences,
            pulse: parts.pulse,
            pages: parts.pages,
            stop: parts.stop,
            sessions: TaskTracker::new(),
        })
    }

    /// Serves one page until it goes or the server stops.
    pub async fn serve(self: Arc<Gateway>, socket: axum::extract::ws::WebSocket) {
        let sessions = self.sessions.clone();
        sessions
            .track_future(async {
                let _present = Present::new(&self.pages);
                session::run(&self, socket).await;
            })
            .await;
    }

    /// Until every page was told goodbye. `stop` must have been told before.
    pub async fn drained(&self) {
        self.sessions.close();
        self.sessions.wait().await;
    }
}

/// One page counted, for as long as it is there.
struct Present<'a>(&'a AtomicU64);

impl Present<'_> {
    fn new(pages: &AtomicU64) -> Present<'_> {
        pages.fetch_add(1, Ordering::Relaxed);
        metrics::gauge!("highwater_live_pages").increment(1);
        Present(pages)
    }
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
        metrics::gauge!("highwater_live_pages").decrement(1);
    }
}
