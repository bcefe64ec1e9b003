//! Aggregates as they were.

use axum::Json;
use axum::extract::State;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error};
use std::borrow::Cow;

use crate::command::Moment;
use crate::contract::{
    AggregateAt, Position, Problem, ProblemKind, StreamName, Timestamp, Version,
};
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, Params};
use crate::server::state::App;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AtParams {
    /// A version of the stream.
    version: Option<Version>,
    /// A position of the log, or a time. Not together with `version`.
    as_of: Option<AsOf>,
}

/// A position or a time.
enum AsOf {
    Position(Position),
    Time(Timestamp),
}

impl<'de> Deserialize<'de> for AsOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<AsOf, D::Error> {
        let text = String::deserialize(deserializer)?;
        let position = text.parse().ok().map(Position).map(AsOf::Position);
        let time = || Timestamp::parse(&text).map(AsOf::Time);
        position.or_else(time).ok_or_else(|| {
            let detail = format!(
                "`as_of` is `{text}`: a position or an RFC 3339 time wanted, a `+` in it written as `%2B`"
            );
            D::Error::custom(detail)
        })
    }
}

impl JsonSchema for AsOf {
    fn schema_name() -> Cow<'static, str> {
        "AsOf".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "format": "date-time" },
        ]})
    }
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
        (None, Some(AsOf::Position(position))) => Moment::Position(position),
        (None, Some(AsOf::Time(time))) => Moment::Time(time),
        (Some(_), Some(_)) => {
            let detail = "`version` and `as_of` both say when; give one of them";
            return Err(Problem::new(ProblemKind::BadRequest, detail).into());
        }
    };
    Ok(Json(app.history.at(&stream, moment).await?))
}
