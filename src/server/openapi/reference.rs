//! The document as the page shows it.

use serde_json::Value;

use super::document::Document;
use super::words::Schemas;
use crate::contract::{
    ApiAnswer, ApiField, ApiOperation, ApiProblem, ApiReference, ApiRequest, ApiSection,
};

impl Document {
    /// The same for people.
    pub fn reference(&self) -> ApiReference {
        let document = self.json();
        let mut sections: Vec<_> = list(&document["tags"]).iter().map(section).collect();
        let schemas = Schemas(&document["components"]["schemas"]);
        for (path, methods) in entries(&document["paths"]) {
            for (method, operation) in entries(methods) {
                let tag = text(&operation["tags"][0]);
                if let Some(section) = sections.iter_mut().find(|section| section.name == tag) {
                    let shown = shown(path, method, operation, schemas);
                    section.operations.push(shown);
                }
            }
        }
        let always = take_common(&mut sections);
        ApiReference {
            about: text(&document["info"]["description"]),
            version: text(&document["info"]["version"]),
            base: String::new(),
            sections,
            always,
        }
    }
}

fn section(tag: &Value) -> ApiSection {
    ApiSection {
        name: text(&tag["name"]),
        about: text(&tag["description"]),
        operations: Vec::new(),
    }
}

/// Takes out the problems that all operations have.
fn take_common(sections: &mut [ApiSection]) -> Vec<ApiProblem> {
    let mut operations: Vec<_> = sections
        .iter_mut()
        .flat_map(|section| &mut section.operations)
        .collect();
    let mut common = operations
        .first()
        .map_or_else(Vec::new, |operation| operation.problems.clone());
    common.retain(|problem| {
        operations
            .iter()
            .all(|operation| operation.problems.contains(problem))
    });
    for operation in &mut operations {
        operation
            .problems
            .retain(|problem| !common.contains(problem));
    }
    common
}

fn shown(path: &str, method: &str, operation: &Value, schemas: Schemas<'_>) -> ApiOperation {
    let parameters = list(&operation["parameters"]);
    let body = &operation["requestBody"]["content"]["application/json"];
    let responses = entries(&operation["responses"]);
    ApiOperation {
        id: text(&operation["operationId"]),
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        about: text(&operation["description"]),
        role: text(&operation["x-required-role"]),
        parameters: parameters.iter().map(|of| parameter(of, schemas)).collect(),
        bodies: match body.get("schema") {
            Some(schema) => schemas.shapes(schema),
            None => Vec::new(),
        },
        requests: requests(path, parameters, body),
        answers: answers(&responses, schemas),
        problems: responses
            .iter()
            .flat_map(|(status, response)| problems(status, response))
            .collect(),
    }
}

fn parameter(parameter: &Value, schemas: Schemas<'_>) -> ApiField {
    let schema = &parameter["schema"];
    let own = text(&parameter["description"]);
    ApiField {
        name: text(&parameter["name"]),
        place: Some(text(&parameter["in"])),
        kind: schemas.kind(schema, false),
        required: parameter["required"] == true,
        about: if own.is_empty() {
            schemas.about(schema)
        } else {
            own
        },
    }
}

/// A request for each example of a body, or the one without.
fn requests(path: &str, parameters: &[Value], body: &Value) -> Vec<ApiRequest> {
    let request = |what: String, own: &Value, body: Option<String>| {
        let value_of = |parameter: &Value| {
            let own = own.get(parameter["name"].as_str().unwrap_or_default());
            own.or_else(|| parameter.get("example")).map(plain)
        };
        let (mut path, mut query, mut headers) = (path.to_owned(), Vec::new(), Vec::new());
        for parameter in parameters {
            let (name, Some(value)) = (text(&parameter["name"]), value_of(parameter)) else {
                continue;
            };
            match parameter["in"].as_str() {
                Some("path") => path = path.replace(&format!("{{{name}}}"), &encoded(&value)),
                Some("query") => query.push(format!("{name}={}", encoded(&value))),
                _ => headers.push(format!("{name}: {value}")),
            }
        }
        if !query.is_empty() {
            path += &format!("?{}", query.join("&"));
        }
        ApiRequest {
            what,
            path,
            headers,
            body,
        }
    };
    let bodies: Vec<_> = entries(&body["examples"])
        .into_iter()
        .map(|(_, example)| {
            let what = text(&example["summary"]);
            request(
                what,
                &example["x-parameters"],
                Some(pretty(&example["value"])),
            )
        })
        .collect();
    match bodies.is_empty() {
        true => vec![request(String::new(), &Value::Null, None)],
        false => bodies,
    }
}

/// The answers that are no problems. What is in them is listed once, also where several statuses have the same.
fn answers(responses: &[(&str, &Value)], schemas: Schemas<'_>) -> Vec<ApiAnswer> {
    let mut answers: Vec<_> = responses
        .iter()
        .filter_map(|(status, response)| answer(status, response, schemas))
        .collect();
    // What was done before what had been done.
    answers.sort_by_key(|answer| answer.status != "201");
    let listed = answers.first().and_then(|answer| answer.shape.clone());
    for answer in answers.iter_mut().skip(1) {
        if answer.shape == listed {
            answer.shape = None;
        }
    }
    answers
}

/// An answer that is no problem.
fn answer(status: &str, response: &Value, schemas: Schemas<'_>) -> Option<ApiAnswer> {
    let (kind, content) = entries(&response["content"])
        .into_iter()
        .find(|(kind, _)| *kind != PROBLEM)?;
    let shape = (kind == "application/json").then(|| schemas.shape(&content["schema"]));
    let example =
        |(_, example): (&str, &Value)| (text(&example["summary"]), pretty(&example["value"]));
    Some(ApiAnswer {
        status: status.to_owned(),
        about: text(&response["description"]),
        shape: shape.filter(|shape| !shape.fields.is_empty()),
        examples: entries(&content["examples"])
            .into_iter()
            .map(example)
            .collect(),
    })
}

const PROBLEM: &str = "application/problem+json";

fn problems(status: &str, response: &Value) -> Vec<ApiProblem> {
    let kinds = entries(&response["content"][PROBLEM]["examples"]);
    let problem = |(slug, example): (&str, &Value)| ApiProblem {
        status: status.to_owned(),
        slug: slug.to_owned(),
        title: text(&example["summary"]),
        example: pretty(&example["value"]),
    };
    kinds.into_iter().map(problem).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], |list| list)
}

fn entries(value: &Value) -> Vec<(&str, &Value)> {
    let Some(fields) = value.as_object() else {
        return Vec::new();
    };
    fields
        .iter()
        .map(|(name, value)| (&**name, value))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Text as it is, all else as JSON with line breaks.
fn pretty(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => format!("{other:#}"),
    }
}

/// A value as it may stand in a path or behind the question mark.
fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
                out.push(char::from(byte));
            }
            other => out += &format!("%{other:02X}"),
        }
    }
    out
}
