//! What a consumer wants, counted and found by the index over kinds: no event is read that it does not want.

use rusqlite::{Connection, OptionalExtension, params};
use std::sync::Arc;

use super::page::kinds;
use super::read::{recorded, shared_event};
use super::row;
use crate::contract::{EventFilter, Position, RecordedEvent, Selection};
use crate::event_log::reading::Stretch;

/// How many wanted events lie in a stretch.
pub(super) fn count(
    connection: &Connection,
    stretch: Stretch,
    wanted: &Selection,
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(include_str!("sql/count_by_kind.sql"))?;
    let Stretch { after, upto } = stretch;
    let mut count = 0;
    for kind in wanted_kinds(connection, wanted)? {
        count += statement.query_row(params![after.to_sql(), upto.to_sql(), kind], |row| {
            row.get::<_, i64>(0).map(i64::unsigned_abs)
        })?;
    }
    Ok(count)
}

/// The first wanted event of a stretch.
pub(super) fn first(
    connection: &Connection,
    stretch: Stretch,
    wanted: &Selection,
) -> rusqlite::Result<Option<Arc<RecordedEvent>>> {
    let Some(position) = first_place(connection, stretch, wanted)? else {
        return Ok(None);
    };
    connection
        .prepare_cached(recorded!("sql/event_at.sql"))?
        .query_row([position.to_sql()], shared_event)
        .optional()
}

fn first_place(
    connection: &Connection,
    stretch: Stretch,
    wanted: &Selection,
) -> rusqlite::Result<Option<Position>> {
    if wanted.is_all() {
        return Ok((stretch.after < stretch.upto).then(|| stretch.after.next()));
    }
    let sql = include_str!("sql/places_by_kind_forward.sql");
    let mut statement = connection.prepare_cached(sql)?;
    let Stretch { after, mut upto } = stretch;
    let mut first = None;
    for kind in wanted_kinds(connection, wanted)? {
        let found = statement
            .query_row(params![after.to_sql(), upto.to_sql(), 1, kind], |row| {
                row::position(row, 0)
            })
            .optional()?;
        if let Some(found) = found {
            // Others matter only where they are earlier.
            (first, upto) = (Some(found), found);
        }
    }
    Ok(first)
}

fn wanted_kinds(connection: &Connection, wanted: &Selection) -> rusqlite::Result<Vec<i64>> {
    let mut found = Vec::new();
    for event_type in each(wanted.types.as_ref()) {
        for category in each(wanted.categories.as_ref()) {
            let filter = EventFilter {
                event_type: event_type.clone(),
                category,
                ..EventFilter::default()
            };
            found.extend(kinds(connection, &filter)?);
        }
    }
    Ok(found)
}

/// Each name; where none is named, one that stands for all.
fn each(names: Option<&std::collections::BTreeSet<String>>) -> Vec<Option<String>> {
    match names {
        Some(names) => names.iter().cloned().map(Some).collect(),
        None => vec![None],
    }
}
