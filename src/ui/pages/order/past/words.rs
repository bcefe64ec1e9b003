//! States and changes in words.

use serde_json::Value;

use crate::contract::{AggregateHistory, Change, Money, Version};
use crate::ui::parts::{money, thousands};

/// A value as people read it.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64().map_or(number.to_string(), thousands),
        Value::Object(_) => as_money(value).map_or_else(|| value.to_string(), money),
        Value::Array(_) => value.to_string(),
    }
}

fn as_money(value: &Value) -> Option<Money> {
    serde_json::from_value(value.clone()).ok()
}

/// "status placed → reserved", "total €25.00", "reason gone".
pub fn change_words(change: &Change) -> String {
    let path = &change.path;
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            format!("{path} {} → {}", value_text(before), value_text(after))
        }
        (None, Some(after)) => format!("{path} {}", value_text(after)),
        (_, None) => format!("{path} gone"),
    }
}

/// All changes of a step in one sentence.
pub fn changes_words(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "changed nothing".to_owned();
    }
    let words: Vec<String> = changes.iter().map(change_words).collect();
    words.join(", ")
}

/// Where the slider stands, for those who hear it: "version 2 of 4, OrderReserved: status placed → reserved".
pub fn standing_words(shown: Version, head: Version, history: &AggregateHistory) -> String {
    let place = format!("version {} of {}", thousands(shown.0), thousands(head.0));
    // While the answer is under way, the steps around the last one are known.
    let step = history.steps.iter().find(|step| step.version == shown);
    match step {
        Some(step) => {
            let changes = changes_words(&step.changes);
            format!("{place}, {}: {changes}", step.event_type)
        }
        None => place,
    }
}

/// "1 change since", "2 changes since".
pub fn since_words(shown: Version, head: Version) -> String {
    match head.0.saturating_sub(shown.0) {
        1 => "1 change since".to_owned(),
        n => format!("{} changes since", thousands(n)),
    }
}

/// One field of a state before and after an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// Where in the state.
    pub path: String,
    /// What stood there before.
    pub before: String,
    /// What stands there after.
    pub after: String,
    /// Whether the event changed it.
    pub is_changed: bool,
}

/// Every field of a state, each with what stood there before the changes that led to it.
pub fn field_rows(state: &Value, changes: &[Change]) -> Vec<FieldRow> {
    let mut fields = Vec::new();
    flatten(String::new(), state, &mut fields);
    let mut rows: Vec<FieldRow> = fields
        .into_iter()
        .map(|(path, value)| field_row(path, value, changes))
        .collect();
    let gone = changes.iter().filter(|change| change.after.is_none());
    rows.extend(gone.map(|change| FieldRow {
        path: change.path.clone(),
        before: change.before.as_ref().map_or(absent(), value_text),
        after: absent(),
        is_changed: true,
    }));
    rows
}

fn field_row(path: String, value: &Value, changes: &[Change]) -> FieldRow {
    let after = value_text(value);
    match changes.iter().find(|change| covers(&change.path, &path)) {
        Some(change) => {
            let before = change.before.as_ref().filter(|_| change.path == path);
            FieldRow {
                before: before.map_or(absent(), value_text),
                path,
                after,
                is_changed: true,
            }
        }
        None => FieldRow {
            path,
            before: after.clone(),
            after,
            is_changed: false,
        },
    }
}

fn absent() -> String {
    "—".to_owned()
}

/// Whether a change at one path is one of what stands at another.
fn covers(changed: &str, path: &str) -> bool {
    path.strip_prefix(changed)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The fields of a state, those of objects inside it too; an amount is one field.
fn flatten<'a>(path: String, value: &'a Value, fields: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(object) if !object.is_empty() && as_money(value).is_none() => {
            for (key, value) in object {
                let inner = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flatten(inner, value, fields);
            }
        }
        _ if path.is_empty() => {}
        _ => fields.push((path, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(path: &str, before: Option<Value>, after: Option<Value>) -> Change {
        Change {
            path: path.to_owned(),
            before,
            after,
        }
    }

    fn told(state: &Value, changes: &[Change]) -> Vec<String> {
        let row = |row: FieldRow| {
            let mark = if row.is_changed { "*" } else { "" };
            format!("{mark}{}: {} {}", row.path, row.before, row.after)
        };
        field_rows(state, changes).into_iter().map(row).collect()
    }

    #[test]
    fn amounts_and_numbers_are_written_as_elsewhere() {
        assert_eq!(
            value_text(&json!({"amount": 2500, "currency": "EUR"})),
            "€25.00"
        );
        assert_eq!(value_text(&json!(12345)), "12,345");
        assert_eq!(value_text(&json!(-3)), "-3");
        assert_eq!(value_text(&json!(null)), "—");
    }

    #[test]
    fn changes_are_said_in_a_sentence() {
        let moved = change("status", Some(json!("placed")), Some(json!("paid")));
        let new = change("n", None, Some(json!(1)));
        let gone = change("reason", Some(json!("x")), None);
        assert_eq!(
            changes_words(&[moved, new, gone]),
            "status placed → paid, n 1, reason gone"
        );
        assert_eq!(changes_words(&[]), "changed nothing");
    }

    #[test]
    fn every_field_stands_beside_what_it_was() {
        let total = json!({"amount": 100, "currency": "EUR"});
        let state = json!({"status": "paid", "total": total, "deep": {"n": 2, "m": 1}});
        let changes = [
            change("status", Some(json!("placed")), Some(json!("paid"))),
            change("deep", None, Some(json!({"n": 2, "m": 1}))),
            change("late", Some(json!(true)), None),
        ];
        assert_eq!(
            told(&state, &changes),
            [
                "*status: placed paid",
                "total: €1.00 €1.00",
                "*deep.n: — 2",
                "*deep.m: — 1",
                "*late: yes —",
            ]
        );
        assert_eq!(told(&Value::Null, &[]), [""; 0]);
    }

    #[test]
    fn a_path_that_only_begins_alike_is_another() {
        assert!(covers("total", "total") && covers("total", "total.amount"));
        assert!(!covers("total", "totals"));
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(since_words(Version(3), Version(4)), "1 change since");
        assert_eq!(
            since_words(Version(1), Version(2_001)),
            "2,000 changes since"
        );
    }
}
