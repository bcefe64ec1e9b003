//! What a server function takes from the request it serves.

use axum::http::{header, request::Parts};
use leptos::prelude::use_context;

use crate::contract::{Problem, ProblemKind};

/// Takes what a server function works with from the context that the server set up.
///
/// # Errors
/// An internal problem when nothing of that type was provided: a mistake in the composition.
pub fn provided<T: Clone + 'static>() -> Result<T, Problem> {
    use_context::<T>().ok_or_else(|| {
        let missing = std::any::type_name::<T>();
        Problem::new(ProblemKind::Internal, format!("no {missing} was provided"))
    })
}

/// Where the request was sent, such as `http://127.0.0.1:3000`. We speak plain HTTP; a proxy in front says what it speaks.
#[must_use]
pub fn base() -> String {
    let parts = use_context::<Parts>();
    let header = |name: &str| {
        let value = parts.as_ref()?.headers.get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let scheme = match header("x-forwarded-proto").as_deref() {
        Some("https") => "https",
        _ => "http",
    };
    let host = header("host").unwrap_or_else(|| "localhost:3000".to_owned());
    format!("{scheme}://{host}")
}

/// Sends a browser that posted a plain form on to a page. With script the page goes there by itself, in its own time.
pub fn redirect_plain_form(path: &str) {
    let wants_html = use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT);
        accept
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("text/html"))
    });
    if wants_html {
        leptos_axum::redirect(path);
    }
}
