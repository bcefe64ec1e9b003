//! Who may do what: the one place where it is decided, for every request and every live connection.

use axum::http::Method;

use crate::contract::{Principal, Problem, ProblemKind, Role};

/// The role that a request needs.
#[must_use]
pub fn required_role(method: &Method, path: &str) -> Role {
    if let Some(name) = path.strip_prefix("/api/fn/") {
        return match name.split('/').next() {
            Some("view") => Role::Viewer,
            Some("user") => Role::User,
            _ => Role::Operator,
        };
    }
    if method == Method::GET || method == Method::HEAD {
        return Role::Viewer;
    }
    let writes = ["/api/v1/streams/", "/api/v1/append", "/api/v1/commands/"];
    if writes.iter().any(|prefix| path.starts_with(prefix)) {
        Role::User
    } else {
        Role::Operator
    }
}

/// Whether a principal may make a request.
///
/// # Errors
/// `not-allowed`, naming the role that is needed.
pub fn authorize(principal: &Principal, method: &Method, path: &str) -> Result<(), Problem> {
    let required = required_role(method, path);
    if principal.role >= required {
        return Ok(());
    }
    let detail = format!(
        "{} is a {}, and this needs a {required}",
        principal.name, principal.role
    );
    Err(Problem::new(ProblemKind::NotAllowed, detail).with("required_role", required.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(role: Role, method: &Method, path: &str) -> bool {
        let principal = Principal {
            name: "someone".to_owned(),
            role,
        };
        authorize(&principal, method, path).is_ok()
    }

    #[test]
    fn each_role_may_do_its_own_and_what_is_below() {
        assert!(allowed(Role::Viewer, &Method::GET, "/api/v1/orders"));
        assert!(allowed(Role::Viewer, &Method::GET, "/live"));
        assert!(!allowed(
            Role::Viewer,
            &Method::POST,
            "/api/v1/commands/PlaceOrder"
        ));
        assert!(allowed(Role::User, &Method::POST, "/api/v1/streams/note-1"));
        assert!(!allowed(
            Role::User,
            &Method::POST,
            "/api/v1/consumers/orders/pause"
        ));
        assert!(allowed(
            Role::Operator,
            &Method::POST,
            "/api/v1/consumers/orders/pause"
        ));
        assert!(allowed(
            Role::Admin,
            &Method::POST,
            "/api/fn/operator/pause_consumer"
        ));
    }

    #[test]
    fn what_nobody_thought_of_needs_an_operator() {
        assert!(!allowed(Role::User, &Method::DELETE, "/anything"));
        assert!(!allowed(
            Role::User,
            &Method::POST,
            "/api/fn/new_kind/of_call"
        ));
        assert!(!allowed(
            Role::Viewer,
            &Method::POST,
            "/api/fn/user/place_order"
        ));
    }
}
