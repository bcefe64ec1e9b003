//! Guard rails around every request: where it comes from, for whom it acts, and the headers of every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::access::authorize;
use super::state::App;
use crate::contract::{Principal, Problem, ProblemKind};
use crate::problems::ProblemResponse;

/// Checks Host and Origin, sets the principal and checks its role; gives every answer its headers.
pub(super) async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let mut response = match check(&app, &request) {
        Ok(()) => {
            request.extensions_mut().insert(app.principal.clone());
            next.run(request).await
        }
        Err(problem) => {
            metrics::counter!("highwater_http_rejected_total").increment(1);
            tracing::info!(http.method = %request.method(), http.path = request.uri().path(), error = %problem, "request rejected");
            ProblemResponse(problem).into_response()
        }
    };
    secure(response.headers_mut());
    response
}

fn check(app: &App, request: &Request) -> Result<(), Problem> {
    check_host(app, request.headers(), request.uri().host())?;
    check_origin(request)?;
    let principal: &Principal = &app.principal;
    authorize(principal, request.method(), request.uri().path())
}

/// A page of another site can make a browser ask for a name that resolves to us (DNS rebinding): only our names count.
fn check_host(app: &App, headers: &HeaderMap, uri_host: Option<&str>) -> Result<(), Problem> {
    let named = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or(uri_host);
    let Some(named) = named else {
        return Err(Problem::new(
            ProblemKind::BadRequest,
            "the request has no Host",
        ));
    };
    let name = host_name(named);
    let ours = ["localhost", "127.0.0.1", "[::1]"].contains(&name)
        || app.hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
    if ours {
        return Ok(());
    }
    let detail = format!(
        "this server does not answer as `{name}`; start it with `--host {name}` if it should"
    );
    Err(Problem::new(ProblemKind::ForbiddenOrigin, detail))
}

/// What changes something, and every live connection, must come from our own pages or from no page at all.
fn check_origin(request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let upgrade = headers.contains_key(header::UPGRADE);
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    if safe && !upgrade {
        return Ok(());
    }
    let origin = origin.to_str().unwrap_or_default();
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let same = origin
        .split_once("://")
        .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host));
    if same {
        return Ok(());
    }
    Err(Problem::new(
        ProblemKind::ForbiddenOrigin,
        format!("`{origin}` is not `{host}`"),
    ))
}

fn host_name(host: &str) -> &str {
    match host.rfind(':') {
        // The colon of a port, and not one inside an IPv6 address.
        Some(colon) if !host.ends_with(']') => &host[..colon],
        _ => host,
    }
}

/// The headers that every answer carries; pages set a policy with a nonce of their own.
fn secure(headers: &mut HeaderMap) {
    let fixed = [
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        ),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in fixed {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::host_name;

    #[test]
    fn a_port_is_no_part_of_the_name() {
        assert_eq!(host_name("localhost:3000"), "localhost");
        assert_eq!(host_name("[::1]:3000"), "[::1]");
        assert_eq!(host_name("[::1]"), "[::1]");
        assert_eq!(host_name("example.org"), "example.org");
    }
}
