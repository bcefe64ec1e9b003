//! Composition: configuration, state, router, guard rails, health, metrics, shutdown.

pub mod access;
mod care;
pub mod cli;
mod data;
mod extract;
mod guard;
mod health;
mod http;
mod openapi;
mod pages;
mod router;
mod serve;
mod shared;
mod site;
mod state;
mod telemetry;
mod verify;

pub use care::{backup, export, import, prepare, restore, tidy};
pub use serve::serve;
pub use telemetry::start as start_telemetry;
pub use verify::verify;
