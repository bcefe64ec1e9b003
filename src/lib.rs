//! # Highwater
//!
//! An event-sourced application server with a live console. This file is the map: the rooms in the order in which an
//! order travels, a sentence each. Which room may know which is a test: `tests/it/architecture`.
//!
//! Server-only rooms are gated here and nowhere else.

// Shared by server and browser; ungated, so that the browser build proves they do no I/O.

/// Server functions: the door between page and server.
pub mod api;
/// What crosses the wire: ids, money, positions, rows of pages, live frames, problems.
pub mod contract;
/// The write model: pure decide and evolve for orders, inventory and payments.
pub mod domain;
/// The pages: shell, pages, the parts they are made of, and the live connection.
pub mod ui;

// Server only, in the order in which an order travels.

/// Receives a command, loads, decides, appends; retries on conflict; idempotent by command id.
#[cfg(feature = "ssr")]
pub mod command;
/// Follows every command from accepted to painted, stage by stage.
#[cfg(feature = "ssr")]
pub mod convergence;
/// The append-only log: appender, reads, the tail in memory.
#[cfg(feature = "ssr")]
pub mod event_log;
/// The gateway that pushes what changed to every page that watches.
#[cfg(feature = "ssr")]
pub mod live;
/// Processes that carry work across aggregates: fulfilment.
#[cfg(feature = "ssr")]
pub mod process_manager;
/// Read models: orders, search, stock, sales; each a pure fold with its SQL beside it.
#[cfg(feature = "ssr")]
pub mod projection;
/// Event type and version to Rust type and back: the catalogue.
#[cfg(feature = "ssr")]
pub mod schema;
/// Composition: configuration, state, router, problems, health, metrics, shutdown.
#[cfg(feature = "ssr")]
pub mod server;
/// Realistic order traffic, from inside the server and over HTTP.
#[cfg(feature = "ssr")]
pub mod simulation;
/// Checkpointed reading of the log: runner, state, lag, pause.
#[cfg(feature = "ssr")]
pub mod subscription;

/// Takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(ui::App);
}
