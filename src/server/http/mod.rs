//! The public API: the contract that other programs rely on, and its description.

mod answers;
mod commands;
mod connect;
mod consumers;
mod docs;
mod events;
mod groups;
mod operations;
mod orders;
mod params;
mod parked;
mod reads;
mod state;
mod streams;

use axum::Router;
use axum::extract::State;

use super::health;
use super::openapi::{Document, Draft, Routes};
use super::state::App;
pub(super) use connect::Connections;
use docs::{
    commands as command, consumers as consumer, groups as group, log, parked as lot,
    read_models as model, running,
};

/// The routes below `/api/v1`, and what they say about themselves.
pub(super) fn routes(draft: &mut Draft) -> Router<App> {
    Routes::below("/api/v1", draft)
        .section("Log", docs::LOG)
        .post("/streams/{stream}", streams::append, log::append())
        .post("/append", streams::append_many, log::append_many())
        .get("/streams/{stream}", streams::read, log::stream())
        .get("/streams/{stream}/state", state::at, log::state())
        .get("/streams", streams::list, log::streams())
        .get("/events", events::list, log::events())
        .get("/events/{id}", events::one, log::event())
        .get("/head", events::head, log::head())
        .section("Commands", docs::COMMANDS)
        // One place in the path, two meanings: a command's name when posted to, its id when read.
        .post("/commands/{name}", commands::execute, command::execute())
        .get(
            "/commands/{name}",
            commands::convergence,
            command::convergence(),
        )
        .section("Read models", docs::READ_MODELS)
        .get("/orders", orders::list, model::orders())
        .get("/orders/search", orders::search, model::search())
        .get("/orders/{id}", orders::one, model::order())
        .get("/inventory", orders::inventory, model::inventory())
        .get("/inventory/{sku}", orders::stock_of, model::stock_of())
        .get("/sales", orders::sales, model::sales())
        .section("Consumers", docs::CONSUMERS)
        .get("/consumers", consumers::list, consumer::list())
        .get("/consumers/{name}", consumers::one, consumer::one())
        .post(
            "/consumers/{name}/pause",
            consumers::pause,
            consumer::pause(),
        )
        .post(
            "/consumers/{name}/resume",
            consumers::resume,
            consumer::resume(),
        )
        .put("/consumers/{name}", groups::define, group::define())
        .delete("/consumers/{name}", groups::remove, group::remove())
        .get(
            "/consumers/{name}/connect",
            connect::connect,
            group::connect(),
        )
        .post("/consumers/{name}/park", parked::park, lot::park())
        .get("/consumers/{name}/parked", parked::list, lot::parked())
        .post(
            "/consumers/{name}/parked/retry",
            parked::retry,
            lot::retry(),
        )
        .post(
            "/consumers/{name}/parked/discard",
            parked::discard,
            lot::discard(),
        )
        .post(
            "/consumers/{name}/reset",
            consumers::reset,
            consumer::reset(),
        )
        .post(
            "/consumers/{name}/rebuild",
            consumers::rebuild,
            consumer::rebuild(),
        )
        .post(
            "/consumers/{name}/switch-back",
            consumers::switch_back,
            consumer::switch_back(),
        )
        .post(
            "/consumers/{name}/forget-previous",
            consumers::forget_previous,
            consumer::forget_previous(),
        )
        .get(
            "/consumers/{name}/trend",
            consumers::trend,
            consumer::trend(),
        )
        .get("/operations/{id}", operations::one, consumer::operation())
        .post(
            "/operations/{id}/cancel",
            operations::cancel,
            consumer::cancel(),
        )
        .router()
}

/// What tells how the server runs, and the description of all of it.
pub(super) fn running(draft: &mut Draft) -> Router<App> {
    Routes::below("", draft)
        .section("Running", docs::RUNNING)
        .get("/healthz", health::healthz, running::healthz())
        .get("/readyz", health::readyz, running::readyz())
        .get("/metrics", health::metrics, running::metrics())
        .get("/api/openapi.json", openapi, running::openapi())
        .router()
}

/// The description of every route above.
pub(super) fn document() -> Document {
    let mut draft = Draft::new();
    let _laid = (routes(&mut draft), running(&mut draft));
    Document::of(draft)
}

/// `GET /api/openapi.json`.
async fn openapi(State(app): State<App>) -> Document {
    app.document.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document has one schema for a name. What is sent and what is answered may differ in what must be there, and
    /// then needs two types.
    #[test]
    fn a_schema_says_the_same_of_what_is_sent_and_of_what_is_answered() {
        let mut draft = Draft::new();
        let _laid = (routes(&mut draft), running(&mut draft));
        let (asked, answered) = draft.schemas();
        let (asked, answered) = (
            asked.take_definitions(true),
            answered.take_definitions(true),
        );
        assert!(asked.len() > 20, "{} schemas", asked.len());
        for (name, schema) in &asked {
            if let Some(other) = answered.get(name) {
                assert_eq!(schema, other, "{name}");
            }
        }
    }
}
