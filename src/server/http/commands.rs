//! Commands, and how they converged.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use serde_json::json;

use crate::command::Command;
use crate::contract::{CommandConvergence, CommandId, CommandReceipt, Problem, ProblemKind};
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, body_bytes};
use crate::server::openapi::{Input, Operation};
use crate::server::state::App;

/// `POST /commands/{Name}`.
pub(super) async fn execute(
    State(app): State<App>,
    InPath(name): InPath<String>,
    ChosenId(id): ChosenId,
    CommandBody(body): CommandBody,
) -> Result<Json<CommandReceipt>, ProblemResponse> {
    Ok(Json(app.bus.submit(&name, id, None, &body).await?))
}

/// The id that the sender chose, or a new one.
pub(super) struct ChosenId(CommandId);

impl<S: Send + Sync> FromRequestParts<S> for ChosenId {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemResponse> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(ChosenId(CommandId::generate()));
        };
        let id = value.to_str().ok().and_then(|text| text.parse().ok());
        let not_an_id = || {
            Problem::new(
                ProblemKind::InvalidCommand,
                "the header `Idempotency-Key` is not a UUID",
            )
        };
        Ok(ChosenId(id.ok_or_else(not_an_id)?))
    }
}

impl Input for ChosenId {
    fn describe(operation: &mut Operation<'_>) {
        operation.takes(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "The command's id, chosen by you: sent again with the same id, the command is answered as the \
                            first time. The server makes one when it is absent.",
            "schema": { "type": "string", "format": "uuid" },
        }));
        operation.may_answer(&[ProblemKind::InvalidCommand]);
    }
}

/// The command as it was sent; its name says how to read it.
pub(super) struct CommandBody(Bytes);

impl FromRequest<App> for CommandBody {
    type Rejection = ProblemResponse;

    async fn from_request(request: Request, app: &App) -> Result<Self, ProblemResponse> {
        Ok(CommandBody(body_bytes(request, app.max_body_bytes).await?))
    }
}

impl Input for CommandBody {
    fn describe(operation: &mut Operation<'_>) {
        let schemas = Command::schemas(operation.asked);
        operation.takes_body(json!({ "anyOf": schemas }));
        operation.may_answer(&[ProblemKind::InvalidCommand]);
    }
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
