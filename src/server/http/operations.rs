//! Operations: how far they have come, and breaking them off.

use axum::extract::State;
use axum::{Extension, Json};

use super::consumers::Reason;
use crate::contract::{Operation, OperationId, Principal};
use crate::problems::ProblemResponse;
use crate::server::extract::{Body, InPath};
use crate::server::state::App;

/// `GET /operations/{id}`.
pub(super) async fn one(
    State(app): State<App>,
    InPath(id): InPath<OperationId>,
) -> Result<Json<Operation>, ProblemResponse> {
    Ok(Json(app.control.operation(id).await?))
}

/// `POST /operations/{id}/cancel`.
pub(super) async fn cancel(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(id): InPath<OperationId>,
    Body(body): Body<Reason>,
) -> Result<Json<Operation>, ProblemResponse> {
    let cancelled = app.control.cancel(&principal, id, &body.reason);
    Ok(Json(cancelled.await?))
}
