//! A page of the log, read by the index that narrows most: a conversation is small; type and category come down to a few kinds.

use rusqlite::{Connection, ToSql, params};
use std::sync::Arc;
use uuid::Uuid;

use super::read::{all, bind, recorded, shared_event, to_limit};
use super::row;
use crate::contract::{Direction, EventFilter, Position, RecordedEvent};
use crate::event_log::reading::Stretch;

/// Which events are read. The time of the filter is in the stretch already.
pub(super) struct Wanted {
    pub(super) stretch: Stretch,
    pub(super) filter: EventFilter,
    pub(super) direction: Direction,
    pub(super) limit: usize,
}

type Page = Vec<Arc<RecordedEvent>>;

/// A statement for each direction.
macro_rules! either_way {
    ($direction:expr, $forward:literal, $backward:literal) => {
        match $direction {
            Direction::Forward => recorded!($forward),
            Direction::Backward => recorded!($backward),
        }
    };
}

/// A page of the log with so many events is read in two halves at once.
const LARGE: u64 = 512;

impl Wanted {
    /// A large page as two, in the order of the page; the page itself where it is small or filtered. Positions have no gaps, so
    /// it is known beforehand which events an unfiltered page has.
    pub(super) fn halves(self) -> Result<(Wanted, Wanted), Wanted> {
        let EventFilter {
            event_type,
            category,
            correlation_id,
            ..
        } = &self.filter;
        let filtered = event_type.is_some() || category.is_some() || correlation_id.is_some();
        let Stretch { after, upto } = self.stretch;
        let events = upto.events_after(after).min(self.limit as u64);
        if filtered || events < LARGE {
            return Err(self);
        }
        let (first, second) = match self.direction {
            Direction::Forward => {
                let (middle, end) = (Position(after.0 + events / 2), Position(after.0 + events));
                (stretch(after, middle), stretch(middle, end))
            }
            Direction::Backward => {
                let (middle, end) = (Position(upto.0 - events / 2), Position(upto.0 - events));
                (stretch(middle, upto), stretch(end, middle))
            }
        };
        let half = |stretch| Wanted {
            stretch,
            filter: self.filter.clone(),
            ..self
        };
        Ok((half(first), half(second)))
    }

    /// Reads them.
    pub(super) fn read(self, connection: &Connection) -> rusqlite::Result<Page> {
        let filter = &self.filter;
        if filter.correlation_id.is_some() {
            let statement = either_way!(
                self.direction,
                "sql/log_by_correlation_forward.sql",
                "sql/log_by_correlation_backward.sql"
            );
            return self.rows(connection, statement, &filter.event_type);
        }
        if filter.event_type.is_none() && filter.category.is_none() {
            let statement = either_way!(
                self.direction,
                "sql/log_forward.sql",
                "sql/log_backward.sql"
            );
            return self.rows(connection, statement, &None::<i64>);
        }
        let kinds = kinds(connection, filter)?;
        if let [kind] = kinds[..] {
            let statement = either_way!(
                self.direction,
                "sql/log_by_kind_forward.sql",
                "sql/log_by_kind_backward.sql"
            );
            return self.rows(connection, statement, &kind);
        }
        self.of_kinds(connection, &kinds)
    }

    /// The rows of one statement; the type or the kind is its fourth parameter.
    fn rows(
        &self,
        connection: &Connection,
        statement: &str,
        fourth: &dyn ToSql,
    ) -> rusqlite::Result<Page> {
        let mut statement = connection.prepare_cached(statement)?;
        let parameters: [&dyn ToSql; 6] = [
            &self.stretch.after.to_sql(),
            &self.stretch.upto.to_sql(),
            &to_limit(self.limit),
            fourth,
            &self.filter.category,
            &self.filter.correlation_id.map(Uuid::into_bytes),
        ];
        bind(&mut statement, &parameters)?;
        all(statement.raw_query(), shared_event)
    }

    /// Events of several kinds: where those of each are, which the index tells by itself, and then the first of them all.
    fn of_kinds(mut self, connection: &Connection, kinds: &[i64]) -> rusqlite::Result<Page> {
        let mut places = Vec::new();
        for kind in kinds {
            places.extend(self.places(connection, *kind)?);
            self.narrow(&mut places);
        }
        let mut event = connection.prepare_cached(recorded!("sql/event_at.sql"))?;
        places
            .into_iter()
            .map(|place| event.query_row([place.to_sql()], shared_event))
            .collect()
    }

    fn places(&self, connection: &Connection, kind: i64) -> rusqlite::Result<Vec<Position>> {
        let statement = match self.direction {
            Direction::Forward => include_str!("sql/places_by_kind_forward.sql"),
            Direction::Backward => include_str!("sql/places_by_kind_backward.sql"),
        };
        let mut statement = connection.prepare_cached(statement)?;
        let Stretch { after, upto } = self.stretch;
        let limit = to_limit(self.limit);
        let rows = statement.query(params![after.to_sql(), upto.to_sql(), limit, kind])?;
        all(rows, |row| row::position(row, 0))
    }

    /// Keeps the first places of those found so far, and looks no further than the last of them for others.
    fn narrow(&mut self, places: &mut Vec<Position>) {
        match self.direction {
            Direction::Forward => places.sort_unstable(),
            Direction::Backward => places.sort_unstable_by(|one, other| other.cmp(one)),
        }
        places.truncate(self.limit);
        let full = places.len() == self.limit;
        if let Some(last) = places.last().filter(|_| full) {
            match self.direction {
                Direction::Forward => self.stretch.upto = *last,
                Direction::Backward => self.stretch.after = Position(last.0.saturating_sub(1)),
            }
        }
    }
}

fn stretch(after: Position, upto: Position) -> Stretch {
    Stretch { after, upto }
}

/// The kinds that a filter wants.
pub(super) fn kinds(connection: &Connection, filter: &EventFilter) -> rusqlite::Result<Vec<i64>> {
    let EventFilter {
        event_type,
        category,
        ..
    } = filter;
    if event_type.is_none() {
        let mut statement = connection.prepare_cached(include_str!("sql/kinds_by_category.sql"))?;
        return all(statement.query([category])?, |row| row.get(0));
    }
    let mut statement = connection.prepare_cached(include_str!("sql/kinds_by_type.sql"))?;
    all(statement.query([event_type, category])?, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stretches of the halves, first half first; `None` where the page is read whole.
    fn halves(direction: Direction, after: u64, upto: u64, limit: usize) -> Option<[u64; 4]> {
        let wanted = Wanted {
            stretch: stretch(Position(after), Position(upto)),
            filter: EventFilter::default(),
            direction,
            limit,
        };
        let (first, second) = wanted.halves().ok()?;
        let [first, second] = [first.stretch, second.stretch];
        Some([first.after.0, first.upto.0, second.after.0, second.upto.0])
    }

    #[test]
    fn the_halves_are_the_page() {
        let forward = |after, upto, limit| halves(Direction::Forward, after, upto, limit);
        assert_eq!(forward(10, 5_000, 1_000), Some([10, 510, 510, 1_010]));
        assert_eq!(forward(10, 711, 1_000), Some([10, 360, 360, 711]));
        let backward = |after, upto, limit| halves(Direction::Backward, after, upto, limit);
        assert_eq!(
            backward(0, 5_000, 1_000),
            Some([4_500, 5_000, 4_000, 4_500])
        );
        assert_eq!(backward(10, 711, 1_000), Some([361, 711, 10, 361]));
        assert_eq!(forward(10, 5_000, 511), None);
        assert_eq!(backward(10, 20, 1_000), None);
    }
}
