//! The pages and their server functions.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use leptos_axum::{ResponseOptions, generate_route_list};

use super::state::App;
use crate::contract::Problem;
use crate::problems::ProblemResponse;
use crate::ui;

/// The longest refusal of a server function, in bytes.
const LONGEST_REFUSAL: usize = 1024 * 1024;

/// The pages, a page that says that nothing is there, and the server functions.
pub(super) fn routes(app: &App) -> Router<App> {
    let mut router = Router::new().route("/api/fn/{*name}", any(server_function));
    for route in generate_route_list(ui::App) {
        let path = route
            .path()
            .replace(":id", "{id}")
            .replace(":name", "{name}");
        router = router.route(&path, axum::routing::get(page));
    }
    let _ = app;
    router.fallback(page)
}

async fn server_function(State(app): State<App>, request: Request) -> Response {
    let context = move || app.provide();
    let answer = leptos_axum::handle_server_fns_with_context(context, request);
    let answer = answer.await.into_response();
    let is_refusal = answer.status() == StatusCode::INTERNAL_SERVER_ERROR
        && answer.headers().contains_key(SERVER_FN_ERROR_HEADER);
    match is_refusal {
        true => refusal(answer).await,
        false => answer,
    }
}

/// A refusal with the status of its problem, as the API answers it: the framework answers each with 500. A plain form is sent
/// back to its page, and no refusal by then.
async fn refusal(answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_REFUSAL).await else {
        return parts.status.into_response();
    };
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => ProblemResponse(problem).into_response(),
        Err(_) => (parts, body).into_response(),
    }
}

/// Renders a page whole, so that it is of use before any script has come.
async fn page(State(app): State<App>, request: Request<Body>) -> Response {
    let site = app.site.assets();
    let context = move || {
        app.provide();
        provide_context(LeptosOptions::builder().output_name("highwater").build());
        set_policy();
    };
    let shell = move || ui::shell(site.clone());
    let render = leptos_axum::render_app_async_with_context(context, shell);
    let mut response = render(request).await;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    response
}

/// Only our own script and style, and the few lines that carry this page's nonce.
fn set_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(value) = header::HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}
