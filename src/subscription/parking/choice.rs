//! Which parked events an act is on.

use crate::contract::{Operation, Position};
use crate::schema::ParkedChosen;

/// Parked events that an operator chooses: all that are meant by both, where both are given.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Only these.
    pub ids: Option<Vec<u64>>,
    /// Only those up to this position.
    pub up_to: Option<Position>,
}

impl Choice {
    /// Whether all are meant that are parked now.
    pub(super) fn is_all(&self) -> bool {
        self.ids.is_none() && self.up_to.is_none()
    }
}

/// What an act comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParkedPlan {
    /// How many events are meant.
    pub events: u64,
    /// The first of them.
    pub ids: Vec<u64>,
    /// What was set going, where the act is an operation: a read model is built anew.
    pub operation: Option<Operation>,
}

/// Which parked events are meant. Those on their way to a member of a group are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhichParked {
    /// Only these.
    pub ids: Option<Vec<u64>>,
    /// Only those up to this position.
    pub up_to: Option<Position>,
    /// Only those that were parked up to this number: no later arrivals.
    pub last_id: Option<u64>,
    /// Only those parked after this number.
    pub after_id: u64,
}

impl WhichParked {
    /// All after a number.
    #[must_use]
    pub fn after(after_id: u64) -> WhichParked {
        WhichParked {
            after_id,
            ..WhichParked::default()
        }
    }

    /// Those that an operator chose.
    #[must_use]
    pub fn of(chosen: ParkedChosen) -> WhichParked {
        WhichParked {
            ids: chosen.ids,
            up_to: chosen.up_to,
            last_id: Some(chosen.last_id),
            after_id: 0,
        }
    }

    /// As statements are told it.
    pub(in crate::subscription) fn columns(&self) -> WhichColumns {
        let ids = self.ids.clone().map(serde_json::Value::from);
        WhichColumns {
            after_id: id_to_sql(self.after_id),
            ids: ids.map(|ids| ids.to_string()),
            up_to: self.up_to.map(Position::to_sql),
            last_id: self.last_id.map(id_to_sql),
        }
    }
}

/// Which parked events are meant, as statements are told it.
pub(in crate::subscription) struct WhichColumns {
    pub after_id: i64,
    /// As a JSON array; none where they do not matter.
    pub ids: Option<String>,
    pub up_to: Option<i64>,
    pub last_id: Option<i64>,
}

/// The number of a parked event as databases take it; there are none beyond.
pub(in crate::subscription) fn id_to_sql(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}
