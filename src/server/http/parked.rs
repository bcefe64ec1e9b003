//! Parked events: looked at, sent again, given up.

use axum::extract::State;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::params::PageSize;
use crate::contract::{Operation, ParkPlan, ParkedAct, ParkedRow, Position, Principal};
use crate::problems::ProblemResponse;
use crate::server::extract::{Body, InPath, Params};
use crate::server::state::App;
use crate::subscription::parking::Choice;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    /// Where the page starts, this number left out: `next` of the page before.
    #[serde(default)]
    after: u64,
    /// Events a page.
    #[serde(default)]
    limit: PageSize,
}

/// A page of the parked events of a consumer.
#[derive(Serialize, JsonSchema)]
pub(super) struct ParkedPage {
    /// The events, in the order in which they were parked.
    parked: Vec<ParkedRow>,
    /// Where the next page starts (`after`); `None` when there is nothing more.
    next: Option<u64>,
}

/// `GET /consumers/{name}/parked`.
pub(super) async fn list(
    State(app): State<App>,
    InPath(name): InPath<String>,
    Params(params): Params<ListParams>,
) -> Result<Json<ParkedPage>, ProblemResponse> {
    let limit = params.limit.rows();
    // One more than wanted says whether there is more.
    let mut parked = app.parked.list(&name, params.after, limit + 1).await?;
    let more = parked.len() > limit as usize;
    parked.truncate(limit as usize);
    let next = parked.last().filter(|_| more).map(|row| row.id);
    Ok(Json(ParkedPage { parked, next }))
}

/// Which parked events are meant, and why.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ParkedBody {
    /// Only these, by their `id`.
    #[schemars(length(max = 1_000))]
    ids: Option<Vec<u64>>,
    /// Only those up to this position. Without `ids` and `up_to` all are meant that are parked now.
    up_to: Option<Position>,
    /// For the audit stream.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
    /// Whether only to say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// What was done, or would be.
#[derive(Serialize, JsonSchema)]
pub(super) struct ParkedOutcome {
    /// How many events are meant.
    events: u64,
    /// The first 500 of them.
    ids: Vec<u64>,
    /// Whether nothing was done.
    dry_run: bool,
    /// Of a read model: the rebuild in which all of them are tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<Operation>,
}

/// `POST /consumers/{name}/parked/retry`.
pub(super) async fn retry(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<ParkedBody>,
) -> Result<Json<ParkedOutcome>, ProblemResponse> {
    act(&app, &principal, &name, ParkedAct::Retry, body).await
}

/// `POST /consumers/{name}/parked/discard`.
pub(super) async fn discard(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<ParkedBody>,
) -> Result<Json<ParkedOutcome>, ProblemResponse> {
    act(&app, &principal, &name, ParkedAct::Discard, body).await
}

/// Why the event is to be set aside at which a consumer has stopped.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ParkBody {
    /// The event that is meant, so that no other one is set aside; where it is left out, the one at which the consumer has stopped.
    position: Option<Position>,
    /// For the audit stream.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
    /// Whether only to say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// The event that was set aside, or would be.
#[derive(Serialize, JsonSchema)]
pub(super) struct ParkOutcome {
    #[serde(flatten)]
    plan: ParkPlan,
    /// Whether nothing was done.
    dry_run: bool,
}

/// `POST /consumers/{name}/park`.
pub(super) async fn park(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<ParkBody>,
) -> Result<Json<ParkOutcome>, ProblemResponse> {
    let plan = match body.dry_run {
        true => app.control.plan_park(&name).await?,
        false => {
            let parked = app
                .control
                .park(&principal, &name, body.position, &body.reason);
            parked.await?
        }
    };
    Ok(Json(ParkOutcome {
        plan,
        dry_run: body.dry_run,
    }))
}

async fn act(
    app: &App,
    principal: &Principal,
    name: &str,
    act: ParkedAct,
    body: ParkedBody,
) -> Result<Json<ParkedOutcome>, ProblemResponse> {
    let choice = Choice {
        ids: body.ids,
        up_to: body.up_to,
    };
    let (reason, dry_run) = (&body.reason, body.dry_run);
    let plan = app
        .parked
        .act(principal, name, act, choice, reason, dry_run)
        .await?;
    Ok(Json(ParkedOutcome {
        events: plan.events,
        ids: plan.ids,
        dry_run,
        operation: plan.operation,
    }))
}
