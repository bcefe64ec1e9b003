use super::row::StoredStock;
use crate::contract::{AsOf, Freshness, Listing, Position, Sku, StockRow};
use crate::projection::place::Reader;
use crate::projection::{Changes, ProjectionError, page};

/// What a cursor of this list starts with; the sku of the last row follows.
const CURSOR: &str = "sku-";

/// Asks the stock list.
#[derive(Clone, Debug)]
pub struct Stock {
    pub(super) reader: Reader,
}

impl Stock {
    pub(crate) fn new(reader: Reader) -> Stock {
        Stock { reader }
    }

    /// The last position that the list has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<Position, ProjectionError> {
        self.reader.checkpoint().await
    }

    /// One page of the products, by sku.
    ///
    /// # Errors
    /// `BadCursor` when the cursor is not from an answer of this list; when the database fails.
    pub async fn list(
        &self,
        start: Option<&str>,
        limit: u32,
        head: Position,
    ) -> Result<Listing<StockRow>, ProjectionError> {
        let limit = page::limit(Some(limit));
        let after = start.map(sku_of).transpose()?;
        let mut snapshot = self.reader.snapshot().await?;
        let stored: Vec<StoredStock> = sqlx::query_as(include_str!("list.sql"))
            .bind(after.as_ref().map_or("", Sku::as_str))
            .bind(limit.saturating_add(1))
            .fetch_all(snapshot.connection())
            .await?;
        Ok(page::listing(
            rows(stored)?,
            limit,
            cursor,
            Freshness::new(snapshot.as_of(), head),
        ))
    }

    /// One product; `None` when the read model does not have it (yet).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(
        &self,
        sku: &Sku,
        head: Position,
    ) -> Result<Option<AsOf<StockRow>>, ProjectionError> {
        let mut snapshot = self.reader.snapshot().await?;
        let stored: Option<StoredStock> = sqlx::query_as(include_str!("get.sql"))
            .bind(sku.as_str())
            .fetch_optional(snapshot.connection())
            .await?;
        let Some(stored) = stored else {
            return Ok(None);
        };
        Ok(Some(AsOf {
            item: stored.try_into()?,
            freshness: Freshness::new(snapshot.as_of(), head),
        }))
    }

    /// Products whose row is new or changed since `after`, at most `limit` of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changed_since(
        &self,
        after: Position,
        limit: u32,
    ) -> Result<Changes<StockRow>, ProjectionError> {
        let limit = page::limit(Some(limit));
        let mut snapshot = self.reader.snapshot().await?;
        let stored: Vec<StoredStock> = sqlx::query_as(include_str!("changed_since.sql"))
            .bind(after.to_sql())
            .bind(limit)
            .fetch_all(snapshot.connection())
            .await?;
        let as_of = snapshot.as_of();
        Ok(Changes::new(rows(stored)?, limit, as_of, |row| {
            row.position
        }))
    }
}

/// The cursor of the page after the one that ends with `row`.
pub(super) fn cursor(row: &StockRow) -> String {
    format!("{CURSOR}{}", row.sku)
}

/// The last row of the page before.
pub(super) fn sku_of(cursor: &str) -> Result<Sku, ProjectionError> {
    cursor
        .strip_prefix(CURSOR)
        .and_then(|text| Sku::try_new(text).ok())
        .ok_or_else(|| ProjectionError::BadCursor(cursor.to_owned()))
}

fn rows(stored: Vec<StoredStock>) -> Result<Vec<StockRow>, ProjectionError> {
    stored.into_iter().map(StockRow::try_from).collect()
}
