//! What operators did to a consumer, as events of the stream `audit-<consumer>`. Being paused is folded from them, so
//! it outlives the process.

use crate::contract::{Direction, EventId, Metadata, Paused, RecordedEvent, StreamName, Timestamp};
use crate::event_log::{
    AppendRequest, EventLog, ExpectedVersion, LogError, NewEvent, StreamAppend, StreamQuery,
};
use crate::schema::{AuditEvent, ConsumerPaused, encode_audit};

use super::ControlError;

/// The category of audit streams; nobody else may append to it.
const AUDIT: &str = "audit";

/// Writes an act down; it holds from the moment this returns.
pub(super) async fn append(
    log: &dyn EventLog,
    consumer: &str,
    act: &AuditEvent,
) -> Result<Timestamp, ControlError> {
    let (event_type, schema_version, data) = encode_audit(act)?;
    let event = NewEvent {
        id: EventId::generate(),
        event_type: event_type.to_owned(),
        schema_version,
        data,
        metadata: Metadata::default(),
    };
    let append = StreamAppend {
        stream: StreamName::of(AUDIT, consumer),
        expected: ExpectedVersion::Any,
        events: vec![event],
    };
    let request = AppendRequest {
        appends: vec![append],
        command: None,
    };
    Ok(log.append(request).await?.committed_at)
}

/// Whether the consumer was paused when the log was last written, and by whom.
pub(super) async fn paused(log: &dyn EventLog, consumer: &str) -> Result<Option<Paused>, LogError> {
    let stream = StreamName::of(AUDIT, consumer);
    let query = StreamQuery {
        stream,
        from: None,
        limit: 1,
        direction: Direction::Backward,
    };
    let last = log.read_stream(query).await?;
    Ok(last.events.first().and_then(|event| paused_by(event)))
}

fn paused_by(event: &RecordedEvent) -> Option<Paused> {
    if event.event_type != "ConsumerPaused" {
        return None;
    }
    let act: ConsumerPaused = serde_json::from_str(event.data.get()).ok()?;
    Some(Paused {
        by: act.by,
        reason: act.reason,
        at: event.recorded_at,
        until: act.until,
    })
}
