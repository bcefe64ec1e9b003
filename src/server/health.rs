//! Health, readiness and counters.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::openapi::{Operation, Output, json_content, text_content};
use super::state::App;
use crate::contract::{Alert, AlertRule, ConsumerKind, ConsumerRow, ConsumerState, Position};

/// The process lives.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether the log can be written and every consumer works.
#[derive(Serialize, JsonSchema)]
pub(super) struct Readiness {
    /// Whether it can, and all of them do.
    ready: bool,
    /// The last committed position.
    head: Position,
    /// Why the log cannot be written at present; the server keeps trying.
    log_failure: Option<String>,
    /// Those that do not. One that an operator paused is no reason to be unready.
    stuck: Vec<Stuck>,
    /// The rules that are broken. They are for people: a consumer that is late is no reason to send requests elsewhere.
    alerts: Vec<Alert>,
}

/// A consumer that does not work.
#[derive(Serialize, JsonSchema)]
struct Stuck {
    /// Its name.
    consumer: String,
    /// How it is doing.
    state: ConsumerState,
    /// Events after its checkpoint.
    lag_events: u64,
    /// For how long, in milliseconds: since the first of them was recorded.
    lag_age_ms: u64,
    /// What last went wrong.
    last_error: Option<String>,
}

impl IntoResponse for Readiness {
    fn into_response(self) -> Response {
        let status = match self.ready {
            true => StatusCode::OK,
            false => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(self)).into_response()
    }
}

impl Output for Readiness {
    fn describe(operation: &mut Operation<'_>) {
        let content = json_content::<Readiness>(operation);
        operation.answers(200, "Ready.", content.clone());
        operation.answers(
            503,
            "Not ready: the log cannot be written, or a consumer is stuck.",
            content,
        );
    }
}

/// The log can be written and every consumer works, or why it cannot, and which one is stuck for how long.
pub(super) async fn readyz(State(app): State<App>) -> Readiness {
    let rows = app.monitor.rows();
    let ours = rows.iter().filter(|row| app.monitor.is_ours(row));
    let stuck: Vec<_> = ours.filter(|row| is_stuck(row)).map(stuck).collect();
    let failure = app.log.write_failure();
    Readiness {
        ready: stuck.is_empty() && failure.is_none(),
        head: app.log.head().position,
        log_failure: failure.map(|failure| failure.cause.to_string()),
        stuck,
        alerts: app.alerts.active().to_vec(),
    }
}

/// Groups are other programs' work: that none of them is there says nothing about this server.
fn is_stuck(row: &ConsumerRow) -> bool {
    use ConsumerState::{Faulted, Offline, Retrying, Stalled};
    row.kind != ConsumerKind::Group && matches!(row.state, Faulted | Offline | Retrying | Stalled)
}

fn stuck(row: &ConsumerRow) -> Stuck {
    Stuck {
        consumer: row.name.clone(),
        state: row.state,
        lag_events: row.lag_events,
        lag_age_ms: row.lag_age_ms,
        last_error: row.last_error.clone(),
    }
}

/// Counters in the text format of Prometheus.
pub(super) struct Counters(String);

impl IntoResponse for Counters {
    fn into_response(self) -> Response {
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        ([(header::CONTENT_TYPE, kind)], self.0).into_response()
    }
}

impl Output for Counters {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers(200, "The counters.", text_content());
    }
}

/// Counters for Prometheus; what is known at this moment is set first.
pub(super) async fn metrics(State(app): State<App>) -> Counters {
    metrics::gauge!("highwater_head_position").set(app.log.head().position.0 as f64);
    for row in app.monitor.rows().iter() {
        let name = row.name.clone();
        metrics::gauge!("highwater_consumer_position", "consumer" => name.clone())
            .set(row.position.0 as f64);
        metrics::gauge!("highwater_consumer_lag_events", "consumer" => name.clone())
            .set(row.lag_events as f64);
        metrics::gauge!("highwater_consumer_lag_age_seconds", "consumer" => name.clone())
            .set(row.lag_age_ms as f64 / 1_000.0);
        metrics::gauge!("highwater_consumer_parked", "consumer" => name.clone())
            .set(row.parked as f64);
        metrics::gauge!("highwater_consumer_paused", "consumer" => name)
            .set(f64::from(u8::from(row.paused.is_some())));
    }
    let active = app.alerts.active();
    for rule in AlertRule::ALL {
        let broken = active.iter().filter(|alert| alert.rule == rule).count();
        metrics::gauge!("highwater_alerts", "rule" => rule.as_str()).set(broken as f64);
    }
    Counters(app.metrics.render())
}
