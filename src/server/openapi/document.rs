//! Putting the document together.

use axum::body::Bytes;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::sync::Arc;

use super::docs::{BodyExample, Docs};
use super::operation::{Operation, Output};
use super::problems;
use crate::contract::{Problem, ProblemKind, Role};

/// The document while routes are laid.
pub(in crate::server) struct Draft {
    asked: SchemaGenerator,
    answered: SchemaGenerator,
    sections: Vec<Value>,
    paths: Map<String, Value>,
}

impl Draft {
    /// Nothing yet.
    pub fn new() -> Draft {
        Draft {
            asked: settings().for_deserialize().into_generator(),
            answered: settings().for_serialize().into_generator(),
            sections: Vec::new(),
            paths: Map::new(),
        }
    }

    pub(super) fn begin_section(&mut self, name: &str, about: &str) {
        self.sections
            .push(json!({ "name": name, "description": about }));
    }

    /// The schemas of what is sent to us, and of what we answer.
    pub fn schemas(&mut self) -> (&mut SchemaGenerator, &mut SchemaGenerator) {
        (&mut self.asked, &mut self.answered)
    }

    pub(super) fn add(&mut self, path: &str, method: &Method, mut operation: Value) {
        if let Some(section) = self.sections.last() {
            operation["tags"] = json!([section["name"]]);
        }
        let at_path = self.paths.entry(path).or_insert_with(|| json!({}));
        at_path[method.as_str().to_ascii_lowercase()] = operation;
    }
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings
            .transforms
            .push(Box::new(RecursiveTransform(as_on_the_wire)));
    })
}

/// What Rust's types and comments say, as it is in JSON.
fn as_on_the_wire(schema: &mut Schema) {
    // What may be left out is not therefore null when it is.
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
    if let Some(Value::String(about)) = schema.get_mut("description") {
        *about = about.replace("`None`", "`null`");
    }
}

/// The document, whole. Cheap to clone.
#[derive(Clone, Debug)]
pub(in crate::server) struct Document {
    value: Arc<Value>,
    text: Bytes,
}

impl Document {
    /// What was drafted, made whole.
    pub fn of(mut draft: Draft) -> Document {
        draft.answered.subschema_for::<Problem>();
        let mut schemas = draft.asked.take_definitions(true);
        schemas.extend(draft.answered.take_definitions(true));
        schemas.sort_keys();
        let value = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Highwater",
                "version": env!("CARGO_PKG_VERSION"),
                "summary": env!("CARGO_PKG_DESCRIPTION"),
                "description": ABOUT,
                "license": { "name": "MIT or Apache-2.0", "identifier": env!("CARGO_PKG_LICENSE") },
            },
            "servers": [{ "url": "/", "description": "This server." }],
            "tags": draft.sections,
            "paths": draft.paths,
            "components": { "schemas": schemas },
        });
        Document {
            text: value.to_string().into(),
            value: Arc::new(value),
        }
    }

    /// As JSON.
    pub fn json(&self) -> &Value {
        &self.value
    }
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.text).into_response()
    }
}

impl Output for Document {
    fn describe(operation: &mut Operation<'_>) {
        let content = json!({ "application/json": { "schema": { "type": "object" } } });
        operation.answers(200, "The document.", content);
    }
}

/// What holds for all of it.
const ABOUT: &str = "\
JSON in and out. Times are RFC 3339 in UTC with microseconds, ids are UUIDs, positions and versions count from 1. \
What goes wrong is answered as Problem Details (RFC 9457): `type` is `/problems/` and the kind, `detail` names the field \
or says what was found. What cannot be understood changes nothing. Answers from read models say which position they are \
as of, in the body and in `X-As-Of-Position`.";

impl Operation<'_> {
    /// The operation as the document has it.
    pub(super) fn described(self, id: &str, role: Role, docs: Docs) -> Value {
        let mut described = json!({
            "operationId": id,
            "summary": docs.summary,
            "description": docs.about,
            "x-required-role": role,
        });
        let parameters = with_examples(self.parameters, &docs);
        if !parameters.is_empty() {
            described["parameters"] = parameters.into();
        }
        if let Some(mut body) = self.body {
            add_bodies(&mut body, &docs.bodies);
            described["requestBody"] = body;
        }
        let mut responses = self.answers;
        for (status, answer) in &mut responses {
            let ours = docs
                .answers
                .iter()
                .filter(|(of, _, _)| of.to_string() == *status);
            add_examples(answer, ours.map(|(_, what, value)| (*what, value)));
        }
        add_problems(&mut responses, &self.problems);
        responses.sort_keys();
        described["responses"] = responses.into();
        described
    }
}

fn with_examples(mut parameters: Vec<Value>, docs: &Docs) -> Vec<Value> {
    for parameter in &mut parameters {
        let name = parameter["name"].clone();
        if let Some((_, example)) = docs.parameters.iter().find(|(of, _)| name == **of) {
            parameter["example"] = example.clone();
        }
        if let Some((_, meaning)) = docs.meanings.iter().find(|(of, _)| name == **of) {
            parameter["description"] = (*meaning).into();
        }
    }
    parameters
}

/// Adds the examples of bodies.
fn add_bodies(to: &mut Value, bodies: &[BodyExample]) {
    let examples = &mut to["content"]["application/json"]["examples"];
    for (nth, body) in bodies.iter().enumerate() {
        let mut example = json!({ "summary": body.what, "value": body.value });
        if !body.parameters.is_null() {
            example["x-parameters"] = body.parameters.clone();
        }
        examples[format!("{}", nth + 1)] = example;
    }
}

/// Adds examples to the one content that a body or an answer has.
fn add_examples<'a>(to: &mut Value, examples: impl Iterator<Item = (&'a str, &'a Value)>) {
    let contents = to["content"].as_object_mut();
    let Some(content) = contents.and_then(|contents| contents.values_mut().next()) else {
        return;
    };
    for (nth, (what, value)) in examples.enumerate() {
        content["examples"][format!("{}", nth + 1)] = json!({ "summary": what, "value": value });
    }
}

/// An answer for each status that a problem may have, with an example of each kind.
fn add_problems(responses: &mut Map<String, Value>, kinds: &[ProblemKind]) {
    for kind in kinds {
        let response = responses
            .entry(kind.status().to_string())
            .or_insert_with(|| json!({ "description": "", "content": {} }));
        let told = response["description"].as_str().unwrap_or_default();
        let separator = if told.is_empty() { "" } else { " " };
        response["description"] = format!("{told}{separator}{}.", kind.title()).into();
        if kind.status() == 503 {
            response["headers"]["Retry-After"] = json!({
                "description": "Seconds after which it is worth trying again.",
                "schema": { "type": "integer", "minimum": 1 },
            });
        }
        let content = &mut response["content"]["application/problem+json"];
        content["schema"] = json!({ "$ref": "#/components/schemas/Problem" });
        content["examples"][kind.slug()] =
            json!({ "summary": kind.title(), "value": problems::example(*kind) });
    }
}
