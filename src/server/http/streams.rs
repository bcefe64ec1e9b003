//! Streams: append and read.

use axum::Json;
use axum::extract::State;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::num::NonZeroU64;

use super::answers::Once;
use super::params::{PageSize, Word};
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
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SentEvent {
    /// Its id, chosen by you: the same append again, with the same ids, changes nothing. The server makes one when it is absent.
    id: Option<EventId>,
    /// Its type, in the past tense.
    #[serde(rename = "type")]
    #[schemars(length(min = 1, max = 200))]
    event_type: String,
    /// The version of the type's schema; 1 when absent.
    #[schemars(range(min = 1))]
    schema_version: Option<u32>,
    /// The payload: any JSON, kept byte for byte, 256 KiB at most.
    #[schemars(with = "serde_json::Value")]
    data: Box<RawValue>,
    /// What stands beside the payload; fields of your own are kept, 64 KiB at most.
    #[serde(default)]
    metadata: Metadata,
}

/// What is appended to one stream.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppendBody {
    /// Where the stream must stand.
    expected: Expected,
    /// The events, in their order.
    #[schemars(length(min = 1, max = 1_000))]
    events: Vec<SentEvent>,
}

/// What is appended to one of several streams.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamAppendBody {
    /// The stream.
    stream: StreamName,
    /// Where the stream must stand.
    expected: Expected,
    /// The events, in their order.
    #[schemars(length(min = 1, max = 1_000))]
    events: Vec<SentEvent>,
}

/// What is appended to several streams, all of it or nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppendManyBody {
    /// What goes to which stream; each stream once, 1,000 events in all.
    #[schemars(length(min = 1, max = 1_000))]
    appends: Vec<StreamAppendBody>,
}

/// Where a stream must stand for an append to be right.
pub(super) struct Expected(ExpectedVersion);

impl JsonSchema for Expected {
    fn schema_name() -> Cow<'static, str> {
        "Expected".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Where a stream must stand for an append to be right.",
            "oneOf": [
                { "const": "any", "description": "Anywhere." },
                { "const": "no_stream", "description": "It has no events yet." },
                { "const": "stream_exists", "description": "It has events." },
                { "type": "integer", "minimum": 0, "description": "Its last event has this version; 0 is `no_stream`." },
            ],
        })
    }
}

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

/// What was appended to one stream.
#[derive(Serialize, JsonSchema)]
pub(super) struct AppendedBody {
    /// The stream.
    stream: StreamName,
    /// The version of the first event.
    first_version: Version,
    /// The version of the last event.
    last_version: Version,
    /// The position of the last event.
    position: Position,
    /// Whether it had been appended before, and this is the first answer again.
    duplicate: bool,
}

/// What was appended to several streams.
#[derive(Serialize, JsonSchema)]
pub(super) struct AppendedManyBody {
    /// What was appended to each, in the order of the request.
    appends: Vec<AppendedBody>,
    /// The position of the last event of all.
    position: Position,
    /// Whether it had been appended before, and this is the first answer again.
    duplicate: bool,
}

/// `POST /streams/{stream}`.
pub(super) async fn append(
    State(app): State<App>,
    InPath(stream): InPath<StreamName>,
    Body(body): Body<AppendBody>,
) -> Result<Once<AppendedBody>, ProblemResponse> {
    let append = StreamAppendBody {
        stream,
        expected: body.expected,
        events: body.events,
    };
    let AppendedManyBody {
        appends, duplicate, ..
    } = commit(&app, vec![append]).await?;
    let unanswered = || {
        Problem::new(
            ProblemKind::Internal,
            "the log did not say what it appended",
        )
    };
    let answer = appends.into_iter().next().ok_or_else(unanswered)?;
    Ok(Once { answer, duplicate })
}

/// `POST /append`.
pub(super) async fn append_many(
    State(app): State<App>,
    Body(body): Body<AppendManyBody>,
) -> Result<Once<AppendedManyBody>, ProblemResponse> {
    let answer = commit(&app, body.appends).await?;
    let duplicate = answer.duplicate;
    Ok(Once { answer, duplicate })
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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadParams {
    /// The version at which the page starts, itself included: `next` of the page before. Without it a page starts at the
    /// first event, or, read backward, at the last.
    from: Option<NonZeroU64>,
    /// Events a page.
    #[serde(default)]
    limit: PageSize,
    /// Oldest or newest first.
    #[serde(default)]
    direction: Direction,
}

/// `GET /streams/{stream}`.
pub(super) async fn read(
    State(app): State<App>,
    InPath(stream): InPath<StreamName>,
    Params(params): Params<ReadParams>,
) -> Result<Json<StreamPage>, ProblemResponse> {
    let from = params.from.map(|from| Version(from.get()));
    let limit = params.limit.rows();
    let page = event_log::stream_page(&*app.log, stream, from, params.direction, limit);
    Ok(Json(page.await?))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamsParams {
    /// Only streams of this category: what stands before the first dash of their name.
    category: Option<Word>,
    /// Only streams whose name begins so.
    prefix: Option<Word>,
    /// Where the page starts, this name left out: `next` of the page before.
    after: Option<StreamName>,
    /// Streams a page.
    #[serde(default)]
    limit: PageSize,
}

/// A stream and its last event.
#[derive(Serialize, JsonSchema)]
pub(super) struct StreamBody {
    /// Its name.
    stream: StreamName,
    /// Its last version.
    version: Version,
    /// The position of its last event.
    last_position: Position,
    /// When that event was recorded.
    last_at: Timestamp,
}

/// A page of the list of streams, by name.
#[derive(Serialize, JsonSchema)]
pub(super) struct StreamsBody {
    /// The streams.
    streams: Vec<StreamBody>,
    /// Where the next page starts (`after`); `null` when there are no more.
    next: Option<StreamName>,
}

/// `GET /streams`.
pub(super) async fn list(
    State(app): State<App>,
    Params(params): Params<StreamsParams>,
) -> Result<Json<StreamsBody>, ProblemResponse> {
    let rows = params.limit.rows() as usize;
    let query = StreamsQuery {
        category: Word::text(params.category),
        prefix: Word::text(params.prefix),
        after: params.after,
        // One more than wanted says whether there is more.
        limit: rows + 1,
    };
    let mut found = app.log.streams(query).await?;
    let more = found.len() > rows;
    found.truncate(rows);
    let next = found.last().filter(|_| more).map(|s| s.stream.clone());
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
