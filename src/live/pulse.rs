//! The vital signs, taken twice a second for all pages at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::contract::{Percentiles, Pulse, StageStats, Timestamp, TrafficStatus};
use crate::convergence::Convergence;
use crate::event_log::{LogError, SharedLog, StreamsQuery};
use crate::subscription::{Alerts, Monitor};

/// How often they are taken.
const EVERY: Duration = Duration::from_millis(500);

/// Where the signs come from.
pub struct PulseParts {
    /// The log.
    pub log: SharedLog,
    /// Where consumers are.
    pub monitor: Monitor,
    /// How long the stages take.
    pub convergence: Arc<Convergence>,
    /// The name of this environment.
    pub environment: String,
    /// Pages connected.
    pub pages: Arc<AtomicU64>,
    /// The built-in stream of orders.
    pub traffic: watch::Receiver<TrafficStatus>,
    /// The rules that are broken.
    pub alerts: Alerts,
}

/// The latest vital signs. Cheap to clone.
#[derive(Clone)]
pub struct PulseSource {
    parts: Arc<PulseParts>,
    latest: Arc<watch::Sender<Pulse>>,
}

impl PulseSource {
    /// A source that has taken them once.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn start(parts: PulseParts) -> Result<PulseSource, LogError> {
        let latest = Arc::new(watch::Sender::new(Pulse {
            empty: true,
            ..Pulse::default()
        }));
        let source = PulseSource {
            parts: Arc::new(parts),
            latest,
        };
        source.take().await?;
        Ok(source)
    }

    /// Takes them until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            if let Err(error) = self.take().await {
                tracing::warn!(error = %error, "the vital signs could not be taken");
            }
        }
    }

    /// The latest, with the head and the traffic as they are now.
    #[must_use]
    pub fn read(&self) -> Pulse {
        let mut pulse = self.latest.borrow().clone();
        pulse.head = self.parts.log.head();
        pulse.traffic = *self.parts.traffic.borrow();
        pulse
    }

    /// Follows them.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Pulse> {
        self.latest.subscribe()
    }

    async fn take(&self) -> Result<(), LogError> {
        let parts = &self.parts;
        let empty = self.latest.borrow().empty && self.no_products().await?;
        let stages = parts.convergence.stages();
        self.latest.send_replace(Pulse {
            at: Timestamp::now(),
            environment: parts.environment.clone(),
            head: parts.log.head(),
            appended_per_s: parts.monitor.appended_per_s(),
            window: of(&stages, "window"),
            committed: of(&stages, "committed"),
            painted: of(&stages, "painted"),
            pages: parts.pages.load(Ordering::Relaxed),
            empty,
            traffic: *parts.traffic.borrow(),
            alerts: parts.alerts.active().to_vec(),
        });
        Ok(())
    }

    async fn no_products(&self) -> Result<bool, LogError> {
        let query = StreamsQuery {
            category: Some("product".to_owned()),
            prefix: None,
            after: None,
            limit: 1,
        };
        Ok(self.parts.log.streams(query).await?.is_empty())
    }
}

fn of(stages: &[StageStats], name: &str) -> Percentiles {
    stages
        .iter()
        .find(|stage| stage.stage == name)
        .map(|stage| stage.percentiles)
        .unwrap_or_default()
}
