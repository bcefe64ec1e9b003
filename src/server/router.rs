//! All routes, and the layers around them.

use axum::Router;
use axum::extract::{Request, State, WebSocketUpgrade};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::any::Any;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::trace::TraceLayer;

use super::openapi::Draft;
use super::state::App;
use super::{guard, http, pages};
use crate::contract::{Problem, ProblemKind};
use crate::problems::ProblemResponse;

/// The largest frame that a page may send, in bytes.
const LARGEST_FRAME: usize = 16 * 1024;
/// Bytes that are read at once. The library fills as many with zeros for each look at whether there is anything.
const READ_BUFFER: usize = 4 * 1024;

/// Everything that the server answers.
pub(super) fn router(app: App) -> Router {
    // Described once more in `App`; this draft is not needed.
    let mut draft = Draft::new();
    let api = http::routes(&mut draft)
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method);
    // Only answers that are made for their request are compressed for it: the site's files were compressed when it was built.
    let made = Router::new()
        .merge(http::running(&mut draft))
        .route("/live", get(live))
        .nest("/api/v1", api)
        .merge(pages::routes(&app))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(1_024)));
    made.merge(app.site.routes())
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TraceLayer::new_for_http().on_failure(()))
        .with_state(app)
}

/// `GET /live`: the connection over which a page is told what changes.
async fn live(State(app): State<App>, upgrade: WebSocketUpgrade) -> Response {
    let gateway = Arc::clone(&app.gateway);
    upgrade
        .read_buffer_size(READ_BUFFER)
        .max_message_size(LARGEST_FRAME)
        .max_frame_size(LARGEST_FRAME)
        .on_upgrade(move |socket| gateway.serve(socket))
}

async fn nothing_here(request: Request) -> ProblemResponse {
    let detail = format!("nothing is at `{}`", request.uri().path());
    Problem::new(ProblemKind::NotFound, detail).into()
}

async fn wrong_method(request: Request) -> ProblemResponse {
    let detail = format!(
        "`{}` does not take {}",
        request.uri().path(),
        request.method()
    );
    Problem::new(ProblemKind::MethodNotAllowed, detail).into()
}

/// A panic is our mistake: logged once, answered as a problem, and nothing else is touched.
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let said = cause.downcast_ref::<String>().map(String::as_str);
    let said = said
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(panic = said, "a request panicked");
    metrics::counter!("highwater_http_panics_total").increment(1);
    ProblemResponse(Problem::new(
        ProblemKind::Internal,
        "the request could not be finished",
    ))
    .into_response()
}
