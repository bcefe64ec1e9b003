//! The order list as it was.

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use super::list::{cursor, start_of};
use super::query::{Orders, counts, history};
use super::row::{COLUMNS, StoredOrder};
use crate::contract::{
    AsOf, Freshness, OrderDetail, OrderId, OrderQuery, OrderRow, PastOrders, Position, Then,
    Timestamp,
};
use crate::projection::past::{Span, push_standing};
use crate::projection::{ProjectionError, columns, page};

impl Orders {
    /// One page of the list as it was when the log stood at a position, each row beside what it is now, and the counts of
    /// the whole list as they were.
    ///
    /// # Errors
    /// `NotThere` when the read model has not come to the position; `BadCursor` when the cursor is not from an answer to
    /// the same question; when the database fails.
    pub async fn list_at(
        &self,
        query: &OrderQuery,
        at: Position,
        head: Position,
    ) -> Result<PastOrders, ProjectionError> {
        let limit = page::limit(query.limit);
        let span = Span::page(at, query.sort, start_of(query)?, limit.saturating_add(1));
        let mut snapshot = self.reader.past(at).await?;
        let rows = rows(list_at(query, at, span), snapshot.connection()).await?;
        let counts = counts(&mut snapshot).await?;
        let freshness = Freshness::new(at, head);
        let listing = page::listing(rows, limit, |row| cursor(&row.then, query.sort), freshness);
        Ok(PastOrders { listing, counts })
    }

    /// One order as it was when the log stood at a position, with its history up to there; `None` when it had not been
    /// placed.
    ///
    /// # Errors
    /// `NotThere` when the read model has not come to the position; when the database fails.
    pub async fn get_at(
        &self,
        id: OrderId,
        at: Position,
        head: Position,
    ) -> Result<Option<AsOf<OrderDetail>>, ProjectionError> {
        let mut snapshot = self.reader.past(at).await?;
        let mut one = select_at(at);
        one.push(" WHERE orders.order_id = ")
            .push_bind(id.0.as_bytes().to_vec())
            .push(" AND orders.placed_position <= ")
            .push_bind(at.to_sql());
        let Some(Then { then: row, .. }) = rows(one, snapshot.connection()).await?.pop() else {
            return Ok(None);
        };
        let history = history(id, &mut snapshot).await?;
        Ok(Some(AsOf {
            item: OrderDetail { row, history },
            freshness: Freshness::new(at, head),
        }))
    }
}

/// An order as it is, and what it said as of a position where it has changed since: what its history has as the last.
fn select_at(at: Position) -> QueryBuilder<Sqlite> {
    let mut select = QueryBuilder::new("SELECT ");
    let columns = COLUMNS.split(", ").map(|name| format!("orders.{name}"));
    select
        .push(columns.collect::<Vec<_>>().join(", "))
        .push(
            ", past.status AS then_status, past.cancel_reason AS then_reason, past.position AS then_position, \
             past.recorded_at AS then_at \
             FROM orders LEFT JOIN order_history AS past \
             ON past.order_id = orders.order_id AND orders.position > ",
        )
        .push_bind(at.to_sql())
        .push(
            " AND past.position = (SELECT position FROM order_history AS last \
             WHERE last.order_id = orders.order_id AND last.status IS NOT NULL AND last.position <= ",
        )
        .push_bind(at.to_sql())
        .push(" ORDER BY last.position DESC LIMIT 1)");
    select
}

/// A span of the list as of a position, with the question's filters. A customer has fewer orders than a status.
fn list_at(query: &OrderQuery, at: Position, span: Span) -> QueryBuilder<Sqlite> {
    let mut list = select_at(at);
    match (&query.customer, query.status) {
        (None, Some(status)) => {
            list.push(" WHERE orders.placed_position IN (");
            push_standing(&mut list, "orders", status, at, span);
            list.push(")");
        }
        (customer, status) => {
            list.push(" WHERE ");
            span.push_where(&mut list, "orders.placed_position");
            if let Some(customer) = customer {
                list.push(" AND orders.customer = ")
                    .push_bind(customer.clone());
            }
            if let Some(status) = status {
                list.push(" AND coalesce(past.status, orders.status) = ")
                    .push_bind(status.as_str());
            }
        }
    }
    span.push_end(&mut list, "orders.placed_position");
    list
}

async fn rows(
    mut statement: QueryBuilder<Sqlite>,
    connection: &mut SqliteConnection,
) -> Result<Vec<Then<OrderRow>>, ProjectionError> {
    let stored: Vec<StoredThen> = statement.build_query_as().fetch_all(connection).await?;
    stored.into_iter().map(Then::try_from).collect()
}

/// A row of [`select_at`].
#[derive(FromRow)]
struct StoredThen {
    #[sqlx(flatten)]
    now: StoredOrder,
    then_status: Option<String>,
    then_reason: Option<String>,
    then_position: Option<i64>,
    then_at: Option<i64>,
}

impl TryFrom<StoredThen> for Then<OrderRow> {
    type Error = ProjectionError;

    fn try_from(stored: StoredThen) -> Result<Then<OrderRow>, ProjectionError> {
        let now = OrderRow::try_from(stored.now)?;
        let past = (stored.then_status, stored.then_position, stored.then_at);
        let (Some(status), Some(position), Some(at)) = past else {
            return Ok(Then {
                then: now,
                now: None,
            });
        };
        let then = OrderRow {
            status: columns::status(&status)?,
            cancel_reason: stored.then_reason,
            updated_at: Timestamp::from_micros(at),
            position: Position::from_sql(position),
            ..now.clone()
        };
        Ok(Then {
            then,
            now: Some(now),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{OrderSort, OrderStatus};
    use crate::projection::model::Model;
    use crate::projection::orders::OrdersModel;
    use crate::projection::plans::plan;

    /// However long the list and its history are, a page costs what a page costs.
    #[test]
    fn a_page_of_the_past_is_found_by_key() {
        let customer = || Some("Ada".to_owned());
        let paid = || Some(OrderStatus::Paid);
        for sort in [OrderSort::Newest, OrderSort::Oldest] {
            for (customer, status, index) in [
                (None, None, "orders USING INTEGER PRIMARY KEY (rowid"),
                (customer(), None, "orders_by_customer (customer=? AND rowid"),
                (
                    customer(),
                    paid(),
                    "orders_by_customer (customer=? AND rowid",
                ),
                (
                    None,
                    paid(),
                    "orders_by_status (status=? AND placed_position",
                ),
            ] {
                let query = OrderQuery {
                    status,
                    customer,
                    sort,
                    ..OrderQuery::default()
                };
                let span = Span::page(Position(9), sort, Some(Position(7)), 10);
                let list = list_at(&query, Position(9), span);
                let plan = plan(OrdersModel::SCHEMA, list.sql().as_str());
                assert!(plan.contains(index), "{plan}");
                let whole = |line: &str| {
                    line.contains("SCAN")
                        && !line.contains("VIRTUAL TABLE")
                        && !line.contains("(subquery")
                };
                assert!(!plan.lines().any(whole), "{plan}");
            }
        }
    }
}
