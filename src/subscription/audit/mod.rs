//! What operators did to consumers, as events of the streams `audit-<consumer>`: written here, folded into what each consumer
//! stands under, and followed by every server, so that an act holds wherever the consumer runs and outlives every process.

mod acts;
mod follow;
mod standing;
mod underway;

use crate::contract::{EventId, Metadata, Position, StreamName};
use crate::event_log::{AppendRequest, EventLog, ExpectedVersion, NewEvent, StreamAppend};
use crate::schema::{AuditEvent, encode_audit};

use super::ControlError;

pub use acts::{Act, ParkingAct, ParkingWhat, ResetAct, RestoreAct, Switch, SwitchAct};
pub use follow::{Audit, Ending};
pub use standing::Standing;
pub use underway::Underway;

/// The category of audit streams; nobody else may append to it.
const AUDIT: &str = "audit";

/// An act that is in the log.
pub struct Written {
    /// The event that it is.
    pub id: EventId,
    /// Its place in the log.
    pub position: Position,
}

/// Writes an act down; it holds from the moment this returns.
async fn append(
    log: &dyn EventLog,
    consumer: &str,
    act: &AuditEvent,
) -> Result<Written, ControlError> {
    let (event_type, schema_version, data) = encode_audit(act)?;
    let id = EventId::generate();
    let event = NewEvent {
        id,
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
    let position = log.append(request).await?.position;
    Ok(Written { id, position })
}
