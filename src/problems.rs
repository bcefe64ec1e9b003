//! The one place where the errors of every room become Problem Details. What happened inside stays in our log.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::command::{CommandError, HistoryError, ParseError};
use crate::contract::{NoSuchPlace, Problem, ProblemKind};
use crate::event_log::{AppendError, ExpectedVersion, LogError, MomentError, PageError};
use crate::projection::ProjectionError;
use crate::schema::AdmissionError;
use crate::simulation::TrafficError;
use crate::subscription::group::{Ended, GroupError};
use crate::subscription::{ControlError, TrendsError};

/// A problem as an HTTP answer.
#[derive(Debug)]
pub struct ProblemResponse(pub Problem);

impl<E: Into<Problem>> From<E> for ProblemResponse {
    fn from(error: E) -> ProblemResponse {
        ProblemResponse(error.into())
    }
}

impl IntoResponse for ProblemResponse {
    fn into_response(self) -> Response {
        let ProblemResponse(problem) = self;
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Problem {
        let detail = error.to_string();
        match error {
            AppendError::ExpectedVersionConflict {
                stream,
                expected,
                actual,
            } => Problem::new(ProblemKind::ExpectedVersionConflict, detail)
                .with("stream", stream.as_str())
                .with("expected", expected_json(expected))
                .with("actual", actual.0),
            AppendError::EventIdReused { .. } => Problem::new(ProblemKind::EventIdReused, detail),
            AppendError::InvalidEvent(_) => Problem::new(ProblemKind::InvalidEvent, detail),
            AppendError::Overloaded | AppendError::Closed => {
                Problem::new(ProblemKind::Overloaded, detail)
            }
            AppendError::Storage(failure) => storage(
                &detail,
                &format!("nothing was committed: {}", failure.cause),
            ),
            AppendError::OutcomeUnknown(failure) => {
                let told = format!(
                    "{}; whether the events were committed is not known: send the same ids again",
                    failure.cause
                );
                storage(&detail, &told)
            }
        }
    }
}

fn expected_json(expected: ExpectedVersion) -> serde_json::Value {
    match expected {
        ExpectedVersion::Any => "any".into(),
        ExpectedVersion::NoStream => "no_stream".into(),
        ExpectedVersion::StreamExists => "stream_exists".into(),
        ExpectedVersion::Exact(version) => version.0.into(),
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Problem {
        match &error {
            LogError::Closed => Problem::new(ProblemKind::Overloaded, error.to_string()),
            LogError::Storage(failure) => storage(&error.to_string(), &failure.cause.to_string()),
            other => storage(&other.to_string(), "the log cannot be used"),
        }
    }
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Problem {
        let detail = error.to_string();
        match error {
            PageError::StreamNotFound(stream) => {
                Problem::new(ProblemKind::StreamNotFound, detail).with("stream", stream.as_str())
            }
            PageError::EventNotFound(_) => Problem::new(ProblemKind::NotFound, detail),
            PageError::Limit(_) => Problem::new(ProblemKind::BadRequest, detail),
            PageError::Log(error) => error.into(),
        }
    }
}

impl From<MomentError> for Problem {
    fn from(error: MomentError) -> Problem {
        let detail = error.to_string();
        match error {
            MomentError::PositionAhead { head, .. } => {
                Problem::new(ProblemKind::BadRequest, detail).with("head", head.0)
            }
            MomentError::TimeAhead(_) => Problem::new(ProblemKind::BadRequest, detail),
            MomentError::Read(error) => error.into(),
        }
    }
}

impl From<ProjectionError> for Problem {
    fn from(error: ProjectionError) -> Problem {
        match error {
            ProjectionError::BadCursor(_) => {
                Problem::new(ProblemKind::BadRequest, error.to_string())
            }
            ProjectionError::NotThere { as_of, wanted } => {
                Problem::new(ProblemKind::ReadModelBehind, error.to_string())
                    .with("as_of", as_of.0)
                    .with("min_position", wanted.0)
                    .with("retry_after_s", 1)
            }
            other => storage(&other.to_string(), "the read model could not be read"),
        }
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Problem {
        let detail = error.to_string();
        match error {
            CommandError::Parse(ParseError::Unknown(_)) => {
                Problem::new(ProblemKind::UnknownCommand, detail)
            }
            CommandError::Parse(ParseError::Invalid(_)) => {
                Problem::new(ProblemKind::InvalidCommand, detail)
            }
            CommandError::Refused(refusal) => {
                Problem::new(ProblemKind::CommandRefused, detail).with("refusal", refusal.word())
            }
            CommandError::Conflict { .. } => Problem::new(ProblemKind::Conflict, detail),
            CommandError::Append(error) => error.into(),
            CommandError::Read(error) => error.into(),
            CommandError::Schema(error) => internal(&error.to_string()),
            CommandError::State(_) => internal(&detail),
        }
    }
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Problem {
        let detail = error.to_string();
        match error {
            HistoryError::NoAggregate { categories, .. } => {
                Problem::new(ProblemKind::NotFound, detail).with("categories", categories.to_vec())
            }
            HistoryError::NoStream(stream) => {
                Problem::new(ProblemKind::StreamNotFound, detail).with("stream", stream.as_str())
            }
            HistoryError::NotYet { stream, as_of } => {
                Problem::new(ProblemKind::StreamNotFound, detail)
                    .with("stream", stream.as_str())
                    .with("as_of", as_of.0)
            }
            HistoryError::VersionAhead { head_version, .. } => {
                Problem::new(ProblemKind::BadRequest, detail).with("head_version", head_version.0)
            }
            HistoryError::PositionAhead { head, .. } => {
                Problem::new(ProblemKind::BadRequest, detail).with("head", head.0)
            }
            HistoryError::TimeAhead(_) => Problem::new(ProblemKind::BadRequest, detail),
            HistoryError::Read(error) => error.into(),
            HistoryError::Fold(error) => error.into(),
        }
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Problem {
        let detail = error.to_string();
        match error {
            ControlError::UnknownConsumer(_) | ControlError::UnknownOperation(_) => {
                Problem::new(ProblemKind::NotFound, detail)
            }
            ControlError::Reason | ControlError::UntilPast => {
                Problem::new(ProblemKind::BadRequest, detail)
            }
            ControlError::BeyondHead { head, .. } => {
                Problem::new(ProblemKind::BadRequest, detail).with("head", head.0)
            }
            ControlError::CannotPassOver { from, .. } => {
                Problem::new(ProblemKind::ResetRefused, detail).with("position", from.0)
            }
            ControlError::NoReadModel(_)
            | ControlError::NoCopy { .. }
            | ControlError::NoPrevious(_) => Problem::new(ProblemKind::NothingToBuild, detail),
            ControlError::NotFaulted(_) => Problem::new(ProblemKind::NotFaulted, detail),
            ControlError::StoppedElsewhere { at, .. } => {
                Problem::new(ProblemKind::NotFaulted, detail).with("position", at.0)
            }
            ControlError::CannotDiscard(_) | ControlError::CannotChoose(_) => {
                Problem::new(ProblemKind::ParkedRefused, detail)
            }
            ControlError::Parked(_) => storage(&detail, "what is parked cannot be read"),
            ControlError::Ended(_) | ControlError::NotCancellable(_) => {
                Problem::new(ProblemKind::NotCancellable, detail)
            }
            ControlError::Schema(error) => internal(&error.to_string()),
            ControlError::Append(error) => error.into(),
            ControlError::Read(error) => error.into(),
        }
    }
}

impl From<NoSuchPlace> for Problem {
    fn from(error: NoSuchPlace) -> Problem {
        Problem::new(ProblemKind::BadRequest, format!("`to` {error}"))
    }
}

impl From<TrendsError> for Problem {
    fn from(error: TrendsError) -> Problem {
        storage(&error.to_string(), "the trends cannot be read")
    }
}

impl From<GroupError> for Problem {
    fn from(error: GroupError) -> Problem {
        let detail = error.to_string();
        match error {
            GroupError::Unknown(_) => Problem::new(ProblemKind::NotFound, detail),
            GroupError::BuiltIn(_) | GroupError::ModeFixed { .. } => {
                Problem::new(ProblemKind::ConsumerFixed, detail)
            }
            GroupError::Draft(_) => Problem::new(ProblemKind::BadRequest, detail),
            GroupError::Ended(ended) => ended.into(),
            GroupError::NotHere(_) => Problem::new(ProblemKind::ConsumerMoved, detail),
            GroupError::Control(error) => error.into(),
            GroupError::Log(error) => error.into(),
            GroupError::Store(error) => {
                storage(&error.to_string(), "the groups' progress cannot be used")
            }
        }
    }
}

impl From<Ended> for Problem {
    fn from(ended: Ended) -> Problem {
        let (kind, detail) = match ended {
            Ended::Replaced => (
                ProblemKind::MemberReplaced,
                "another connection has come under your name",
            ),
            Ended::Removed => (ProblemKind::NotFound, "the group was removed"),
            Ended::Moved => (
                ProblemKind::ConsumerMoved,
                "another server has taken the group over: connect again",
            ),
        };
        Problem::new(kind, detail)
    }
}

impl From<TrafficError> for Problem {
    fn from(error: TrafficError) -> Problem {
        match error {
            TrafficError::Rate => Problem::new(ProblemKind::BadRequest, error.to_string()),
            TrafficError::Command(error) => error.into(),
        }
    }
}

impl From<AdmissionError> for Problem {
    fn from(error: AdmissionError) -> Problem {
        let detail = error.to_string();
        match error {
            AdmissionError::Reserved(_) => Problem::new(ProblemKind::InvalidEvent, detail),
            AdmissionError::Violation(error) => Problem::new(ProblemKind::SchemaViolation, detail)
                .with("errors", vec![error.to_string()]),
        }
    }
}

/// The database failed: logged here, once, in full; told outside without its details.
fn storage(cause: &str, told: &str) -> Problem {
    tracing::error!(error = cause, "the database failed a request");
    Problem::new(ProblemKind::StorageUnavailable, told)
}

fn internal(cause: &str) -> Problem {
    tracing::error!(error = cause, "a request failed by our mistake");
    Problem::new(ProblemKind::Internal, "the request could not be finished")
}
