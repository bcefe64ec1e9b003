//! Streams: append and read.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::value::RawValue;

use super::events::LIMIT;
use crate::contract::{
    Direction, EventId, Metadata, Position, Problem, ProblemKind, StreamName, StreamPage,
    Timestamp, Version,
};
use crate::event_log::{
    self, AppendRequest, Appended, ExpectedVersion, NewEvent, StreamAppend, StreamSummary,
    StreamsQuery,
};
use crate::problems::ProblemResponse;
use crate::schema;
use crate::server::extract::{Body, InPath, Params};
use crate::server::state::App;

/// An event as a client sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SentEvent {
    id: Option<EventId>,
    #[serde(rename = "type")]
    event_type: String,
    schema_version: Option<u32>,
    data: Box<RawValue>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppendBody {
    expected: Expected,
    events: Vec<SentEvent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamAppendBody {
    stream: StreamName,
    expected: Expected,
    events: Vec<SentEvent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AppendManyBody {
    appends: Vec<StreamAppendBody>,
}

/// `"any"`, `"no_stream"`, `"stream_exists"` or a version.
pub(super) struct Expected(ExpectedVersion);

impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let expected = match (value.as_str(), value.as_u64()) {
            (Some("any"), _) => ExpectedVersion::Any,
            (Some("no_stream"), _) => ExpectedVersion::NoStream,
            (Some("stream_exists"), _) => ExpectedVersion::StreamExists,
            (_, Some(version)) => ExpectedVersion::Exact(Version(version)),
            _ => {
                let detail = format!(
                    "`expected` is {value}: \"any\", \"no_stream\", \"stream_exists\" or a version wanted"
                );
                return Err(D::Error::custom(detail));
            }
        };
        Ok(Expected(expected))
    }
}

/// The answer to an append to one stream.
#[derive(Serialize)]
pub(super) struct AppendedBody {
    stream: StreamName,
    first_version: Version,
    last_version: Version,
    position: Position,
    duplicate: bool,
}

#[derive(Serialize)]
pub(super) struct AppendedManyBody {
    appends: Vec<AppendedBody>,
    position: Position,
    duplicate: bool,
}

/// `POST /streams/{stream}`.
pub(super) async fn append(
    State(app): State<App>,
    InPath(stream): InPath<StreamName>,
    Body(body): Body<AppendBody>,
) -> Result<(StatusCode, Json<AppendedBody>), ProblemResponse> {
    let append = StreamAppendBody {
        stream,
        expected: body.expected,
        events: body.events,
    };
    let answer = commit(&app, vec![append]).await?;
    let status = status(answer.duplicate);
    let unanswered = || {
        Problem::new(
            ProblemKind::Internal,
            "the log did not say what it appended",
        )
    };
    let one = answer.appends.into_iter().next().ok_or_else(unanswered)?;
    Ok((status, Json(one)))
}

/// `POST /append`.
pub(super) async fn append_many(
    State(app): State<App>,
    Body(body): Body<AppendManyBody>,
) -> Result<(StatusCode, Json<AppendedManyBody>), ProblemResponse> {
    let answer = commit(&app, body.appends).await?;
    Ok((status(answer.duplicate), Json(answer)))
}

fn status(duplicate: bool) -> StatusCode {
    if duplicate {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    }
}

async fn commit(
    app: &App,
    appends: Vec<StreamAppendBody>,
) -> Result<AppendedManyBody, ProblemResponse> {
    let appends = appends
        .into_iter()
        .map(stream_append)
        .collect::<Result<Vec<_>, _>>()?;
    let appended = app
        .log
        .append(AppendRequest {
            appends,
            command: None,
        })
        .await?;
    Ok(answer(appended))
}

fn stream_append(body: StreamAppendBody) -> Result<StreamAppend, ProblemResponse> {
    let new_event = |sent: SentEvent| {
        let schema_version = sent.schema_version.unwrap_or(1);
        schema::admit(&body.stream, &sent.event_type, schema_version, &sent.data)?;
        Ok(NewEvent {
            id: sent.id.unwrap_or_else(EventId::generate),
            event_type: sent.event_type,
            schema_version,
            data: sent.data,
            metadata: sent.metadata,
        })
    };
    let events = body
        .events
        .into_iter()
        .map(new_event)
        .collect::<Result<_, ProblemResponse>>()?;
    Ok(StreamAppend {
        stream: body.stream,
        expected: body.expected.0,
        events,
    })
}

fn answer(appended: Appended) -> AppendedManyBody {
    let duplicate = appended.duplicate;
    let one = |stream: event_log::StreamAppended| AppendedBody {
        stream: stream.stream,
        first_version: stream.first_version,
        last_version: stream.last_version,
        position: stream.position,
        duplicate,
    };
    AppendedManyBody {
        appends: appended.streams.into_iter().map(one).collect(),
        position: appended.position,
        duplicate,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadParams {
    from: Option<Version>,
    limit: Option<u32>,
    #[serde(default)]
    direction: Direction,
}

/// `GET /streams/{stream}`.
pub(super) async fn read(
    State(app): State<App>,
    InPath(stream): InPath<StreamName>,
    Params(params): Params<ReadParams>,
) -> Result<Json<StreamPage>, ProblemResponse> {
    let limit = params.limit.unwrap_or(LIMIT);
    let page = event_log::stream_page(&*app.log, stream, params.from, params.direction, limit);
    Ok(Json(page.await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamsParams {
    category: Option<String>,
    prefix: Option<String>,
    after: Option<StreamName>,
    limit: Option<u32>,
}

/// One stream of the list.
#[derive(Serialize)]
pub(super) struct StreamBody {
    stream: StreamName,
    version: Version,
    last_position: Position,
    last_at: Timestamp,
}

#[derive(Serialize)]
pub(super) struct StreamsBody {
    streams: Vec<StreamBody>,
    next: Option<StreamName>,
}

/// `GET /streams`.
pub(super) async fn list(
    State(app): State<App>,
    Params(params): Params<StreamsParams>,
) -> Result<Json<StreamsBody>, ProblemResponse> {
    let limit = params
        .limit
        .unwrap_or(LIMIT)
        .clamp(1, event_log::PAGE_LIMIT) as usize;
    let query = StreamsQuery {
        category: params.category,
        prefix: params.prefix,
        after: params.after,
        limit,
    };
    let found = app.log.streams(query).await?;
    let next = (found.len() == limit)
        .then(|| found.last().map(|s| s.stream.clone()))
        .flatten();
    let streams = found.into_iter().map(stream_body).collect();
    Ok(Json(StreamsBody { streams, next }))
}

fn stream_body(summary: StreamSummary) -> StreamBody {
    StreamBody {
        stream: summary.stream,
        version: summary.version,
        last_position: summary.last_position,
        last_at: summary.last_at,
    }
}
