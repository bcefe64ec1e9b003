//! The door for events that other programs append.

use serde_json::value::RawValue;

use super::{SchemaError, decode_data};
use crate::contract::StreamName;

/// The category of the audit streams: only the server writes there.
const AUDIT: &str = "audit";

/// Why an event from outside may not be appended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdmissionError {
    /// The stream is not open to other programs.
    #[error("`{0}` is written by the server alone")]
    Reserved(StreamName),
    /// The type is ours and the payload does not fit it.
    #[error("{0}")]
    Violation(SchemaError),
}

/// Whether an event from outside may be appended: a type that the catalogue knows has to fit it, since a stored event is
/// there for ever and would stop every consumer that wants it. Types that it does not know are the writer's own.
///
/// # Errors
/// When the stream is reserved or the payload does not fit.
pub fn admit(
    stream: &StreamName,
    event_type: &str,
    schema_version: u32,
    data: &RawValue,
) -> Result<(), AdmissionError> {
    if stream.category() == AUDIT {
        return Err(AdmissionError::Reserved(stream.clone()));
    }
    decode_data(event_type, schema_version, data)
        .map(drop)
        .map_err(AdmissionError::Violation)
}
