//! The OpenAPI document. It is collected while the routes are laid: a handler's types say what it takes and answers, and a
//! route cannot be laid without a description, so that neither can be forgotten.

mod docs;
mod document;
mod operation;
mod parameters;
mod problems;
mod reference;
mod routes;
mod words;

pub(super) use docs::Docs;
pub(super) use document::{Document, Draft};
pub(super) use operation::{Input, Operation, Output, json_content, text_content};
pub(super) use routes::Routes;
