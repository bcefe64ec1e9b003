//! The search index as it was.

use sqlx::{FromRow, SqliteConnection};

use super::heard::hear_in_tx;
use super::query::{RANKED, Rank, Search, StoredHit, rank_of};
use super::terms::Terms;
use crate::contract::{Freshness, Listing, Position, SearchHit, Then};
use crate::projection::{ProjectionError, columns, page};

impl Search {
    /// As [`find`](Search::find), when the log stood at a position; each order beside what it is now. How much a word is
    /// worth depends on the orders that were found, not on all that there were: the past of an index is not kept.
    ///
    /// # Errors
    /// `NotThere` when the read model has not come to the position; `BadCursor` when the cursor is not from a search;
    /// when the database fails.
    pub async fn find_at(
        &self,
        text: &str,
        limit: u32,
        cursor: Option<&str>,
        at: Position,
        head: Position,
    ) -> Result<Listing<Then<SearchHit>>, ProjectionError> {
        let limit = page::limit(Some(limit));
        let after = rank_of(cursor)?;
        let mut snapshot = self.reader.past(at).await?;
        let stored = match Terms::of(text) {
            Some(terms) => {
                let tx = snapshot.connection();
                hear_in_tx(tx, &terms, at).await?;
                rank_in_tx(tx, &terms, after, limit.saturating_add(1)).await?
            }
            None => Vec::new(),
        };
        let freshness = Freshness::new(at, head);
        let page = page::listing(stored, limit, |hit| hit.now.cursor(), freshness);
        let hits = page.items.into_iter().map(Then::try_from);
        Ok(Listing {
            items: hits.collect::<Result<_, _>>()?,
            next: page.next,
            freshness,
        })
    }
}

/// Those of the documents heard that have all words, best first.
async fn rank_in_tx(
    tx: &mut SqliteConnection,
    terms: &Terms,
    after: Rank,
    rows: u32,
) -> Result<Vec<StoredThen>, ProjectionError> {
    Ok(sqlx::query_as(include_str!("find_at.sql"))
        .bind(terms.query())
        .bind(RANKED)
        .bind(rows)
        .bind(after.0)
        .bind(after.1)
        .fetch_all(tx)
        .await?)
}

#[derive(FromRow)]
struct StoredThen {
    #[sqlx(flatten)]
    now: StoredHit,
    then_status: String,
}

impl TryFrom<StoredThen> for Then<SearchHit> {
    type Error = ProjectionError;

    fn try_from(stored: StoredThen) -> Result<Then<SearchHit>, ProjectionError> {
        let now = SearchHit::try_from(stored.now)?;
        let then = SearchHit {
            status: columns::status(&stored.then_status)?,
            ..now.clone()
        };
        let now = (then != now).then_some(now);
        Ok(Then { then, now })
    }
}
