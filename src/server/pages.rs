//! The pages and their server functions.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{ResponseOptions, generate_route_list};

use super::state::App;
use crate::ui;

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
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
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
