//! The sales report as it was.

use super::query::{DAY_MICROS, Sales, SalesQuery, cursor};
use super::row::StoredThen;
use crate::contract::{Bucket, Freshness, Listing, Position, SalesRow, Then};
use crate::projection::{ProjectionError, page};

impl Sales {
    /// One page of the report as it was when the log stood at a position, newest first, each row beside what it is now.
    ///
    /// # Errors
    /// `NotThere` when the read model has not come to the position; `BadCursor` when the cursor is not from an answer to
    /// the same question; when the database fails.
    pub async fn page_at(
        &self,
        query: &SalesQuery,
        at: Position,
        head: Position,
    ) -> Result<Listing<Then<SalesRow>>, ProjectionError> {
        let limit = page::limit(query.limit);
        let last = query.last_row()?;
        let (from, to) = query.range();
        let statement = match query.bucket {
            Bucket::Hour => include_str!("hours_at.sql"),
            Bucket::Day => include_str!("days_at.sql"),
        };
        let mut snapshot = self.reader.past(at).await?;
        let stored: Vec<StoredThen> = sqlx::query_as(statement)
            .bind(from)
            .bind(to)
            .bind(last.0)
            .bind(last.1)
            .bind(limit.saturating_add(1))
            .bind(DAY_MICROS)
            .bind(at.to_sql())
            .fetch_all(snapshot.connection())
            .await?;
        let rows = stored.into_iter().map(Then::try_from);
        Ok(page::listing(
            rows.collect::<Result<_, _>>()?,
            limit,
            |row: &Then<SalesRow>| cursor(&row.then, query.bucket),
            Freshness::new(at, head),
        ))
    }
}
