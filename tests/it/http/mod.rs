//! The public API through a running server.

mod commands;
mod consumers;
mod copies;
mod guard;
mod log;
mod log_appends;
mod log_reads;
mod openapi;
mod parking;
mod past;
mod read_models;
mod rebuilds;
mod resets;
mod server_functions;
mod state;
