//! Schemas in words, for people.

use serde_json::Value;

use crate::contract::{ApiField, ApiShape};

/// How deep the fields of fields are listed.
const DEPTH: usize = 3;

/// The schemas that others refer to.
#[derive(Clone, Copy)]
pub(super) struct Schemas<'a>(pub &'a Value);

impl<'a> Schemas<'a> {
    /// The schema that is meant: a reference is followed.
    fn resolve(self, schema: &'a Value) -> &'a Value {
        match name_of(schema).and_then(|name| self.0.get(name)) {
            Some(named) => named,
            None => schema,
        }
    }

    /// The shapes that a body may have; one, but where there is a choice.
    pub fn shapes(self, schema: &'a Value) -> Vec<ApiShape> {
        match schema["anyOf"].as_array() {
            Some(choices) => choices.iter().map(|choice| self.shape(choice)).collect(),
            None => vec![self.shape(schema)],
        }
    }

    /// One shape with its fields.
    pub fn shape(self, schema: &'a Value) -> ApiShape {
        let mut fields = Vec::new();
        self.add_fields("", schema, 0, &mut fields);
        ApiShape {
            name: name_of(schema).unwrap_or_default().to_owned(),
            about: text(&self.resolve(schema)["description"]),
            fields,
        }
    }

    fn add_fields(self, way: &str, schema: &'a Value, depth: usize, to: &mut Vec<ApiField>) {
        let whole = self.resolve(schema);
        let Some(fields) = whole["properties"].as_object() else {
            return;
        };
        for (name, schema) in fields {
            let schema = present(schema);
            let required = whole["required"].as_array();
            let mut name = format!("{way}{name}");
            to.push(ApiField {
                required: required.is_some_and(|names| {
                    names
                        .iter()
                        .any(|required| name.strip_prefix(way) == required.as_str())
                }),
                name: name.clone(),
                place: None,
                kind: self.kind(schema.schema, schema.nullable),
                about: self.about(schema.whole),
            });
            if depth < DEPTH {
                let mut inside = self.resolve(schema.schema);
                if let Some(items) = inside.get("items") {
                    name += "[]";
                    inside = items;
                }
                name += ".";
                self.add_fields(&name, inside, depth + 1, to);
            }
        }
    }

    /// What a field means: in its own words, or in those of its type.
    pub fn about(self, schema: &'a Value) -> String {
        let own = text(&schema["description"]);
        match own.is_empty() {
            true => text(&self.resolve(present(schema).schema)["description"]),
            false => own,
        }
    }

    /// What a value may be.
    pub fn kind(self, schema: &'a Value, nullable: bool) -> String {
        let mut kind = self.bare_kind(schema);
        if nullable {
            kind += " or null";
        }
        match &schema["default"] {
            Value::Null => {}
            Value::String(default) => kind += &format!("; {default} by default"),
            Value::Number(default) => kind += &format!("; {default} by default"),
            _ => {}
        }
        kind
    }

    fn bare_kind(self, schema: &'a Value) -> String {
        let schema = self.resolve(schema);
        let choices = |key: &str| schema[key].as_array();
        if let Some(value) = schema.get("const") {
            return word(value);
        }
        if let Some(values) = choices("enum") {
            return or(values.iter().map(word));
        }
        if let Some(values) = choices("oneOf").or_else(|| choices("anyOf")) {
            return or(values.iter().map(|value| self.bare_kind(value)));
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            Value::String(kind) => vec![kind.as_str()],
            _ => Vec::new(),
        };
        match &*kinds {
            [] => "any JSON".to_owned(),
            ["array", ..] => {
                let items = schema.get("items").map_or_else(String::new, |items| {
                    format!(" of {}", self.bare_kind(items))
                });
                format!("list{items}{}", bounds(schema, "minItems", "maxItems", ""))
            }
            ["string", ..] => match schema["format"].as_str() {
                Some("uuid") => "UUID".to_owned(),
                Some("date-time") => "time".to_owned(),
                _ => format!(
                    "text{}",
                    bounds(schema, "minLength", "maxLength", " characters")
                ),
            },
            ["integer", ..] => format!("integer{}", bounds(schema, "minimum", "maximum", "")),
            [kind, ..] => (*kind).to_owned(),
        }
    }
}

/// A schema without the null that it may be.
struct Present<'a> {
    schema: &'a Value,
    whole: &'a Value,
    nullable: bool,
}

fn present(whole: &Value) -> Present<'_> {
    let is_null = |schema: &Value| schema["type"] == "null";
    let choices = whole["anyOf"].as_array().map_or(&[][..], |choices| choices);
    let schema = match choices {
        [one, other] if is_null(other) => one,
        _ => whole,
    };
    let null_among = |kinds: &Vec<Value>| kinds.iter().any(|kind| kind == "null");
    Present {
        schema,
        whole,
        nullable: choices.iter().any(is_null) || whole["type"].as_array().is_some_and(null_among),
    }
}

fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn or(words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<_> = words.collect();
    match words.pop() {
        Some(last) if !words.is_empty() => format!("{} or {last}", words.join(", ")),
        Some(last) => last,
        None => String::new(),
    }
}

/// Bounds that say something: that a count is not negative goes without saying.
fn bounds(schema: &Value, least: &str, most: &str, of: &str) -> String {
    let least = schema[least].as_u64().filter(|least| *least > 0);
    match (least, schema[most].as_u64()) {
        (Some(least), Some(most)) => format!(", {least} to {most}{of}"),
        (Some(least), None) => format!(", at least {least}{of}"),
        (None, Some(most)) => format!(", at most {most}{of}"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_value_may_be_is_said_in_words() {
        let named =
            json!({ "Id": { "type": "string", "format": "uuid", "description": "Which." } });
        let schemas = Schemas(&named);
        for (schema, words) in [
            (json!({ "$ref": "#/components/schemas/Id" }), "UUID"),
            (
                json!({ "type": "integer", "minimum": 1, "maximum": 9, "default": 5 }),
                "integer, 1 to 9; 5 by default",
            ),
            (json!({ "type": "integer", "minimum": 0 }), "integer"),
            (
                json!({ "oneOf": [{ "const": "any" }, { "type": "integer" }] }),
                "any or integer",
            ),
            (
                json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }),
                "list of text, at least 1",
            ),
            (json!(true), "any JSON"),
        ] {
            assert_eq!(schemas.kind(&schema, false), words);
        }
    }

    #[test]
    fn fields_are_listed_with_the_way_to_them() {
        let named = json!({
            "Page": { "type": "object", "properties": {
                "next": { "type": ["integer", "null"] },
                "rows": { "type": "array", "items": { "$ref": "#/components/schemas/Row" } },
            }, "required": ["rows"] },
            "Row": { "type": "object", "properties": { "sku": { "type": "string" } } },
        });
        let page = json!({ "$ref": "#/components/schemas/Page" });
        let shape = Schemas(&named).shape(&page);
        let listed: Vec<_> = shape
            .fields
            .iter()
            .map(|field| (&*field.name, &*field.kind, field.required))
            .collect();
        assert_eq!(
            listed,
            [
                ("next", "integer or null", false),
                ("rows", "list of object", true),
                ("rows[].sku", "text", false),
            ]
        );
    }
}
