//! JSON to Rust types, with errors that say where.

use serde::de::DeserializeOwned;

/// Reads a JSON text; what is wrong with it is told with the path of the field (`lines[0].quantity: invalid type ...`).
pub(crate) fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    // Keeping track of the path costs time, so it is done only for texts that are wrong.
    serde_json::from_slice(json).or_else(|_| with_path(json))
}

fn with_path<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        match path.as_str() {
            "." | "?" => error.into_inner().to_string(),
            path => format!("{path}: {}", error.inner()),
        }
    })?;
    reader.end().map_err(|error| error.to_string())?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::from_json;
    use crate::domain::orders::PlaceOrder;

    fn problem(json: &str) -> String {
        from_json::<PlaceOrder>(json.as_bytes()).expect_err("not an order")
    }

    #[test]
    fn errors_name_the_field() {
        let id = "00000000-0000-0000-0000-000000000007";
        let order = |lines: &str| {
            format!(r#"{{"order_id":"{id}","customer":"Ada","card":"4242","lines":[{lines}]}}"#)
        };
        let wrong_type = problem(&order(r#"{"sku":"cup","quantity":"two"}"#));
        assert!(
            wrong_type.starts_with("lines[0].quantity: invalid type"),
            "{wrong_type}"
        );
        let wrong_sku = problem(&order(r#"{"sku":"a cup","quantity":1}"#));
        assert!(
            wrong_sku.starts_with("lines[0].sku: the sku contains ' '"),
            "{wrong_sku}"
        );
        let unknown = problem(&order(r#"{"sku":"cup","quantity":1,"colour":"red"}"#));
        assert!(unknown.contains("unknown field `colour`"), "{unknown}");
        let missing = problem(&order(r#"{"sku":"cup"}"#));
        assert!(missing.contains("missing field `quantity`"), "{missing}");
        let trailing = problem(&format!("{} x", order("")));
        assert!(trailing.contains("trailing characters"), "{trailing}");
        assert!(problem("{").contains("EOF"));
        assert!(problem("[]").contains("invalid"));
    }
}
