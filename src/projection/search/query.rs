use sqlx::FromRow;

use super::terms::Terms;
use crate::contract::{Freshness, Listing, Position, SearchHit, Timestamp};
use crate::projection::place::Reader;
use crate::projection::{ProjectionError, columns, page};

/// How many of the newest matches are ranked.
pub(super) const RANKED: u32 = 1_000;

/// Asks the search index.
#[derive(Clone, Debug)]
pub struct Search {
    pub(super) reader: Reader,
}

impl Search {
    pub(crate) fn new(reader: Reader) -> Search {
        Search { reader }
    }

    /// The last position that the index has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<Position, ProjectionError> {
        self.reader.checkpoint().await
    }

    /// Orders that have every word of `text`, the last one perhaps unfinished: best first, then newest first. Only the
    /// newest 1,000 matches are ranked and given; what is older is found by asking more precisely.
    ///
    /// Any text is a good question; one without letters and digits finds nothing. A word's worth depends on how rare
    /// it is, so a later page may show an order again, or miss one, when many came in between.
    ///
    /// # Errors
    /// `BadCursor` when the cursor is not from a search; when the database fails.
    pub async fn find(
        &self,
        text: &str,
        limit: u32,
        cursor: Option<&str>,
        head: Position,
    ) -> Result<Listing<SearchHit>, ProjectionError> {
        let limit = page::limit(Some(limit));
        let after = rank_of(cursor)?;
        let mut snapshot = self.reader.snapshot().await?;
        let stored: Vec<StoredHit> = match Terms::of(text) {
            Some(terms) => {
                sqlx::query_as(include_str!("find.sql"))
                    .bind(terms.query())
                    .bind(RANKED)
                    .bind(limit.saturating_add(1))
                    .bind(after.0)
                    .bind(after.1)
                    .fetch_all(snapshot.connection())
                    .await?
            }
            None => Vec::new(),
        };
        let freshness = Freshness::new(snapshot.as_of(), head);
        let page = page::listing(stored, limit, StoredHit::cursor, freshness);
        let hits = page.items.into_iter().map(SearchHit::try_from);
        Ok(Listing {
            items: hits.collect::<Result<_, _>>()?,
            next: page.next,
            freshness,
        })
    }
}

/// A place in the answer: the score (the lower, the better) and the order's place in the log (the higher, the newer).
pub(super) type Rank = (f64, i64);

const BEFORE_ALL: Rank = (f64::MIN, i64::MAX);

/// What a cursor of a search starts with; the bits of the score and the order's place in the log follow.
const CURSOR: &str = "rank-";

/// The last row of the page before; without a cursor, before all rows.
pub(super) fn rank_of(cursor: Option<&str>) -> Result<Rank, ProjectionError> {
    let Some(cursor) = cursor else {
        return Ok(BEFORE_ALL);
    };
    let parse = || {
        let (bits, position) = cursor.strip_prefix(CURSOR)?.split_once('-')?;
        let score = f64::from_bits(u64::from_str_radix(bits, 16).ok()?);
        Some((score, position.parse().ok()?))
    };
    parse()
        .filter(|(score, _)| score.is_finite())
        .ok_or_else(|| ProjectionError::BadCursor(cursor.to_owned()))
}

/// A row of find.sql.
#[derive(FromRow)]
pub(super) struct StoredHit {
    score: f64,
    placed_position: i64,
    order_id: String,
    customer: String,
    status: String,
    products: String,
    total: i64,
    currency: String,
    placed_at: i64,
}

impl StoredHit {
    /// The cursor of the page after the one that ends with this row.
    pub(super) fn cursor(&self) -> String {
        let bits = self.score.to_bits();
        format!("{CURSOR}{bits:x}-{}", self.placed_position)
    }
}

impl TryFrom<StoredHit> for SearchHit {
    type Error = ProjectionError;

    fn try_from(stored: StoredHit) -> Result<SearchHit, ProjectionError> {
        Ok(SearchHit {
            order_id: columns::order_id(&stored.order_id)?,
            customer: stored.customer,
            status: columns::status(&stored.status)?,
            products: stored.products,
            total: columns::money(stored.total, &stored.currency)?,
            placed_at: Timestamp::from_micros(stored.placed_at),
        })
    }
}
