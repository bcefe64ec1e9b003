//! Answers of a shape of their own.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::contract::{AsOf, Freshness, Listing};
use crate::server::openapi::{Operation, Output, json_content};

/// What was done now (201), or had been done before and is answered as it was then (200).
pub(super) struct Once<T> {
    /// The answer.
    pub answer: T,
    /// Whether it had been done before.
    pub duplicate: bool,
}

impl<T: Serialize> IntoResponse for Once<T> {
    fn into_response(self) -> Response {
        let status = match self.duplicate {
            true => StatusCode::OK,
            false => StatusCode::CREATED,
        };
        (status, Json(self.answer)).into_response()
    }
}

impl<T: JsonSchema> Output for Once<T> {
    fn describe(operation: &mut Operation<'_>) {
        let content = json_content::<T>(operation);
        operation.answers(201, "Done.", content.clone());
        operation.answers(200, "Done before: the first answer again.", content);
    }
}

/// An answer from a read model, with its position as a header too.
pub(super) struct Fresh<T> {
    /// How fresh the answer is.
    pub freshness: Freshness,
    /// The answer; it says so as well.
    pub body: T,
}

impl<T> From<AsOf<T>> for Fresh<AsOf<T>> {
    fn from(body: AsOf<T>) -> Self {
        Fresh {
            freshness: body.freshness,
            body,
        }
    }
}

impl<T> From<Listing<T>> for Fresh<Listing<T>> {
    fn from(body: Listing<T>) -> Self {
        Fresh {
            freshness: body.freshness,
            body,
        }
    }
}

impl<T: Serialize> IntoResponse for Fresh<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            HeaderName::from_static("x-as-of-position"),
            HeaderValue::from(self.freshness.as_of.0),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl<T: JsonSchema> Output for Fresh<T> {
    fn describe(operation: &mut Operation<'_>) {
        let content = json_content::<T>(operation);
        operation.answers(200, "The read model as it is, or as it was.", content);
        let header = json!({
            "description": "The position that the answer is as of.",
            "schema": { "type": "integer", "minimum": 0 },
        });
        operation.answers_header(200, "X-As-Of-Position", header);
    }
}
