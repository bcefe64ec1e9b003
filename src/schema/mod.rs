//! Event type and version to Rust type and back.
//!
//! [`CATALOGUE`] lists every event that this program writes, with the version of its payload that it writes now. Foreign
//! programs may write others: for those [`decode`] answers `None`, and each consumer has a policy.

mod admission;
mod audit;
mod catalogue;
mod error;
mod json;

pub use admission::{AdmissionError, admit};
pub use audit::{
    AuditEvent, ConsumerEventParked, ConsumerOperationEnded, ConsumerPaused,
    ConsumerPreviousForgotten, ConsumerRebuildCompared, ConsumerRebuildStarted, ConsumerReset,
    ConsumerResumed, ConsumerSwitchedBack, GroupDefined, GroupRemoved, ParkedChosen,
};
pub use catalogue::{
    CATALOGUE, DomainEvent, EventType, decode, decode_audit, decode_data, encode, encode_audit,
    is_known,
};
pub use error::SchemaError;
pub(crate) use json::from_json;
