//! What lies between two states: every value that differs, with its path.

use serde_json::Value;

use crate::contract::Change;

/// The values that differ. An object that is new, or gone, is one value; but a state that begins to exist is told field by
/// field.
pub(super) fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let nothing = Value::Object(serde_json::Map::new());
    let (before, after) = match (before, after) {
        (Value::Null, Value::Object(_)) => (&nothing, after),
        (Value::Object(_), Value::Null) => (before, &nothing),
        both => both,
    };
    let mut found = Vec::new();
    compare("", Some(before), Some(after), &mut found);
    found
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (key, value) in old {
                compare(&field(path, key), Some(value), new.get(key), found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                compare(&field(path, key), None, Some(value), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                compare(&format!("{path}[{at}]"), old.get(at), new.get(at), found);
            }
        }
        (before, after) if before == after => {}
        (before, after) => found.push(Change {
            path: path.to_owned(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn field(path: &str, key: &str) -> String {
    if path.is_empty() {
        return key.to_owned();
    }
    format!("{path}.{key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(before: Value, after: Value) -> Vec<String> {
        let text = |value: Option<Value>| value.map_or("-".to_owned(), |value| value.to_string());
        changes(&before, &after)
            .into_iter()
            .map(|change| {
                let (before, after) = (text(change.before), text(change.after));
                format!("{}: {before} > {after}", change.path)
            })
            .collect()
    }

    #[test]
    fn what_is_the_same_is_not_told() {
        let state = json!({"a": 1, "b": {"c": [1, 2]}});
        assert_eq!(told(state.clone(), state), [""; 0]);
        let (one, other) = (json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1}));
        assert_eq!(told(one, other), [""; 0], "in another order");
    }

    #[test]
    fn values_are_told_with_their_path() {
        let before = json!({"status": "placed", "deep": {"n": 1, "gone": true}, "lines": [1, 2]});
        let after = json!({"status": "paid", "deep": {"n": 2, "new": null}, "lines": [1, 3, 4]});
        assert_eq!(
            told(before, after),
            [
                r#"status: "placed" > "paid""#,
                "deep.n: 1 > 2",
                "deep.gone: true > -",
                "deep.new: - > null",
                "lines[1]: 2 > 3",
                "lines[2]: - > 4",
            ]
        );
    }

    #[test]
    fn a_state_that_begins_is_told_field_by_field() {
        let placed = json!({"status": "placed", "total": {"amount": 5}});
        let begun = told(Value::Null, placed.clone());
        assert_eq!(
            begun,
            [r#"status: - > "placed""#, r#"total: - > {"amount":5}"#]
        );
        assert_eq!(told(placed, Value::Null).len(), 2);
        assert_eq!(
            told(json!("open"), json!("closed")),
            [r#": "open" > "closed""#]
        );
    }
}
