use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::list::{cursor, list_statement, select, start_of};
use super::row::{StoredEntry, StoredOrder};
use super::store::counts_in_tx;
use crate::contract::{
    AsOf, Freshness, HistoryEntry, OrderCounts, OrderDetail, OrderId, OrderQuery, OrderRow,
    OrdersView, Position,
};
use crate::projection::place::{Reader, Snapshot};
use crate::projection::{Changes, ProjectionError, columns, page};

/// Asks the order list.
#[derive(Clone, Debug)]
pub struct Orders {
    pub(super) reader: Reader,
}

impl Orders {
    pub(crate) fn new(reader: Reader) -> Orders {
        Orders { reader }
    }

    /// The last position that the list has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<Position, ProjectionError> {
        self.reader.checkpoint().await
    }

    /// One page of the list, with the counts of the whole list.
    ///
    /// # Errors
    /// `BadCursor` when the cursor is not from an answer to the same question; when the database fails.
    pub async fn list(
        &self,
        query: &OrderQuery,
        head: Position,
    ) -> Result<OrdersView, ProjectionError> {
        let limit = page::limit(query.limit);
        let start = start_of(query)?;
        let mut snapshot = self.reader.snapshot().await?;
        let rows = rows(list_statement(query, start, limit), snapshot.connection()).await?;
        let counts = counts(&mut snapshot).await?;
        let freshness = Freshness::new(snapshot.as_of(), head);
        let listing = page::listing(rows, limit, |row| cursor(row, query.sort), freshness);
        Ok(OrdersView { listing, counts })
    }

    /// One order with its history; `None` when the read model does not have it (yet).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(
        &self,
        id: OrderId,
        head: Position,
    ) -> Result<Option<AsOf<OrderDetail>>, ProjectionError> {
        let mut snapshot = self.reader.snapshot().await?;
        let mut one = select();
        one.push(" WHERE order_id = ")
            .push_bind(id.0.as_bytes().to_vec());
        let Some(row) = rows(one, snapshot.connection()).await?.pop() else {
            return Ok(None);
        };
        let history = history(id, &mut snapshot).await?;
        Ok(Some(AsOf {
            item: OrderDetail { row, history },
            freshness: Freshness::new(snapshot.as_of(), head),
        }))
    }

    /// How many orders have each status. Costs the same for any number of orders.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts(&self, head: Position) -> Result<AsOf<OrderCounts>, ProjectionError> {
        let mut snapshot = self.reader.snapshot().await?;
        Ok(AsOf {
            item: counts(&mut snapshot).await?,
            freshness: Freshness::new(snapshot.as_of(), head),
        })
    }

    /// Orders that are new or changed since `after`, at most `limit` of them, and the counts of the whole list.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changed_since(
        &self,
        after: Position,
        limit: u32,
    ) -> Result<(Changes<OrderRow>, OrderCounts), ProjectionError> {
        let limit = page::limit(Some(limit));
        let mut changed = select();
        changed
            .push(" WHERE position > ")
            .push_bind(after.to_sql())
            .push(" ORDER BY position LIMIT ")
            .push_bind(limit);
        let mut snapshot = self.reader.snapshot().await?;
        let rows = rows(changed, snapshot.connection()).await?;
        let counts = counts(&mut snapshot).await?;
        let changes = Changes::new(rows, limit, snapshot.as_of(), |row| row.position);
        Ok((changes, counts))
    }
}

async fn rows(
    mut statement: QueryBuilder<Sqlite>,
    connection: &mut SqliteConnection,
) -> Result<Vec<OrderRow>, ProjectionError> {
    let stored: Vec<StoredOrder> = statement.build_query_as().fetch_all(connection).await?;
    stored.into_iter().map(OrderRow::try_from).collect()
}

/// The history of an order up to where the snapshot looks.
pub(super) async fn history(
    id: OrderId,
    snapshot: &mut Snapshot,
) -> Result<Vec<HistoryEntry>, ProjectionError> {
    let stored: Vec<StoredEntry> = sqlx::query_as(include_str!("history.sql"))
        .bind(id.0.as_bytes().as_slice())
        .bind(snapshot.as_of().to_sql())
        .fetch_all(snapshot.connection())
        .await?;
    stored.into_iter().map(HistoryEntry::try_from).collect()
}

/// The counts where the snapshot looks.
pub(super) async fn counts(snapshot: &mut Snapshot) -> Result<OrderCounts, ProjectionError> {
    let at = snapshot.as_of();
    let counts = counts_in_tx(snapshot.connection(), at).await?;
    let [placed, reserved, paid, confirmed, shipped, cancelled] = counts.map(columns::count);
    Ok(OrderCounts {
        placed,
        reserved,
        paid,
        confirmed,
        shipped,
        cancelled,
    })
}
