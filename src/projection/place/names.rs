//! What the files below `views/` are called.
//!
//! A read model's files begin with its name and version, `orders_v2`, and say after the first dot what they are. Beside a
//! database lie files of the same name with a further ending.

use super::files::SIDES;
use crate::contract::Position;
use crate::projection::model::Model;

/// What all files of a read model begin with.
pub(crate) fn stem_of<M: Model>() -> String {
    format!("{}_v{}", M::NAME, M::VERSION)
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A build: the first one, or the one that an act at this place in the log wanted.
    Build(Position),
    /// A stored copy as of a position.
    Copy(Position),
    /// A copy that is being made.
    Copying,
    /// What is made before anything answers.
    Unfinished,
    /// The name of the file that answers.
    Pointer,
    /// On its way to the name of another file.
    New,
}

/// What a file is, by its name: what the names of the read model's files begin with, and the part; `None` for one that is none of
/// ours.
pub(crate) fn parse(name: &str) -> Option<(&str, Part)> {
    let (stem, rest) = name.split_once('.')?;
    let (model, version) = stem.rsplit_once("_v")?;
    if model.is_empty() || version.parse::<u32>().is_err() {
        return None;
    }
    Some((stem, part(without_side(rest))?))
}

/// The name of the database beside which a file is kept.
fn without_side(name: &str) -> &str {
    let whole = SIDES.iter().find_map(|side| name.strip_suffix(side));
    whole.unwrap_or(name)
}

fn part(rest: &str) -> Option<Part> {
    match rest {
        "db" => return Some(Part::Build(Position::START)),
        "json" => return Some(Part::Pointer),
        "copying.db" => return Some(Part::Copying),
        "unfinished.db" => return Some(Part::Unfinished),
        _ if rest.ends_with(".new") => return Some(Part::New),
        _ => {}
    }
    let numbered = rest.strip_suffix(".db")?;
    let number = |kind: char| numbered.strip_prefix(kind)?.parse().ok().map(Position);
    number('b')
        .map(Part::Build)
        .or_else(|| number('c').map(Part::Copy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_file_is() {
        for (name, stem, expected) in [
            ("orders_v2.db", "orders_v2", Part::Build(Position::START)),
            (
                "orders_v2.db-wal",
                "orders_v2",
                Part::Build(Position::START),
            ),
            ("orders_v12.b17.db", "orders_v12", Part::Build(Position(17))),
            (
                "my_sales_v1.c40.db",
                "my_sales_v1",
                Part::Copy(Position(40)),
            ),
            ("orders_v2.copying.db-journal", "orders_v2", Part::Copying),
            ("orders_v2.unfinished.db-shm", "orders_v2", Part::Unfinished),
            (
                "orders_v2.b17.db-unsynced",
                "orders_v2",
                Part::Build(Position(17)),
            ),
            ("orders_v2.json", "orders_v2", Part::Pointer),
            ("orders_v2.json.new", "orders_v2", Part::New),
            ("orders_v2.b17.db.new", "orders_v2", Part::New),
        ] {
            assert_eq!(parse(name), Some((stem, expected)), "{name}");
        }
        for name in [
            "",
            "orders",
            "orders.db",
            "orders_v.db",
            "_v2.db",
            "orders_vx.db",
            "orders_v2.txt",
            "orders_v2.bx.db",
            "orders_before.db",
            "orders_v2",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
