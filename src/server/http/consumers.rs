//! Consumers: where they are, pause and resume.

use axum::extract::State;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::{ConsumerRow, Position, Principal, Problem, ProblemKind, Timestamp};
use crate::problems::ProblemResponse;
use crate::server::extract::{Body, InPath};
use crate::server::state::App;

/// Every consumer, and where the log ends.
#[derive(Serialize, JsonSchema)]
pub(super) struct Consumers {
    /// Every consumer, by name.
    consumers: Vec<ConsumerRow>,
    /// The last committed position.
    head: Position,
}

/// `GET /consumers`.
pub(super) async fn list(State(app): State<App>) -> Result<Json<Consumers>, ProblemResponse> {
    app.monitor.refresh().await?;
    let consumers = app.monitor.rows().to_vec();
    Ok(Json(Consumers {
        consumers,
        head: app.log.head().position,
    }))
}

/// `GET /consumers/{name}`.
pub(super) async fn one(
    State(app): State<App>,
    InPath(name): InPath<String>,
) -> Result<Json<ConsumerRow>, ProblemResponse> {
    app.monitor.refresh().await?;
    let missing = || {
        Problem::new(
            ProblemKind::NotFound,
            format!("there is no consumer `{name}`"),
        )
    };
    Ok(Json(app.monitor.row(&name).ok_or_else(missing)?))
}

/// Why a consumer is to stop, and until when.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Pause {
    /// For the audit stream.
    reason: String,
    /// When it goes on by itself.
    until: Option<Timestamp>,
}

/// `POST /consumers/{name}/pause`.
pub(super) async fn pause(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<Pause>,
) -> Result<Json<ConsumerRow>, ProblemResponse> {
    Ok(Json(
        app.control
            .pause(&principal, &name, &body.reason, body.until)
            .await?,
    ))
}

/// Why a consumer is to go on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Resume {
    /// For the audit stream.
    reason: String,
}

/// `POST /consumers/{name}/resume`.
pub(super) async fn resume(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<Resume>,
) -> Result<Json<ConsumerRow>, ProblemResponse> {
    Ok(Json(
        app.control.resume(&principal, &name, &body.reason).await?,
    ))
}
