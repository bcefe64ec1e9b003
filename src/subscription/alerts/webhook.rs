//! Tells another program of alerts, in their order, until it has heard.

use serde::Serialize;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::contract::{Alert, Timestamp};

/// Notices that may wait; with more, whoever listens is gone for long, and the pages and `/metrics` say what is now.
const WAITING: usize = 256;
/// An answer takes so long at most.
const PATIENCE: Duration = Duration::from_secs(10);
/// The wait before the first repetition; it doubles with each further one.
const BACKOFF: Duration = Duration::from_millis(500);
/// The longest wait between repetitions.
const BACKOFF_MAX: Duration = Duration::from_secs(60);

/// What has changed.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "status", content = "alert", rename_all = "snake_case")]
pub enum Notice {
    /// A rule is broken now.
    Raised(Alert),
    /// It is not any more.
    Cleared(Alert),
}

impl Notice {
    /// Counts it, and writes it to our own log.
    pub(super) fn count(&self) {
        let (Notice::Raised(alert) | Notice::Cleared(alert)) = self;
        match self {
            Notice::Raised(_) => {
                metrics::counter!("highwater_alerts_total", "rule" => alert.rule.as_str())
                    .increment(1);
                tracing::warn!(alert.rule = %alert.rule, alert.detail = alert.detail, "alert");
            }
            Notice::Cleared(_) => {
                tracing::info!(alert.rule = %alert.rule, alert.detail = alert.detail, "alert cleared");
            }
        }
    }
}

/// What is posted: `{"status", "alert", "environment", "at"}`.
#[derive(Serialize)]
struct Post<'a> {
    #[serde(flatten)]
    notice: &'a Notice,
    environment: &'a str,
    at: Timestamp,
}

/// The way to whoever listens.
pub struct Webhook {
    notices: mpsc::Sender<(Notice, Timestamp)>,
}

impl Webhook {
    /// Posts to an address; the task ends when told to stop, or when the webhook is dropped and all is told.
    #[must_use]
    pub fn start(url: String, environment: String, stop: CancellationToken) -> Webhook {
        let (notices, waiting) = mpsc::channel(WAITING);
        tokio::spawn(deliver(url, environment, waiting, stop));
        Webhook { notices }
    }

    pub(super) fn tell(&self, notice: Notice) {
        if self.notices.try_send((notice, Timestamp::now())).is_err() {
            metrics::counter!("highwater_webhook_dropped_total").increment(1);
            tracing::error!("too many alerts wait for the webhook; one was dropped");
        }
    }
}

async fn deliver(
    url: String,
    environment: String,
    mut waiting: mpsc::Receiver<(Notice, Timestamp)>,
    stop: CancellationToken,
) {
    let client = reqwest::Client::new();
    let delivering = async {
        while let Some((notice, at)) = waiting.recv().await {
            let post = Post {
                notice: &notice,
                environment: &environment,
                at,
            };
            until_heard(&client, &url, &post).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = delivering => {}
    }
}

async fn until_heard(client: &reqwest::Client, url: &str, post: &Post<'_>) {
    let mut pause = BACKOFF;
    loop {
        let sent = client.post(url).json(post).timeout(PATIENCE).send().await;
        match sent.and_then(reqwest::Response::error_for_status) {
            Ok(_) => return,
            Err(error) => {
                metrics::counter!("highwater_webhook_failures_total").increment(1);
                tracing::warn!(error = %error.without_url(), "the webhook did not take an alert; trying again");
            }
        }
        tokio::time::sleep(pause).await;
        pause = pause.saturating_mul(2).min(BACKOFF_MAX);
    }
}
