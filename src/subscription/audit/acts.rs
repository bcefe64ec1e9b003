//! What operators have asked for, as whoever runs the consumer has to carry it out.

use crate::contract::Position;
use crate::subscription::parking::WhichParked;

/// A reset that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetAct {
    /// Its place in the log: a consumer that has carried it out has noted this.
    pub at: Position,
    /// Where the consumer goes on: after this position.
    pub to: Position,
}

/// A reset of a group that was cancelled while it was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreAct {
    /// Its place in the log.
    pub at: Position,
    /// The place in the log of the reset.
    pub reset: Position,
}

/// Something that is to be done with single events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkingAct {
    /// Its place in the log.
    pub at: Position,
    /// What it is.
    pub what: ParkingWhat,
}

/// What is to be done with single events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParkingWhat {
    /// The event at which the consumer stopped is set aside.
    Park {
        /// The event.
        position: Position,
        /// How often it was tried.
        attempts: u32,
        /// What went wrong the last time.
        error: String,
    },
    /// Parked events are tried again.
    Retry(WhichParked),
    /// Parked events are given up.
    Discard(WhichParked),
}

/// What whoever runs a consumer has to carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It goes to another place.
    Reset(ResetAct),
    /// It stands again as a reset found it.
    Restore(RestoreAct),
    /// It goes over to another build.
    Switch(SwitchAct),
    /// It does something with single events.
    Parking(ParkingAct),
}

impl Act {
    /// Its place in the log.
    #[must_use]
    pub fn at(&self) -> Position {
        match self {
            Act::Reset(act) => act.at,
            Act::Restore(act) => act.at,
            Act::Switch(act) => act.at,
            Act::Parking(act) => act.at,
        }
    }
}

/// A change between the builds of a read model that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwitchAct {
    /// Its place in the log.
    pub at: Position,
    /// What it is.
    pub what: Switch,
}

/// A change between the build that answers and the one that did before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The one that did before answers again.
    Back,
    /// The one that did before is thrown away.
    Forget,
}
