//! Consumers: where they are, and the operator's hand on them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::{
    ConsumerRow, Operation, Position, Principal, Problem, ProblemKind, RebuildFrom, RebuildPlan,
    ResetPlan, ResetTo, Timestamp, Trend, TrendRange,
};
use crate::problems::ProblemResponse;
use crate::server::extract::{Body, InPath, Params};
use crate::server::openapi::{self, Output, json_content};
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
    let row = app.monitor.row(&name);
    Ok(Json(row.ok_or_else(|| missing(&name))?))
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

/// Why it is to be done.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// For the audit stream.
    pub(super) reason: String,
}

/// `POST /consumers/{name}/resume`.
pub(super) async fn resume(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<Reason>,
) -> Result<Json<ConsumerRow>, ProblemResponse> {
    Ok(Json(
        app.control.resume(&principal, &name, &body.reason).await?,
    ))
}

/// Where a consumer is to be set, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reset {
    /// `start`, `end`, a position, after which it goes on, or a time, at which it goes on.
    to: ResetTo,
    /// For the audit stream.
    reason: String,
    /// Only say what it would do.
    #[serde(default)]
    dry_run: bool,
}

/// What was set going, or what would be.
pub(super) enum Planned<P> {
    Plan(P),
    Started(Operation),
}

impl<P: Serialize> IntoResponse for Planned<P> {
    fn into_response(self) -> Response {
        match self {
            Planned::Plan(plan) => Json(plan).into_response(),
            Planned::Started(operation) => (StatusCode::ACCEPTED, Json(operation)).into_response(),
        }
    }
}

impl<P: JsonSchema> Output for Planned<P> {
    fn describe(operation: &mut openapi::Operation<'_>) {
        let plan = json_content::<P>(operation);
        operation.answers(200, "The plan, of a dry run.", plan);
        let started = json_content::<Operation>(operation);
        operation.answers(202, "Started.", started);
    }
}

/// `POST /consumers/{name}/reset`.
pub(super) async fn reset(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<Reset>,
) -> Result<Planned<ResetPlan>, ProblemResponse> {
    if body.dry_run {
        let plan = app.control.plan_reset(&name, body.to).await?;
        return Ok(Planned::Plan(plan));
    }
    let started = app.control.reset(&principal, &name, body.to, &body.reason);
    Ok(Planned::Started(started.await?))
}

/// Why a read model is to be built anew.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rebuild {
    /// For the audit stream.
    reason: String,
    /// Where it begins: `copy`, the stored copy of the read model, or `start`, the log's start. Without it, at the copy where
    /// there is one that fits.
    from: Option<RebuildFrom>,
    /// Only say what it would do.
    #[serde(default)]
    dry_run: bool,
}

/// `POST /consumers/{name}/rebuild`.
pub(super) async fn rebuild(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<Rebuild>,
) -> Result<Planned<RebuildPlan>, ProblemResponse> {
    if body.dry_run {
        let plan = app.control.plan_rebuild(&name, body.from).await?;
        return Ok(Planned::Plan(plan));
    }
    let started = app
        .control
        .rebuild(&principal, &name, body.from, &body.reason);
    Ok(Planned::Started(started.await?))
}

/// `POST /consumers/{name}/switch-back`.
pub(super) async fn switch_back(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<Reason>,
) -> Result<Json<ConsumerRow>, ProblemResponse> {
    let row = app.control.switch_back(&principal, &name, &body.reason);
    Ok(Json(row.await?))
}

/// `POST /consumers/{name}/forget-previous`.
pub(super) async fn forget_previous(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<Reason>,
) -> Result<Json<ConsumerRow>, ProblemResponse> {
    let row = app.control.forget_previous(&principal, &name, &body.reason);
    Ok(Json(row.await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TrendParams {
    /// How far back, and how fine.
    #[serde(default)]
    range: TrendRange,
}

/// `GET /consumers/{name}/trend`.
pub(super) async fn trend(
    State(app): State<App>,
    InPath(name): InPath<String>,
    Params(params): Params<TrendParams>,
) -> Result<Json<Trend>, ProblemResponse> {
    app.monitor.row(&name).ok_or_else(|| missing(&name))?;
    let trend = app.trends.of(&name, params.range, Timestamp::now());
    Ok(Json(trend.await?))
}

fn missing(name: &str) -> Problem {
    let detail = format!("there is no consumer `{name}`");
    Problem::new(ProblemKind::NotFound, detail)
}
