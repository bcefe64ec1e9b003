//! The whole log.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use uuid::Uuid;

use crate::contract::{
    Direction, EventFilter, EventId, EventPage, EventView, Head, Position, Timestamp,
};
use crate::event_log;
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, Params};
use crate::server::state::App;

/// Events of a page when the request does not say.
pub(super) const LIMIT: u32 = 100;

/// `GET /head`.
pub(super) async fn head(State(app): State<App>) -> Json<Head> {
    Json(app.log.head())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    after: Option<Position>,
    limit: Option<u32>,
    #[serde(default)]
    direction: Direction,
    #[serde(rename = "type")]
    event_type: Option<String>,
    category: Option<String>,
    correlation_id: Option<Uuid>,
    from_time: Option<Timestamp>,
}

/// `GET /events`.
pub(super) async fn list(
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Result<Json<EventPage>, ProblemResponse> {
    let filter = EventFilter {
        event_type: params.event_type,
        category: params.category,
        correlation_id: params.correlation_id,
        from_time: params.from_time,
    };
    let limit = params.limit.unwrap_or(LIMIT);
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
