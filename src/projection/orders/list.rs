//! The statement of the order list: its filters, its sorting, and where a page starts.

use sqlx::{QueryBuilder, Sqlite};

use super::row::COLUMNS;
use crate::contract::{OrderQuery, OrderRow, OrderSort, Position};
use crate::projection::ProjectionError;

/// Selects whole orders; the condition follows.
pub(super) fn select() -> QueryBuilder<Sqlite> {
    let mut select = QueryBuilder::new("SELECT ");
    select.push(COLUMNS).push(" FROM orders");
    select
}

/// One page, and one row more than it has room for, to know whether there is another page.
pub(super) fn list_statement(
    query: &OrderQuery,
    start: Option<Position>,
    limit: u32,
) -> QueryBuilder<Sqlite> {
    let (beyond, order) = match query.sort {
        OrderSort::Newest => ("<", "DESC"),
        OrderSort::Oldest => (">", "ASC"),
    };
    let mut list = select();
    list.push(" WHERE true");
    if let Some(start) = start {
        list.push(format_args!(" AND placed_position {beyond} "))
            .push_bind(start.to_sql());
    }
    if let Some(customer) = &query.customer {
        list.push(" AND customer = ").push_bind(customer.clone());
    }
    if let Some(status) = query.status {
        // A customer has fewer orders than a status: the plus keeps the index on status out of it.
        let plus = query.customer.as_ref().map_or("", |_| "+");
        list.push(format_args!(" AND {plus}status = "))
            .push_bind(status.as_str());
    }
    list.push(format_args!(" ORDER BY placed_position {order} LIMIT "))
        .push_bind(limit.saturating_add(1));
    list
}

/// The cursor of the page after the one that ends with `row`.
pub(super) fn cursor(row: &OrderRow, sort: OrderSort) -> String {
    format!("{}{}", prefix(sort), row.placed_position)
}

/// The last row of the page before, where the question names one.
pub(super) fn start_of(query: &OrderQuery) -> Result<Option<Position>, ProjectionError> {
    let Some(text) = &query.cursor else {
        return Ok(None);
    };
    text.strip_prefix(prefix(query.sort))
        .and_then(|number| number.parse().ok())
        .map(|position| Some(Position(position)))
        .ok_or_else(|| ProjectionError::BadCursor(text.clone()))
}

/// A cursor of one sorting means nothing in the other, so it says which one it is from.
fn prefix(sort: OrderSort) -> &'static str {
    match sort {
        OrderSort::Newest => "newest-",
        OrderSort::Oldest => "oldest-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::OrderStatus;
    use crate::projection::plans::plan;

    /// However long the list is, a page costs what a page costs: rows come from an index in the order of the list.
    #[test]
    fn every_filter_reads_in_list_order() {
        let customer = || Some("Ada".to_owned());
        let paid = || Some(OrderStatus::Paid);
        for sort in [OrderSort::Newest, OrderSort::Oldest] {
            for (customer, status, index) in [
                (None, None, "PRIMARY KEY (rowid"),
                (customer(), None, "orders_by_customer (customer=? AND rowid"),
                (
                    None,
                    paid(),
                    "orders_by_status (status=? AND placed_position",
                ),
                (
                    customer(),
                    paid(),
                    "orders_by_customer (customer=? AND rowid",
                ),
            ] {
                let query = OrderQuery {
                    status,
                    customer,
                    sort,
                    ..OrderQuery::default()
                };
                let list = list_statement(&query, Some(Position(7)), 10);
                let plan = plan(include_str!("schema.sql"), list.sql().as_str());
                assert!(plan.contains(index), "{plan}");
                assert!(!plan.contains("B-TREE"), "{plan}");
            }
        }
    }
}
