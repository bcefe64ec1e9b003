//! The stock list as it was.

use super::query::{Stock, cursor, sku_of};
use super::row::StoredThen;
use crate::contract::{AsOf, Freshness, Listing, Position, Sku, StockRow, Then};
use crate::projection::{ProjectionError, page};

impl Stock {
    /// One page of the products, by sku, as they were when the log stood at a position, each beside what it is now.
    ///
    /// # Errors
    /// `NotThere` when the read model has not come to the position; `BadCursor` when the cursor is not from an answer of
    /// this list; when the database fails.
    pub async fn list_at(
        &self,
        start: Option<&str>,
        limit: u32,
        at: Position,
        head: Position,
    ) -> Result<Listing<Then<StockRow>>, ProjectionError> {
        let limit = page::limit(Some(limit));
        let after = start.map(sku_of).transpose()?;
        let mut snapshot = self.reader.past(at).await?;
        let stored: Vec<StoredThen> = sqlx::query_as(include_str!("list_at.sql"))
            .bind(after.as_ref().map_or("", Sku::as_str))
            .bind(limit.saturating_add(1))
            .bind(at.to_sql())
            .fetch_all(snapshot.connection())
            .await?;
        let rows = stored.into_iter().map(Then::try_from);
        Ok(page::listing(
            rows.collect::<Result<_, _>>()?,
            limit,
            |row: &Then<StockRow>| cursor(&row.then),
            Freshness::new(at, head),
        ))
    }

    /// One product as it was when the log stood at a position; `None` when it had not been registered.
    ///
    /// # Errors
    /// `NotThere` when the read model has not come to the position; when the database fails.
    pub async fn get_at(
        &self,
        sku: &Sku,
        at: Position,
        head: Position,
    ) -> Result<Option<AsOf<StockRow>>, ProjectionError> {
        let mut snapshot = self.reader.past(at).await?;
        let stored: Option<StoredThen> = sqlx::query_as(include_str!("get_at.sql"))
            .bind(sku.as_str())
            .bind(at.to_sql())
            .fetch_optional(snapshot.connection())
            .await?;
        let Some(stored) = stored else {
            return Ok(None);
        };
        Ok(Some(AsOf {
            item: Then::try_from(stored)?.then,
            freshness: Freshness::new(at, head),
        }))
    }
}
