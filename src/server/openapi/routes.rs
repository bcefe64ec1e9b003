//! Laying routes and describing them, in one step.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, post, put};

use super::docs::Docs;
use super::document::Draft;
use super::operation::{Described, Operation};
use crate::contract::ProblemKind;
use crate::server::access::required_role;
use crate::server::state::App;

/// Routes below a prefix, in sections. What is laid here is in the draft; there is no other way to lay it.
pub(in crate::server) struct Routes<'a> {
    router: Router<App>,
    prefix: &'static str,
    draft: &'a mut Draft,
}

impl<'a> Routes<'a> {
    /// No routes yet; they will be nested at `prefix`.
    pub fn below(prefix: &'static str, draft: &'a mut Draft) -> Routes<'a> {
        Routes {
            router: Router::new(),
            prefix,
            draft,
        }
    }

    /// Begins a section: its name, and what its operations are for.
    pub fn section(self, name: &'static str, about: &'static str) -> Routes<'a> {
        self.draft.begin_section(name, about);
        self
    }

    /// `GET` at a path.
    pub fn get<H, T, A>(self, path: &str, handler: H, docs: Docs) -> Routes<'a>
    where
        H: Handler<T, App> + Described<A>,
        T: 'static,
    {
        self.lay::<H, A>(&Method::GET, path, get(handler), docs)
    }

    /// `POST` at a path.
    pub fn post<H, T, A>(self, path: &str, handler: H, docs: Docs) -> Routes<'a>
    where
        H: Handler<T, App> + Described<A>,
        T: 'static,
    {
        self.lay::<H, A>(&Method::POST, path, post(handler), docs)
    }

    /// `PUT` at a path.
    pub fn put<H, T, A>(self, path: &str, handler: H, docs: Docs) -> Routes<'a>
    where
        H: Handler<T, App> + Described<A>,
        T: 'static,
    {
        self.lay::<H, A>(&Method::PUT, path, put(handler), docs)
    }

    /// `DELETE` at a path.
    pub fn delete<H, T, A>(self, path: &str, handler: H, docs: Docs) -> Routes<'a>
    where
        H: Handler<T, App> + Described<A>,
        T: 'static,
    {
        self.lay::<H, A>(&Method::DELETE, path, delete(handler), docs)
    }

    fn lay<H: Described<A>, A>(
        mut self,
        method: &Method,
        path: &str,
        route: MethodRouter<App>,
        docs: Docs,
    ) -> Routes<'a> {
        let whole_path = format!("{}{path}", self.prefix);
        let role = required_role(method, &whole_path);
        let (asked, answered) = self.draft.schemas();
        let mut operation = Operation::at(path, asked, answered);
        H::describe(&mut operation);
        operation.may_answer(docs.problems);
        // What the guards in front of every handler may say, and what every handler may fail of.
        operation.may_answer(&[
            ProblemKind::ForbiddenOrigin,
            ProblemKind::NotAllowed,
            ProblemKind::Internal,
        ]);
        let described = operation.described(&id_of::<H>(), role, docs);
        self.draft.add(&whole_path, method, described);
        self.router = self.router.route(path, route);
        self
    }

    /// The routes.
    pub fn router(self) -> Router<App> {
        self.router
    }
}

/// `streams_append` for `highwater::server::http::streams::append`.
fn id_of<H>() -> String {
    let path = std::any::type_name::<H>();
    let mut last = path.rsplit("::");
    let (name, module) = (last.next().unwrap_or(path), last.next().unwrap_or_default());
    format!("{module}_{name}")
}
