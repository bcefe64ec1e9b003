//! Parked events: looked at, sent again, given up.

use axum::extract::State;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::params::PageSize;
use crate::contract::{ParkedRow, Position, Principal};
use crate::problems::ProblemResponse;
use crate::server::extract::{Body, InPath, Params};
use crate::server::state::App;
use crate::subscription::group::{Choice, ParkedAct};

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
    let mut parked = app.groups.parked(&name, params.after, limit + 1).await?;
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
        .groups
        .act_on_parked(principal, name, act, choice, reason, dry_run)
        .await?;
    Ok(Json(ParkedOutcome {
        events: plan.events,
        ids: plan.ids,
        dry_run,
    }))
}
