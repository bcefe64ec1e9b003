//! The statements that find which orders had a status as of a position.

use sqlx::{QueryBuilder, Sqlite};

use crate::contract::{OrderSort, OrderStatus, Position};

/// Every length that a version can have: no log will ever have 2^41 positions.
const LENGTHS: &str = "[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,\
     33,34,35,36,37,38,39,40]";

/// Which part of a list of orders is wanted, by their places in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first place, and the last: both are in it.
    pub(crate) from: Position,
    pub(crate) to: Position,
    pub(crate) sort: OrderSort,
    /// Rows at most.
    pub(crate) rows: u32,
}

impl Span {
    /// A page of the list as of a position: only what had been placed by then, and lies beyond the page before.
    pub(crate) fn page(at: Position, sort: OrderSort, before: Option<Position>, rows: u32) -> Span {
        let (from, to) = match (sort, before) {
            (_, None) => (Position::START, at),
            (OrderSort::Newest, Some(last)) => {
                (Position::START, at.min(Position(last.0.saturating_sub(1))))
            }
            (OrderSort::Oldest, Some(last)) => (Position(last.0.saturating_add(1)), at),
        };
        Span {
            from,
            to,
            sort,
            rows,
        }
    }

    /// The condition, on the column that has the places.
    pub(crate) fn push_where(self, select: &mut QueryBuilder<Sqlite>, column: &str) {
        select
            .push(format_args!("{column} >= "))
            .push_bind(self.from.to_sql())
            .push(format_args!(" AND {column} <= "))
            .push_bind(self.to.to_sql());
    }

    /// The order of the rows, and how many.
    pub(crate) fn push_end(self, select: &mut QueryBuilder<Sqlite>, column: &str) {
        let order = match self.sort {
            OrderSort::Newest => "DESC",
            OrderSort::Oldest => "ASC",
        };
        select
            .push(format_args!(" ORDER BY {column} {order} LIMIT "))
            .push_bind(self.rows);
    }
}

/// Selects the places of the orders in a table of rows that had a status as of a position, and of these a span.
pub(crate) fn push_standing(
    select: &mut QueryBuilder<Sqlite>,
    table: &'static str,
    status: OrderStatus,
    at: Position,
    span: Span,
) {
    select.push("SELECT placed_position FROM (SELECT placed_position FROM (");
    push_still(select, table, status, at, span);
    select.push(") UNION ALL SELECT placed_position FROM (");
    push_stood(select, status, at);
    select.push(" AND ");
    span.push_where(select, "placed_position");
    span.push_end(select, "placed_position");
    select.push("))");
    span.push_end(select, "placed_position");
}

/// Those that have not changed since.
fn push_still(
    select: &mut QueryBuilder<Sqlite>,
    table: &'static str,
    status: OrderStatus,
    at: Position,
    span: Span,
) {
    select
        .push(format_args!(
            "SELECT placed_position FROM {table} WHERE status = "
        ))
        .push_bind(status.as_str())
        .push(" AND position <= ")
        .push_bind(at.to_sql())
        .push(" AND ");
    span.push_where(select, "placed_position");
    span.push_end(select, "placed_position");
}

/// Those that have changed since, in no order. CROSS JOIN keeps the lengths outside: each is looked up.
pub(crate) fn push_stood(select: &mut QueryBuilder<Sqlite>, status: OrderStatus, at: Position) {
    select
        .push("SELECT placed_position FROM json_each(")
        .push_bind(LENGTHS)
        .push(") AS length CROSS JOIN past_statuses ON status = ")
        .push_bind(status.as_str())
        .push(" AND lasted = length.value AND since > ")
        .push_bind(at.to_sql())
        .push(" - (2 << length.value) AND since <= ")
        .push_bind(at.to_sql())
        .push(" AND until > ")
        .push_bind(at.to_sql());
}
