//! One file for each stored version of each event, `golden/<type>.v<version>.json`. They are written by hand and never
//! change: a change that breaks one of them breaks every log that holds such an event.

use std::collections::BTreeMap;
use std::path::Path;

use highwater::contract::{
    EventId, Metadata, Position, RecordedEvent, StreamName, Timestamp, Version,
};
use highwater::schema::{CATALOGUE, decode_audit, decode_data, encode, encode_audit};
use serde_json::value::RawValue;

/// The payloads of the folder, compact, by type and version.
fn golden() -> BTreeMap<(String, u32), Box<RawValue>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/schema/golden");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let (event_type, version) = name.split_once(".v").unwrap();
        let key = (event_type.to_owned(), version.parse().unwrap());
        let text = std::fs::read_to_string(&path).unwrap();
        files.insert(key, RawValue::from_string(compact(&text)).unwrap());
    }
    files
}

/// The same JSON, fields in the same order, without white space between them.
fn compact(json: &str) -> String {
    let mut in_text = false;
    json.chars()
        .filter(|c| {
            in_text ^= *c == '"';
            in_text || !c.is_whitespace()
        })
        .collect()
}

#[test]
fn every_version_that_is_written_has_a_golden_file_and_every_file_a_type() {
    let golden = golden();
    for known in CATALOGUE {
        for version in 1..=known.version {
            let key = (known.name.to_owned(), version);
            assert!(
                golden.contains_key(&key),
                "{} v{version} has no file",
                known.name
            );
        }
    }
    for (event_type, version) in golden.keys() {
        let known = CATALOGUE.iter().find(|known| known.name == event_type);
        assert!(
            known.is_some_and(|known| *version <= known.version),
            "{event_type} v{version} is not in the catalogue"
        );
    }
}

#[test]
fn every_stored_version_is_read_and_the_present_one_written_byte_for_byte() {
    for ((event_type, version), data) in golden() {
        let event = decode_data(&event_type, version, &data).expect("a readable payload");
        let Some(event) = event else {
            assert!(is_of_audit(&event_type), "{event_type} is the domain's");
            continue;
        };
        let (name, current, written) = encode(&event).unwrap();
        assert_eq!(name, event_type);
        if version == current {
            assert_eq!(written.get(), data.get());
        }
    }
}

fn is_of_audit(event_type: &str) -> bool {
    let of_audit = ["Consumer", "Group", "Parked"];
    of_audit.iter().any(|first| event_type.starts_with(first))
}

#[test]
fn audit_events_are_read_and_written_byte_for_byte() {
    let audit = golden()
        .into_iter()
        .filter(|((name, _), _)| is_of_audit(name));
    for ((event_type, version), data) in audit {
        let recorded = recorded(&event_type, version, data);
        let event = decode_audit(&recorded).expect("a readable payload");
        let (name, current, written) = encode_audit(&event.expect("an audit event")).unwrap();
        assert_eq!((name, current), (event_type.as_str(), version));
        assert_eq!(written.get(), recorded.data.get());
    }
}

fn recorded(event_type: &str, schema_version: u32, data: Box<RawValue>) -> RecordedEvent {
    RecordedEvent {
        id: EventId::generate(),
        event_type: event_type.to_owned(),
        schema_version,
        stream: StreamName::of("audit", "orders"),
        version: Version(1),
        position: Position(1),
        recorded_at: Timestamp::from_micros(0),
        data,
        metadata: Metadata::default(),
    }
}
