use super::row::StoredSales;
use crate::contract::{Bucket, Currency, Freshness, Listing, Position, SalesRow, Timestamp};
use crate::projection::place::Reader;
use crate::projection::{Changes, ProjectionError, page};

pub(super) const DAY_MICROS: i64 = 86_400_000_000;

/// Asks the sales report.
#[derive(Clone, Debug)]
pub struct Sales {
    pub(super) reader: Reader,
}

/// Which part of the sales report is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SalesQuery {
    /// How long the buckets are.
    pub bucket: Bucket,
    /// Only buckets that this time lies in or that begin after it.
    pub from: Option<Timestamp>,
    /// Only buckets that begin before this time.
    pub to: Option<Timestamp>,
    /// Where the page starts, as an earlier answer's `next` said.
    pub cursor: Option<String>,
    /// Rows a page; the server's limit when absent or larger.
    pub limit: Option<u32>,
}

impl SalesQuery {
    /// The last row of the page before.
    pub(super) fn last_row(&self) -> Result<(i64, String), ProjectionError> {
        match &self.cursor {
            Some(text) => last_row(text, self.bucket),
            // Every row is below this one.
            None => Ok((i64::MAX, String::new())),
        }
    }

    /// The first hour that the range has, and the first after it.
    pub(super) fn range(&self) -> (Option<i64>, Option<i64>) {
        (
            self.from.map(|from| start(from, self.bucket)),
            self.to.map(|to| end(to, self.bucket)),
        )
    }
}

impl Sales {
    pub(crate) fn new(reader: Reader) -> Sales {
        Sales { reader }
    }

    /// The last position that the report has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<Position, ProjectionError> {
        self.reader.checkpoint().await
    }

    /// The newest buckets of a range; as [`page`](Sales::page), from its start and as long as a page may be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        bucket: Bucket,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        head: Position,
    ) -> Result<Listing<SalesRow>, ProjectionError> {
        let query = SalesQuery {
            bucket,
            from,
            to,
            ..SalesQuery::default()
        };
        self.page(&query, head).await
    }

    /// One page of the report, newest first; a bucket has a row for each currency.
    ///
    /// # Errors
    /// `BadCursor` when the cursor is not from an answer to the same question; when the database fails.
    pub async fn page(
        &self,
        query: &SalesQuery,
        head: Position,
    ) -> Result<Listing<SalesRow>, ProjectionError> {
        let limit = page::limit(query.limit);
        let last = query.last_row()?;
        let (from, to) = query.range();
        let statement = match query.bucket {
            Bucket::Hour => include_str!("hours.sql"),
            Bucket::Day => include_str!("days.sql"),
        };
        let mut snapshot = self.reader.snapshot().await?;
        let stored: Vec<StoredSales> = sqlx::query_as(statement)
            .bind(from)
            .bind(to)
            .bind(last.0)
            .bind(last.1)
            .bind(limit.saturating_add(1))
            .bind(DAY_MICROS)
            .fetch_all(snapshot.connection())
            .await?;
        Ok(page::listing(
            rows(stored)?,
            limit,
            |row| cursor(row, query.bucket),
            Freshness::new(snapshot.as_of(), head),
        ))
    }

    /// Buckets that are new or changed since `after`, at most `limit` rows of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changed_since(
        &self,
        bucket: Bucket,
        after: Position,
        limit: u32,
    ) -> Result<Changes<SalesRow>, ProjectionError> {
        let limit = page::limit(Some(limit));
        let statement = match bucket {
            Bucket::Hour => include_str!("hours_changed_since.sql"),
            Bucket::Day => include_str!("days_changed_since.sql"),
        };
        let mut snapshot = self.reader.snapshot().await?;
        let stored: Vec<StoredSales> = sqlx::query_as(statement)
            .bind(after.to_sql())
            .bind(limit)
            .bind(DAY_MICROS)
            .fetch_all(snapshot.connection())
            .await?;
        let as_of = snapshot.as_of();
        Ok(Changes::new(rows(stored)?, limit, as_of, |row| {
            row.position
        }))
    }
}

/// The start of the bucket that a time lies in, as the table has it.
fn start(time: Timestamp, bucket: Bucket) -> i64 {
    match bucket {
        Bucket::Hour => time.start_of_hour(),
        Bucket::Day => time.start_of_day(),
    }
    .as_micros()
}

/// The first hour that a range to `time` does not have. A day that begins before `time` is whole in it: a row says the
/// same whatever the range.
fn end(time: Timestamp, bucket: Bucket) -> i64 {
    let began = start(time, bucket);
    match bucket {
        Bucket::Day if began < time.as_micros() => began.saturating_add(DAY_MICROS),
        Bucket::Day => began,
        Bucket::Hour => time.as_micros(),
    }
}

/// The cursor of the page after the one that ends with `row`.
pub(super) fn cursor(row: &SalesRow, bucket: Bucket) -> String {
    let start = row.bucket.as_micros();
    format!("{}{start}-{}", prefix(bucket), row.revenue.currency)
}

fn last_row(text: &str, bucket: Bucket) -> Result<(i64, String), ProjectionError> {
    let parse = || {
        let (start, currency) = text.strip_prefix(prefix(bucket))?.rsplit_once('-')?;
        let currency = Currency::parse(currency)?;
        Some((start.parse().ok()?, currency.as_str().to_owned()))
    };
    parse().ok_or_else(|| ProjectionError::BadCursor(text.to_owned()))
}

/// A cursor of hours means nothing in a list of days, so it says which one it is from.
fn prefix(bucket: Bucket) -> &'static str {
    match bucket {
        Bucket::Hour => "hour-",
        Bucket::Day => "day-",
    }
}

fn rows(stored: Vec<StoredSales>) -> Result<Vec<SalesRow>, ProjectionError> {
    stored.into_iter().map(SalesRow::try_from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_whole_days() {
        let noon = Timestamp::from_micros(DAY_MICROS * 10 + DAY_MICROS / 2);
        assert_eq!(start(noon, Bucket::Day), DAY_MICROS * 10);
        assert_eq!(end(noon, Bucket::Day), DAY_MICROS * 11);
        let midnight = Timestamp::from_micros(DAY_MICROS * 10);
        assert_eq!(end(midnight, Bucket::Day), DAY_MICROS * 10);
    }

    #[test]
    fn a_cursor_reads_back_in_its_own_list_only() {
        let read = last_row("day-86400000000-EUR", Bucket::Day);
        assert_eq!(read.ok(), Some((DAY_MICROS, "EUR".to_owned())));
        assert!(last_row("day-86400000000-EUR", Bucket::Hour).is_err());
        assert!(last_row("day-x-EUR", Bucket::Day).is_err());
        assert!(last_row("day-1-eur", Bucket::Day).is_err());
    }
}
