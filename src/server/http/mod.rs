//! The public API, `/api/v1`: the contract that other programs rely on.

mod commands;
mod consumers;
mod events;
mod orders;
mod reads;
mod streams;

use axum::Router;
use axum::routing::{get, post};

use super::state::App;

/// The routes below `/api/v1`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/head", get(events::head))
        .route("/events", get(events::list))
        .route("/events/{id}", get(events::one))
        .route("/append", post(streams::append_many))
        .route("/streams", get(streams::list))
        .route(
            "/streams/{stream}",
            get(streams::read).post(streams::append),
        )
        // One place in the path, two meanings: a command's name when posted to, its id when read.
        .route(
            "/commands/{name}",
            post(commands::execute).get(commands::convergence),
        )
        .route("/orders", get(orders::list))
        .route("/orders/search", get(orders::search))
        .route("/orders/{id}", get(orders::one))
        .route("/inventory", get(orders::inventory))
        .route("/inventory/{sku}", get(orders::stock_of))
        .route("/sales", get(orders::sales))
        .route("/consumers", get(consumers::list))
        .route("/consumers/{name}", get(consumers::one))
        .route("/consumers/{name}/pause", post(consumers::pause))
        .route("/consumers/{name}/resume", post(consumers::resume))
}
