//! Commands, and how they converged.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;

use crate::contract::{CommandConvergence, CommandId, CommandReceipt, Problem, ProblemKind};
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, body_bytes};
use crate::server::state::App;

/// `POST /commands/{Name}`.
pub(super) async fn execute(
    State(app): State<App>,
    InPath(name): InPath<String>,
    request: Request,
) -> Result<Json<CommandReceipt>, ProblemResponse> {
    let id = command_id(request.headers())?;
    let bytes = body_bytes(request, app.max_body_bytes).await?;
    Ok(Json(app.bus.submit(&name, id, None, &bytes).await?))
}

/// The id that the sender chose, or a new one.
fn command_id(headers: &HeaderMap) -> Result<CommandId, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(CommandId::generate());
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| {
            Problem::new(
                ProblemKind::InvalidCommand,
                "the header `Idempotency-Key` is not a UUID",
            )
        })
}

/// `GET /commands/{command_id}`.
pub(super) async fn convergence(
    State(app): State<App>,
    InPath(id): InPath<CommandId>,
) -> Result<Json<CommandConvergence>, ProblemResponse> {
    let missing = || {
        Problem::new(
            ProblemKind::NotFound,
            format!("no command `{id}` was carried out"),
        )
    };
    Ok(Json(app.convergences.of(id).await?.ok_or_else(missing)?))
}
