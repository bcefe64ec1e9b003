//! The integration tests: one binary, a folder for each room.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod alerts;
mod architecture;
mod care;
mod chaos;
mod command;
mod crash;
mod event_log;
mod faults;
mod groups;
mod http;
mod live;
mod process_manager;
mod projection;
mod schema;
mod several_servers;
mod support;
mod write_side;
