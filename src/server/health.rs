//! Health, readiness and counters.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::state::App;
use crate::contract::{ConsumerRow, ConsumerState};

/// The process lives.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Every consumer works, or which one is stuck for how long. One that an operator paused is no reason to be unready.
pub(super) async fn readyz(State(app): State<App>) -> Response {
    let stuck: Vec<_> = app
        .monitor
        .rows()
        .iter()
        .filter(|row| is_stuck(row))
        .map(describe)
        .collect();
    let ready = stuck.is_empty();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "ready": ready, "head": app.log.head().position, "stuck": stuck });
    (status, Json(body)).into_response()
}

fn is_stuck(row: &ConsumerRow) -> bool {
    use ConsumerState::{Faulted, Offline, Retrying, Stalled};
    matches!(row.state, Faulted | Offline | Retrying | Stalled)
}

fn describe(row: &ConsumerRow) -> serde_json::Value {
    json!({
        "consumer": row.name, "state": row.state, "lag_events": row.lag_events,
        "lag_age_ms": row.lag_age_ms, "last_error": row.last_error,
    })
}

/// Counters for Prometheus; what is known at this moment is set first.
pub(super) async fn metrics(State(app): State<App>) -> Response {
    metrics::gauge!("highwater_head_position").set(app.log.head().position.0 as f64);
    for row in app.monitor.rows().iter() {
        let name = row.name.clone();
        metrics::gauge!("highwater_consumer_position", "consumer" => name.clone())
            .set(row.position.0 as f64);
        metrics::gauge!("highwater_consumer_lag_events", "consumer" => name.clone())
            .set(row.lag_events as f64);
        metrics::gauge!("highwater_consumer_lag_age_seconds", "consumer" => name.clone())
            .set(row.lag_age_ms as f64 / 1_000.0);
        metrics::gauge!("highwater_consumer_paused", "consumer" => name)
            .set(f64::from(u8::from(row.paused.is_some())));
    }
    let text = app.metrics.render();
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        text,
    )
        .into_response()
}
