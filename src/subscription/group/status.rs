//! What is known of a group at this moment, for whoever shows it.

use crate::contract::Position;

/// How a group is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Everything up to here is finished and stored.
    pub position: Position,
    /// Events set aside.
    pub parked: u64,
    /// The connected members, by name.
    pub members: Vec<String>,
    /// What last went wrong, until it works again.
    pub error: Option<String>,
}
