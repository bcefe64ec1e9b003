//! What the types of a handler say about its operation.

use axum::extract::State;
use axum::{Extension, Json};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::parameters::in_query;
use crate::contract::{Principal, ProblemKind};
use crate::problems::ProblemResponse;
use crate::server::extract::{Body, InPath, Params};

/// An operation, as far as its types tell.
pub(in crate::server) struct Operation<'a> {
    path: &'a str,
    /// Schemas of what is sent to us.
    pub asked: &'a mut SchemaGenerator,
    /// Schemas of what we answer.
    pub answered: &'a mut SchemaGenerator,
    pub(super) parameters: Vec<Value>,
    pub(super) body: Option<Value>,
    pub(super) answers: Map<String, Value>,
    pub(super) problems: Vec<ProblemKind>,
}

impl<'a> Operation<'a> {
    pub(super) fn at(
        path: &'a str,
        asked: &'a mut SchemaGenerator,
        answered: &'a mut SchemaGenerator,
    ) -> Operation<'a> {
        Operation {
            path,
            asked,
            answered,
            parameters: Vec::new(),
            body: None,
            answers: Map::new(),
            problems: Vec::new(),
        }
    }

    /// It takes a parameter.
    pub fn takes(&mut self, parameter: Value) {
        self.parameters.push(parameter);
    }

    /// It takes a JSON body.
    pub fn takes_body(&mut self, schema: Value) {
        self.body = Some(json!({
            "required": true,
            "content": { "application/json": { "schema": schema } },
        }));
        self.may_answer(&[ProblemKind::BodyTooLarge, ProblemKind::UnsupportedMediaType]);
    }

    /// It answers with a status, when that is, and what is in the answer.
    pub fn answers(&mut self, status: u16, when: &str, content: Value) {
        let answer = json!({ "description": when, "content": content });
        self.answers.insert(status.to_string(), answer);
    }

    /// Its answers with a status carry a header.
    pub fn answers_header(&mut self, status: u16, name: &str, header: Value) {
        if let Some(answer) = self.answers.get_mut(&status.to_string()) {
            answer["headers"][name] = header;
        }
    }

    /// It may answer with these problems.
    pub fn may_answer(&mut self, kinds: &[ProblemKind]) {
        for kind in kinds {
            if !self.problems.contains(kind) {
                self.problems.push(*kind);
            }
        }
    }

    /// What stands between the braces of its path.
    fn name_in_path(&self) -> &'a str {
        let inside = self.path.split_once('{').map_or("", |(_, rest)| rest);
        inside.split_once('}').map_or("", |(name, _)| name)
    }
}

/// JSON of a type, as an answer has it.
pub(in crate::server) fn json_content<T: JsonSchema>(operation: &mut Operation<'_>) -> Value {
    let schema = operation.answered.subschema_for::<T>();
    json!({ "application/json": { "schema": schema } })
}

/// Plain text.
pub(in crate::server) fn text_content() -> Value {
    json!({ "text/plain": { "schema": { "type": "string" } } })
}

/// What a handler takes from a request.
pub(in crate::server) trait Input {
    /// Says so.
    fn describe(operation: &mut Operation<'_>);
}

/// What a handler answers.
pub(in crate::server) trait Output {
    /// Says so.
    fn describe(operation: &mut Operation<'_>);
}

impl<T> Input for State<T> {
    fn describe(_: &mut Operation<'_>) {}
}

impl Input for Extension<Principal> {
    fn describe(_: &mut Operation<'_>) {}
}

impl<T: JsonSchema> Input for InPath<T> {
    fn describe(operation: &mut Operation<'_>) {
        let name = operation.name_in_path();
        let schema = operation.asked.subschema_for::<T>();
        let about = T::json_schema(operation.asked).get("description").cloned();
        operation.takes(json!({
            "name": name,
            "in": "path",
            "required": true,
            "description": about.unwrap_or_default(),
            "schema": schema,
        }));
        operation.may_answer(&[ProblemKind::BadRequest]);
    }
}

impl<T: JsonSchema> Input for Params<T> {
    fn describe(operation: &mut Operation<'_>) {
        for parameter in in_query::<T>(operation.asked) {
            operation.takes(parameter);
        }
        operation.may_answer(&[ProblemKind::BadRequest]);
    }
}

impl<T: JsonSchema> Input for Body<T> {
    fn describe(operation: &mut Operation<'_>) {
        let schema = operation.asked.subschema_for::<T>();
        operation.takes_body(schema.to_value());
        operation.may_answer(&[ProblemKind::BadRequest]);
    }
}

impl<T: JsonSchema> Output for Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        let content = json_content::<T>(operation);
        operation.answers(200, "The answer.", content);
    }
}

impl<T: Output> Output for Result<T, ProblemResponse> {
    fn describe(operation: &mut Operation<'_>) {
        T::describe(operation);
    }
}

impl Output for &'static str {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers(200, "The answer.", text_content());
    }
}

/// A handler whose types describe it. `Arguments` only keeps the numbers of arguments apart.
pub(in crate::server) trait Described<Arguments> {
    /// Says what it takes and what it answers.
    fn describe(operation: &mut Operation<'_>);
}

macro_rules! described {
    ($($argument:ident)*) => {
        impl<F, Answer, $($argument,)*> Described<($($argument,)*)> for F
        where
            F: Fn($($argument,)*) -> Answer,
            Answer: Future<Output: Output>,
            $($argument: Input,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($argument::describe(operation);)*
                Answer::Output::describe(operation);
            }
        }
    };
}

described!();
described!(A);
described!(A B);
described!(A B C);
described!(A B C D);
