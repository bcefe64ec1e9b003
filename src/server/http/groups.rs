//! Consumer groups: made, changed, removed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::{Value, json};
use std::borrow::Cow;

use crate::contract::{GroupMode, Position, Principal, Selection};
use crate::problems::ProblemResponse;
use crate::server::extract::{Body, InPath};
use crate::server::openapi::{Operation, Output, json_content};
use crate::server::state::App;
use crate::subscription::group::{Definition, Draft, From as Begin};

/// What a group is to be; what is left out is as usual.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupBody {
    /// How events are shared among the members. For ever: what is stored of a group has no meaning in another mode.
    mode: GroupMode,
    /// Where a new group begins: with the first event, with the next one, or after a position; with the next one when absent.
    /// A group that is there stays where it is.
    from: Option<FromWhere>,
    /// Which events the group gets; all when absent. A changed filter holds for what is read from then on.
    filter: Option<Selection>,
    /// A delivery that is not answered for so long is taken back; 30000 when absent. In `log` mode a member's time begins anew
    /// with each of its answers.
    #[schemars(range(min = 10, max = 86_400_000))]
    ack_timeout_ms: Option<u64>,
    /// Deliveries that may be unanswered at the same time, over all members, each of which has an equal share; 1000 when
    /// absent.
    #[schemars(range(min = 1, max = 100_000))]
    max_in_flight: Option<u32>,
    /// An event that was delivered so often and never handled is parked; 5 when absent.
    #[schemars(range(min = 1, max = 1_000))]
    max_attempts: Option<u32>,
    /// For the audit stream.
    #[schemars(length(max = 500))]
    reason: Option<String>,
}

/// `"start"`, `"end"` or a position.
struct FromWhere(Begin);

impl<'de> Deserialize<'de> for FromWhere {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FromWhere, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let begin = match (value.as_str(), value.as_u64()) {
            (Some("start"), _) => Some(Begin::Start),
            (Some("end"), _) => Some(Begin::End),
            (None, Some(position)) => Some(Begin::After(Position(position))),
            _ => None,
        };
        begin
            .map(FromWhere)
            .ok_or_else(|| D::Error::custom(format!("{value} is not `start`, `end` or a position")))
    }
}

impl JsonSchema for FromWhere {
    fn schema_name() -> Cow<'static, str> {
        "FromWhere".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [
            { "type": "string", "enum": ["start", "end"] },
            { "type": "integer", "minimum": 0 },
        ]})
    }
}

/// A group as it is defined.
#[derive(Serialize, JsonSchema)]
pub(super) struct Group {
    /// Its name.
    name: String,
    /// How events are shared among the members.
    mode: GroupMode,
    /// Where it began: it gets what comes after this position.
    from: Position,
    /// Which events it gets.
    filter: Selection,
    /// A delivery that is not answered for so long is taken back.
    ack_timeout_ms: u64,
    /// Deliveries that may be unanswered at the same time.
    max_in_flight: u32,
    /// An event that was delivered so often and never handled is parked.
    max_attempts: u32,
}

impl Group {
    fn of(definition: &Definition) -> Group {
        Group {
            name: definition.name.to_string(),
            mode: definition.mode,
            from: definition.from,
            filter: (*definition.filter).clone(),
            ack_timeout_ms: definition.ack_timeout_ms,
            max_in_flight: definition.max_in_flight,
            max_attempts: definition.max_attempts,
        }
    }
}

/// A group that was made (201), or was there and is changed (200).
pub(super) struct Defined {
    group: Group,
    made: bool,
}

impl IntoResponse for Defined {
    fn into_response(self) -> Response {
        let status = if self.made {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        (status, Json(self.group)).into_response()
    }
}

impl Output for Defined {
    fn describe(operation: &mut Operation<'_>) {
        let content = json_content::<Group>(operation);
        operation.answers(201, "Made.", content.clone());
        operation.answers(200, "Changed.", content);
    }
}

/// `PUT /consumers/{name}`.
pub(super) async fn define(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
    Body(body): Body<GroupBody>,
) -> Result<Defined, ProblemResponse> {
    let draft = Draft {
        mode: body.mode,
        from: body.from.map(|FromWhere(begin)| begin),
        filter: body.filter.unwrap_or_default(),
        ack_timeout_ms: body.ack_timeout_ms,
        max_in_flight: body.max_in_flight,
        max_attempts: body.max_attempts,
        reason: body.reason,
    };
    let (definition, made) = app.groups.define(&principal, &name, draft).await?;
    Ok(Defined {
        group: Group::of(&definition),
        made,
    })
}

/// Done, and there is nothing to say.
pub(super) struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Output for Done {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers(204, "Done.", json!({}));
    }
}

/// `DELETE /consumers/{name}`.
pub(super) async fn remove(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    InPath(name): InPath<String>,
) -> Result<Done, ProblemResponse> {
    app.groups.remove(&principal, &name).await?;
    Ok(Done)
}
