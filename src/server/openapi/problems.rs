//! Each problem as it may look when it is met.

use crate::contract::{Problem, ProblemKind};

/// An example of a problem with the fields that it has.
pub(super) fn example(kind: ProblemKind) -> Problem {
    use ProblemKind as Kind;
    let told = |detail: &str| Problem::new(kind, detail);
    match kind {
        Kind::ExpectedVersionConflict => {
            told("stream `note-1` is at version 2, and version 1 was expected")
                .with("stream", "note-1")
                .with("expected", 1)
                .with("actual", 2)
        }
        Kind::EventIdReused => {
            told("event id 01920000-0000-7000-8000-000000000001 is in the log with other content")
        }
        Kind::InvalidEvent => told("no events are given for stream `note-1`"),
        Kind::SchemaViolation => told("the payload is no OrderPlaced: missing field `customer`")
            .with("errors", vec!["missing field `customer`"]),
        Kind::StreamNotFound => {
            told("no event was ever appended to `note-7`").with("stream", "note-7")
        }
        Kind::Overloaded => told("the log has more to write than it can take"),
        Kind::CommandRefused => {
            told("the order is shipped already").with("refusal", "already_shipped")
        }
        Kind::InvalidCommand => {
            told("lines[0].quantity: invalid type: string \"two\", expected u32")
        }
        Kind::UnknownCommand => told("there is no command `MakeTea`"),
        Kind::Conflict => told("others changed the stream again and again: send the command again"),
        Kind::ReadModelBehind => told("`orders` is at #12389, not yet at #12391")
            .with("as_of", 12_389)
            .with("min_position", 12_391)
            .with("retry_after_s", 1),
        Kind::ResetRefused => told("`orders` stands at #12391 and cannot be sent on to #12400")
            .with("position", 12_391),
        Kind::NothingToBuild => told("no earlier build of `orders` is kept"),
        Kind::NotFaulted => told("`orders` has not stopped at an event that it cannot handle"),
        Kind::ParkedRefused => told("`orders` is a read model: none of its events can be given up"),
        Kind::NotCancellable => {
            told("the operation `0199a1b2-0000-7000-8000-000000000001` has ended")
        }
        Kind::NotFound => told("nothing is there under this name"),
        Kind::MethodNotAllowed => told("`/api/v1/head` does not take DELETE"),
        Kind::BadRequest => told("limit: 0 is not a size of a page: 1 to 1000 wanted"),
        Kind::UnsupportedMediaType => told("`text/plain` is not JSON"),
        Kind::BodyTooLarge => {
            told("the body is larger than 1048576 bytes, or did not arrive whole")
                .with("limit_bytes", 1_048_576)
        }
        Kind::ForbiddenOrigin => told("`https://elsewhere.example` is not `127.0.0.1:3000`"),
        Kind::NotAllowed => {
            told("Ada is a viewer, and this needs a user").with("required_role", "user")
        }
        Kind::InvalidFrame => told("the frame is not JSON"),
        Kind::UnknownDelivery => {
            told("delivery 7 is not with you: it was answered before").with("delivery", 7)
        }
        Kind::MemberReplaced => told("another connection has come as `worker-1`"),
        Kind::ConsumerFixed => told("`orders` is a consumer of the server's own, and not a group"),
        Kind::ConsumerMoved => told("another server has taken `mailer` over: connect again"),
        Kind::StorageUnavailable => told("nothing was committed: the disk is full"),
        Kind::Unreachable => told("the server does not answer"),
        Kind::Internal => told("the request could not be finished"),
    }
}
