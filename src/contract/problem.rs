//! Problem Details (RFC 9457): the one shape of every error that leaves the server.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

macro_rules! problem_kinds {
    ($($(#[$doc:meta])* $name:ident => $slug:literal, $status:literal, $title:literal;)*) => {
        /// Every kind of problem: its slug, HTTP status and title.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemKind { $($(#[$doc])* $name,)* }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &'static [ProblemKind] = &[$(ProblemKind::$name,)*];

            /// The last part of the problem's `type`.
            #[must_use]
            pub fn slug(self) -> &'static str {
                match self { $(ProblemKind::$name => $slug,)* }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub fn status(self) -> u16 {
                match self { $(ProblemKind::$name => $status,)* }
            }

            /// What it is, in words that do not change.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(ProblemKind::$name => $title,)* }
            }
        }
    };
}

problem_kinds! {
    /// The stream is not at the version that the append expected.
    ExpectedVersionConflict => "expected-version-conflict", 409, "The stream is at another version";
    /// An event id is in the log with another stream or content.
    EventIdReused => "event-id-reused", 409, "The event id is taken";
    /// An event that may not be appended.
    InvalidEvent => "invalid-event", 400, "The event is not valid";
    /// A payload that does not fit its schema.
    SchemaViolation => "schema-violation", 422, "The payload does not fit its schema";
    /// No event was ever appended to the stream.
    StreamNotFound => "stream-not-found", 404, "There is no such stream";
    /// The queue is full, or the server is stopping.
    Overloaded => "overloaded", 503, "The server has more work than it can take";
    /// The domain said no.
    CommandRefused => "command-refused", 422, "The command was refused";
    /// The command's body is not what it should be.
    InvalidCommand => "invalid-command", 400, "The command is not valid";
    /// No command has that name.
    UnknownCommand => "unknown-command", 404, "There is no such command";
    /// Others changed the stream again and again meanwhile.
    Conflict => "conflict", 409, "The stream changed meanwhile";
    /// The read model has not reached the position that was asked for.
    ReadModelBehind => "read-model-behind", 503, "The read model is behind";
    /// The consumer cannot be set to that place.
    ResetRefused => "reset-refused", 409, "The consumer cannot be set there";
    /// The consumer has no builds, or no earlier one.
    NothingToBuild => "nothing-to-build", 409, "The consumer has no such build";
    /// The consumer has not stopped at an event, or not at that one.
    NotFaulted => "not-faulted", 409, "The consumer has not stopped at that event";
    /// The consumer cannot do that with what it has parked.
    ParkedRefused => "parked-refused", 409, "The parked events cannot be handled like that";
    /// The operation has ended, or cannot be broken off.
    NotCancellable => "not-cancellable", 409, "The operation cannot be cancelled";
    /// Nothing is there.
    NotFound => "not-found", 404, "There is nothing here";
    /// The path exists, but not with this method.
    MethodNotAllowed => "method-not-allowed", 405, "That method is not for this path";
    /// A request that cannot be understood.
    BadRequest => "bad-request", 400, "The request is not valid";
    /// A body in a format that is not taken.
    UnsupportedMediaType => "unsupported-media-type", 415, "The body's media type is not taken";
    /// A body over the limit.
    BodyTooLarge => "body-too-large", 413, "The body is too large";
    /// A Host or Origin that is not ours.
    ForbiddenOrigin => "forbidden-origin", 403, "The request comes from elsewhere";
    /// The principal's role does not allow it.
    NotAllowed => "not-allowed", 403, "Your role does not allow this";
    /// A frame that cannot be taken.
    InvalidFrame => "invalid-frame", 400, "The frame is not valid";
    /// A member answered a delivery that is not with it.
    UnknownDelivery => "unknown-delivery", 409, "The delivery is not with you";
    /// Another connection has come under the member's name.
    MemberReplaced => "member-replaced", 409, "Another connection has your name";
    /// The consumer is one of the server's own, or of another mode.
    ConsumerFixed => "consumer-fixed", 409, "The consumer cannot be changed like that";
    /// Another server has taken the consumer over.
    ConsumerMoved => "consumer-moved", 503, "Another server has the consumer";
    /// The database is out of reach or refuses.
    StorageUnavailable => "storage-unavailable", 503, "The database does not answer";
    /// The server cannot be reached from this page.
    Unreachable => "unreachable", 503, "The server is out of reach";
    /// Our mistake; the log has more.
    Internal => "internal", 500, "Something went wrong here";
}

/// A problem, as `application/problem+json` carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// `/problems/<slug>`.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// What it is, in words that do not change.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time.
    pub detail: String,
    /// Further fields of this kind of problem.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

impl Problem {
    /// A problem of a kind, with what is wrong this time.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Problem {
        Problem {
            problem_type: format!("/problems/{}", kind.slug()),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            fields: Map::new(),
        }
    }

    /// The same with a further field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Problem {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Whether it is of a kind.
    #[must_use]
    pub fn is(&self, kind: ProblemKind) -> bool {
        self.problem_type.strip_prefix("/problems/") == Some(kind.slug())
    }

    /// A further field that is text.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title, self.detail)
    }
}

impl std::error::Error for Problem {}

impl FromServerFnError for Problem {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Problem {
        match error {
            ServerFnErrorErr::Request(cause) => Problem::new(ProblemKind::Unreachable, cause),
            ServerFnErrorErr::Deserialization(cause)
            | ServerFnErrorErr::Args(cause)
            | ServerFnErrorErr::MissingArg(cause) => Problem::new(ProblemKind::BadRequest, cause),
            other => Problem::new(ProblemKind::Internal, other.to_string()),
        }
    }
}
