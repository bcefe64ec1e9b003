//! On the server: nothing is watched, and the clock is its own.

use crate::contract::{Position, Timestamp, Topic, WatchId};
use crate::ui::browser;
use crate::ui::live::Live;
use crate::ui::live::watches::{OnFrame, OnReset};

/// The page connects when it is in a browser.
pub fn start(_live: Live) {}

/// The page watches when it is in a browser.
pub fn watch(_topic: Topic, _after: Position, _on_frame: OnFrame) -> WatchId {
    0
}

/// There is no watch.
pub fn set_on_reset(_id: WatchId, _on_reset: OnReset) {}

/// There is no watch.
pub fn unwatch(_id: WatchId) {}

/// There is no connection.
pub fn retry_now() {}

/// The server's clock.
#[must_use]
pub fn server_now() -> Timestamp {
    Timestamp::from_micros(browser::clock_micros())
}

/// The server knows its own clock.
#[must_use]
pub fn clock_uncertainty_ms() -> Option<f64> {
    Some(0.0)
}
