//! What the writer knows of the log without asking the database. It is the only writer, so what it knows stays true; after
//! a transaction that failed it forgets everything and reads anew.

use lru::LruCache;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use uuid::Uuid;

use crate::contract::{EventId, Head, Position, StreamName, Timestamp, Version};
use crate::event_log::judge::KnownStream;

/// The end of the log, and where recently used streams stand.
#[derive(Debug)]
pub(super) struct Known {
    /// The last event's position.
    pub(super) head: Position,
    /// The last event's time: none that follows is earlier. `None` in an empty log.
    pub(super) last_at: Option<Timestamp>,
    largest_id: Option<EventId>,
    streams: LruCache<StreamName, KnownStream>,
    /// Numbers of kinds, by category and type.
    kinds: HashMap<String, HashMap<String, i64>>,
}

/// Kinds are few where names are chosen well; categories beyond this are forgotten again.
const CATEGORIES: usize = 10_000;
/// And types of one category beyond this.
const TYPES: usize = 1_000;

impl Known {
    /// Reads the end of the log.
    pub(super) fn load(connection: &Connection, streams: usize) -> rusqlite::Result<Known> {
        let head = connection
            .prepare_cached(include_str!("sql/head.sql"))?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let largest_id = connection
            .prepare_cached(include_str!("sql/largest_id.sql"))?
            .query_row([], |row| row.get::<_, Option<[u8; 16]>>(0))?;
        Ok(Known {
            head: Position::from_sql(head.map_or(0, |(position, _): (i64, i64)| position)),
            last_at: head.map(|(_, at)| Timestamp::from_micros(at)),
            largest_id: largest_id.map(|bytes| EventId(Uuid::from_bytes(bytes))),
            streams: LruCache::new(NonZeroUsize::new(streams).unwrap_or(NonZeroUsize::MIN)),
            kinds: HashMap::new(),
        })
    }

    /// The head as others see it.
    pub(super) fn published_head(&self) -> Head {
        Head {
            position: self.head,
            recorded_at: self.last_at,
        }
    }

    /// Whether an event id is certainly not in the log, because it is larger than every id there. So it is with
    /// time-ordered ids that are not repeated, and it spares the look-up.
    pub(super) fn is_surely_new(&self, id: EventId) -> bool {
        self.largest_id.is_none_or(|largest| id > largest)
    }

    /// Where a stream stands; `None` where it was not used recently.
    pub(super) fn recent_stream(&mut self, name: &StreamName) -> Option<KnownStream> {
        self.streams.get(name).copied()
    }

    /// Where a stream stands in the database; `None` where it does not exist.
    pub(super) fn stored_stream(
        &mut self,
        connection: &Connection,
        name: &StreamName,
    ) -> rusqlite::Result<Option<KnownStream>> {
        let found = connection
            .prepare_cached(include_str!("sql/find_stream.sql"))?
            .query_row([name.as_str()], |row| {
                Ok(KnownStream {
                    id: row.get(0)?,
                    version: Version::from_sql(row.get(1)?),
                })
            })
            .optional()?;
        if let Some(known) = found {
            self.streams.put(name.clone(), known);
        }
        Ok(found)
    }

    /// The number of a kind, which gets one where it is new.
    pub(super) fn kind(
        &mut self,
        connection: &Connection,
        category: &str,
        event_type: &str,
    ) -> rusqlite::Result<i64> {
        let known = self.kinds.get(category);
        if let Some(id) = known.and_then(|types| types.get(event_type)) {
            return Ok(*id);
        }
        let id = stored_kind(connection, category, event_type)?;
        if self.kinds.len() > CATEGORIES {
            self.kinds.clear();
        }
        let types = self.kinds.entry(category.to_owned()).or_default();
        if types.len() > TYPES {
            types.clear();
        }
        types.insert(event_type.to_owned(), id);
        Ok(id)
    }

    /// Takes note of an event that was inserted at the next position.
    pub(super) fn note_event(&mut self, id: EventId, at: Timestamp) {
        self.head = self.head.next();
        self.last_at = Some(at);
        if self.is_surely_new(id) {
            self.largest_id = Some(id);
        }
    }

    /// Takes note of where a stream stands now.
    pub(super) fn note_stream(&mut self, name: StreamName, stream: KnownStream) {
        self.streams.put(name, stream);
    }
}

fn stored_kind(connection: &Connection, category: &str, event_type: &str) -> rusqlite::Result<i64> {
    let found = connection
        .prepare_cached(include_str!("sql/find_kind.sql"))?
        .query_row([category, event_type], |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => Ok(id),
        None => connection
            .prepare_cached(include_str!("sql/insert_kind.sql"))?
            .insert([category, event_type]),
    }
}
