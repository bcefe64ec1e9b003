//! Aggregates as they were.

use axum::Json;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::command::Moment;
use crate::contract::{AggregateAt, Problem, ProblemKind, StreamName, Version, When};
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, Params};
use crate::server::state::App;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AtParams {
    /// A version of the stream.
    version: Option<Version>,
    /// A position of the log, or a time. Not together with `version`.
    as_of: Option<When>,
}

/// `GET /streams/{stream}/state`.
pub(super) async fn at(
    State(app): State<App>,
    InPath(stream): InPath<StreamName>,
    Params(params): Params<AtParams>,
) -> Result<Json<AggregateAt>, ProblemResponse> {
    let moment = match (params.version, params.as_of) {
        (None, None) => Moment::Now,
        (Some(version), None) => Moment::Version(version),
        (None, Some(When::Position(position))) => Moment::Position(position),
        (None, Some(When::Time(time))) => Moment::Time(time),
        (Some(_), Some(_)) => {
            let detail = "`version` and `as_of` both say when; give one of them";
            return Err(Problem::new(ProblemKind::BadRequest, detail).into());
        }
    };
    Ok(Json(app.history.at(&stream, moment).await?))
}
