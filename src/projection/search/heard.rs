//! Which orders had all words of a question as of a position.
//!
//! The index has the words that documents have now. Of a document only its status and its reason change, and a reason only
//! where other programs move an order on that was cancelled. So for each status that documents can have had: the words
//! that this status answers are dropped from the question, the rest is asked of the index, and of what it finds those
//! are candidates that had the status. They are then read as they were, and asked for all words.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::query::RANKED;
use super::terms::Terms;
use crate::contract::{OrderSort, OrderStatus, Position};
use crate::projection::ProjectionError;
use crate::projection::past::{Span, push_standing, push_stood};

/// Statuses, and the words that documents with one of them must have elsewhere.
struct Part {
    statuses: Vec<OrderStatus>,
    rest: Vec<String>,
}

/// Reads, as they were, the documents that may have all words; at least the newest that do are among them.
pub(super) async fn hear_in_tx(
    tx: &mut SqliteConnection,
    terms: &Terms,
    at: Position,
) -> Result<(), ProjectionError> {
    sqlx::raw_sql(include_str!("heard.sql"))
        .execute(&mut *tx)
        .await?;
    let mut places = Vec::new();
    for part in parts_in_tx(tx, terms).await? {
        places.extend(places_in_tx(tx, &part, at).await?);
    }
    sqlx::query(include_str!("hear.sql"))
        .bind(serde_json::to_string(&places)?)
        .bind(at.to_sql())
        .execute(tx)
        .await?;
    Ok(())
}

/// The question in parts, one for all statuses that answer the same words. Cancelled orders are apart: theirs alone have
/// a reason.
async fn parts_in_tx(
    tx: &mut SqliteConnection,
    terms: &Terms,
) -> Result<Vec<Part>, ProjectionError> {
    let answered = answered_in_tx(tx, terms).await?;
    let mut parts: Vec<Part> = Vec::new();
    for status in OrderStatus::ALL {
        let word = status.as_str();
        let rest: Vec<String> = terms
            .each()
            .zip(&answered)
            .filter(|(_, by)| !by.iter().any(|answer| answer == word))
            .map(|(term, _)| term.to_owned())
            .collect();
        let is_alike = |part: &&mut Part| status != OrderStatus::Cancelled && part.rest == rest;
        match parts.iter_mut().find(is_alike) {
            Some(part) => part.statuses.push(status),
            None => parts.push(Part {
                statuses: vec![status],
                rest,
            }),
        }
    }
    Ok(parts)
}

/// For each word the statuses that answer it, as the index hears words.
async fn answered_in_tx(
    tx: &mut SqliteConnection,
    terms: &Terms,
) -> Result<Vec<Vec<String>>, ProjectionError> {
    sqlx::query("INSERT INTO temp.heard (status) SELECT value FROM json_each(?1)")
        .bind(serde_json::to_string(&OrderStatus::ALL)?)
        .execute(&mut *tx)
        .await?;
    let mut answered = Vec::new();
    for term in terms.each() {
        let statuses = sqlx::query_scalar("SELECT status FROM temp.heard WHERE heard MATCH ?1")
            .bind(term.to_owned())
            .fetch_all(&mut *tx)
            .await?;
        answered.push(statuses);
    }
    sqlx::query("DELETE FROM temp.heard").execute(tx).await?;
    Ok(answered)
}

/// The places of the newest orders that answer a part.
async fn places_in_tx(
    tx: &mut SqliteConnection,
    part: &Part,
    at: Position,
) -> Result<Vec<i64>, ProjectionError> {
    let is_cancelled = part.statuses == [OrderStatus::Cancelled];
    let rest = part.rest.join(" ");
    match (rest.is_empty(), is_cancelled) {
        (true, _) => {
            let mut places = Vec::new();
            for status in &part.statuses {
                places.extend(standing_in_tx(tx, *status, at).await?);
            }
            Ok(places)
        }
        (false, false) => {
            let query = format!("{{order_id customer products skus}} : ({rest})");
            with_words_in_tx(tx, include_str!("words_then.sql"), query, part, at).await
        }
        (false, true) => {
            let query = format!("{{order_id customer products skus reason}} : ({rest})");
            let still = include_str!("words_still.sql");
            let mut places = with_words_in_tx(tx, still, query, part, at).await?;
            places.extend(moved_on_in_tx(tx, at).await?);
            Ok(places)
        }
    }
}

async fn with_words_in_tx(
    tx: &mut SqliteConnection,
    statement: &'static str,
    query: String,
    part: &Part,
    at: Position,
) -> Result<Vec<i64>, ProjectionError> {
    Ok(sqlx::query_scalar(statement)
        .bind(query)
        .bind(at.to_sql())
        .bind(serde_json::to_string(&part.statuses)?)
        .bind(RANKED)
        .fetch_all(tx)
        .await?)
}

/// The newest orders that had a status.
async fn standing_in_tx(
    tx: &mut SqliteConnection,
    status: OrderStatus,
    at: Position,
) -> Result<Vec<i64>, ProjectionError> {
    let span = Span::page(at, OrderSort::Newest, None, RANKED);
    let mut standing = QueryBuilder::<Sqlite>::new("");
    push_standing(&mut standing, "documents", status, at, span);
    Ok(standing.build_query_scalar().fetch_all(tx).await?)
}

/// All orders that were cancelled and have moved on since. The index no longer has what their reason was.
async fn moved_on_in_tx(
    tx: &mut SqliteConnection,
    at: Position,
) -> Result<Vec<i64>, ProjectionError> {
    let mut moved = QueryBuilder::<Sqlite>::new("");
    push_stood(&mut moved, OrderStatus::Cancelled, at);
    Ok(moved.build_query_scalar().fetch_all(tx).await?)
}
