//! # Highwater
//!
//! An event-sourced application server with a live console. This file is the map: the rooms in the order in which an
//! order travels, a sentence each. Which room may know which is a test: `tests/it/architecture`.
//!
//! Server-only rooms are gated here and nowhere else.

// A view is one type, as deep as the page: the release build computes the layout of all of it.
#![recursion_limit = "512"]

// Shared by server and browser; ungated, so that the browser build proves they do no I/O.

/// What crosses the wire: ids, money, positions, rows of pages, live frames, problems.
pub mod contract;
/// The write model: pure decide and evolve for orders, inventory and payments.
pub mod domain;
/// Server functions: the door between page and server.
pub mod api;
/// The pages: shell, pages, the parts they are made of, and the live connection.
pub mod ui;

// Server only, in the order in which an order travels.

/// Receives a command, loads, decides, appends; retries on conflict; idempotent by command id.
#[cfg(feature = "ssr")]
pub mod command;
/// The append-only log: appender, reads, the tail in memory.
#[cfg(feature = "ssr")]
pub mod event_log;
/// Event type and version to Rust type and back: the catalogue, and the door for events from outside.
#[cfg(feature = "ssr")]
pub mod schema;
/// Checkpointed reading of the log: runner, state, lag, pause.
#[cfg(feature = "ssr")]
pub mod subscription;
/// Read models: orders, search, stock, sales; each a pure fold with its SQL beside it.
#[cfg(feature = "ssr")]
pub mod projection;
/// Processes that carry work across aggregates: fulfilment.
#[cfg(feature = "ssr")]
pub mod process_manager;
/// Follows every command from accepted to painted, stage by stage.
#[cfg(feature = "ssr")]
pub mod convergence;
/// The gateway that pushes what changed to every page that watches.
#[cfg(feature = "ssr")]
pub mod live;
/// Realistic order traffic, from inside the server and over HTTP.
#[cfg(feature = "ssr")]
pub mod simulation;
/// Composition: configuration, state, router, guard rails, health, metrics, shutdown.
#[cfg(feature = "ssr")]
pub mod server;

// Small things that several server rooms lean on.

/// The clock; only the server has one.
#[cfg(feature = "ssr")]
mod clock;
/// The one place where the errors of every room become Problem Details.
#[cfg(feature = "ssr")]
pub mod problems;
/// What a server function takes from the request it serves.
#[cfg(feature = "ssr")]
pub mod request;

/// Takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(ui::App);
}
