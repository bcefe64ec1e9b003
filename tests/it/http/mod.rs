//! The public API through a running server.

mod commands;
mod consumers;
mod guard;
mod log;
mod read_models;
