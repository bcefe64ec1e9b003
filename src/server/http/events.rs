//! The whole log.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

use super::params::{PageSize, Word};
use crate::contract::{
    Direction, EventFilter, EventId, EventPage, EventView, Head, Position, Timestamp,
};
use crate::event_log;
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, Params};
use crate::server::state::App;

/// `GET /head`.
pub(super) async fn head(State(app): State<App>) -> Json<Head> {
    Json(app.log.head())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    /// Where the page starts, this position left out: `next` of the page before. Without it a page starts at the beginning
    /// of the log, or, read backward, at its head.
    after: Option<Position>,
    /// Events a page.
    #[serde(default)]
    limit: PageSize,
    /// Oldest or newest first.
    #[serde(default)]
    direction: Direction,
    /// Only events of this type.
    #[serde(rename = "type")]
    event_type: Option<Word>,
    /// Only events of streams of this category: what stands before the first dash of their name.
    category: Option<Word>,
    /// Only events of this conversation.
    correlation_id: Option<Uuid>,
    /// Only events recorded at this time or later.
    from_time: Option<Timestamp>,
}

/// `GET /events`.
pub(super) async fn list(
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Result<Json<EventPage>, ProblemResponse> {
    let filter = EventFilter {
        event_type: Word::text(params.event_type),
        category: Word::text(params.category),
        correlation_id: params.correlation_id,
        from_time: params.from_time,
    };
    let limit = params.limit.rows();
    let page = event_log::page(&*app.log, filter, params.after, params.direction, limit).await?;
    Ok(Json(page))
}

/// `GET /events/{id}`.
pub(super) async fn one(
    State(app): State<App>,
    InPath(id): InPath<EventId>,
) -> Result<Json<EventView>, ProblemResponse> {
    Ok(Json(event_log::event_view(&*app.log, id).await?))
}
