//! Consumer groups through a running server, over real connections.

mod definitions;
mod examples;
mod fenced;
mod log;
mod operations;
mod parked;
mod queue;
mod restarts;
mod session;
mod topic;

use std::time::Duration;

/// Long enough that what should come would have come.
const A_WHILE: Duration = Duration::from_millis(300);
