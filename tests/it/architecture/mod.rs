//! Which room may know which: the rule of `lib.rs`, checked on every path that the sources name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each room and the rooms that it may know. Whoever adds a line here moves a wall.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("contract", &[]),
    ("domain", &["contract"]),
    (
        "api",
        &[
            "contract",
            "request",
            "command",
            "event_log",
            "live",
            "projection",
            "simulation",
            "subscription",
        ],
    ),
    ("ui", &["contract", "api", "domain"]),
    ("clock", &["contract"]),
    ("request", &["contract"]),
    (
        "problems",
        &[
            "contract",
            "command",
            "event_log",
            "projection",
            "schema",
            "simulation",
            "subscription",
        ],
    ),
    ("schema", &["contract", "domain"]),
    ("event_log", &["contract"]),
    (
        "command",
        &["contract", "domain", "schema", "event_log", "convergence"],
    ),
    ("convergence", &["contract"]),
    (
        "subscription",
        &["contract", "event_log", "convergence", "schema"],
    ),
    (
        "projection",
        &["contract", "domain", "schema", "event_log", "subscription"],
    ),
    (
        "process_manager",
        &["contract", "domain", "schema", "command", "subscription"],
    ),
    (
        "live",
        &[
            "contract",
            "convergence",
            "event_log",
            "projection",
            "subscription",
        ],
    ),
    ("simulation", &["contract", "command"]),
    (
        "server",
        &[
            "api",
            "command",
            "contract",
            "convergence",
            "domain",
            "event_log",
            "live",
            "problems",
            "process_manager",
            "projection",
            "request",
            "schema",
            "simulation",
            "subscription",
            "ui",
        ],
    ),
];

#[test]
fn no_room_knows_more_than_it_may() {
    let rooms: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let mut broken = Vec::new();
    for (file, text) in sources() {
        let Some(room) = room_of(&file) else { continue };
        let allowed = rooms
            .get(room.as_str())
            .unwrap_or_else(|| panic!("`{room}` is not in the rule"));
        for known in known_rooms(&text, &rooms) {
            if known != room && !allowed.contains(&known.as_str()) {
                broken.push(format!("{} knows {known}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn features_are_chosen_in_the_map_alone() {
    let outside: Vec<_> = sources()
        .into_iter()
        .filter(|(file, _)| file.file_name().is_none_or(|name| name != "lib.rs"))
        .filter(|(_, text)| text.contains("feature = \""))
        .map(|(file, _)| file.display().to_string())
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
}

/// All that a source names behind `crate::`, where it is a room; also inside braces.
fn known_rooms(text: &str, rooms: &BTreeMap<&str, &[&str]>) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for part in text.split("crate::").skip(1) {
        let names: String = match part.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or_default().to_owned(),
            None => part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect(),
        };
        let words = names.split(|c: char| !c.is_alphanumeric() && c != '_');
        known.extend(
            words
                .filter(|word| rooms.contains_key(word))
                .map(str::to_owned),
        );
    }
    known
}

fn room_of(file: &Path) -> Option<String> {
    let inside = file.strip_prefix(src()).ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (!["lib", "main"].contains(&room)).then(|| room.to_owned())
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![src()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = std::fs::read_to_string(&path).expect("text");
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}
