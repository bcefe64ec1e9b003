//! The parameters behind the question mark, from the type that they are read into.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// A parameter for each field of a type.
pub(super) fn in_query<T: JsonSchema>(generator: &mut SchemaGenerator) -> Vec<Value> {
    let whole = T::json_schema(generator).to_value();
    let is_required = |name: &str| {
        let required = whole["required"].as_array();
        required.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let Some(fields) = whole["properties"].as_object() else {
        return Vec::new();
    };
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = without_null(schema.clone());
        let about = schema
            .as_object_mut()
            .and_then(|schema| schema.shift_remove("description"));
        json!({
            "name": name,
            "in": "query",
            "required": is_required(name),
            "description": about,
            "schema": schema,
        })
    };
    fields.iter().map(parameter).collect()
}

/// The same without the null of an `Option`, which no text can say: such a parameter is left out instead.
fn without_null(mut schema: Value) -> Value {
    if let Some(kinds) = schema["type"].as_array() {
        let kinds: Vec<_> = kinds
            .iter()
            .filter(|kind| **kind != "null")
            .cloned()
            .collect();
        if let [kind] = &*kinds {
            schema["type"] = kind.clone();
        }
    }
    let Some(fields) = schema.as_object_mut() else {
        return schema;
    };
    if let Some(Value::Array(mut choices)) = fields.shift_remove("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        match (choices.len(), choices.pop()) {
            (1, Some(Value::Object(only))) => fields.extend(only),
            (_, last) => {
                choices.extend(last);
                fields.insert("anyOf".to_owned(), Value::Array(choices));
            }
        }
    }
    if fields.get("type").is_none_or(|kind| !kind.is_array())
        && fields.get("default") == Some(&Value::Null)
    {
        fields.shift_remove("default");
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_may_be_left_out_is_not_null() {
        let number = json!({ "type": ["integer", "null"], "minimum": 1, "default": null });
        assert_eq!(
            without_null(number),
            json!({ "type": "integer", "minimum": 1 })
        );
        let named =
            json!({ "description": "Whose.", "anyOf": [{ "$ref": "#/x" }, { "type": "null" }] });
        assert_eq!(
            without_null(named),
            json!({ "description": "Whose.", "$ref": "#/x" })
        );
        let choice = json!({ "anyOf": [{ "const": 1 }, { "const": 2 }] });
        assert_eq!(without_null(choice.clone()), choice);
    }
}
