//! Read models: orders, search, stock, sales.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::answers::Fresh;
use super::params::{PageSize, Word};
use super::reads::{moment, not_there};
use crate::contract::{
    AsOf, Bucket, Listing, OrderDetail, OrderId, OrderQuery, OrderSort, OrderStatus, OrdersView,
    Position, SalesRow, SearchHit, Sku, StockRow, Timestamp, When,
};
use crate::problems::ProblemResponse;
use crate::projection::sales::SalesQuery;
use crate::server::extract::{InPath, Params};
use crate::server::state::App;

type Answer<T> = Result<Fresh<T>, ProblemResponse>;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    /// Only orders with this status.
    status: Option<OrderStatus>,
    /// Only orders of this customer, by the exact name.
    customer: Option<Word>,
    /// The order of the rows.
    #[serde(default)]
    sort: OrderSort,
    /// Where the page starts: `next` of the page before.
    cursor: Option<String>,
    /// Rows a page.
    #[serde(default)]
    limit: PageSize,
    /// As it was at this position of the log, or at this time.
    as_of: Option<When>,
    /// Answer once the read model has this position: that of your own write.
    min_position: Option<Position>,
    /// Wait for it so long at most, in milliseconds; 30,000 are the most.
    wait_ms: Option<u64>,
}

/// `GET /orders`.
pub(super) async fn list(
    State(app): State<App>,
    Params(params): Params<ListParams>,
) -> Answer<OrdersView> {
    let at = moment(
        &app,
        "orders",
        params.as_of,
        params.min_position,
        params.wait_ms,
    )
    .await?;
    let query = OrderQuery {
        status: params.status,
        customer: Word::text(params.customer),
        sort: params.sort,
        cursor: params.cursor,
        limit: Some(params.limit.rows()),
    };
    let (orders, head) = (&app.models.orders, app.log.head().position);
    let view = match at {
        None => orders.list(&query, head).await?,
        Some(at) => orders.list_at(&query, at, head).await?.then(),
    };
    Ok(Fresh {
        freshness: view.listing.freshness,
        body: view,
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneParams {
    /// As it was at this position of the log, or at this time.
    as_of: Option<When>,
    /// Answer once the read model has this position: that of your own write.
    min_position: Option<Position>,
    /// Wait for it so long at most, in milliseconds; 30,000 are the most.
    wait_ms: Option<u64>,
}

/// `GET /orders/{id}`.
pub(super) async fn one(
    State(app): State<App>,
    InPath(id): InPath<OrderId>,
    Params(params): Params<OneParams>,
) -> Answer<AsOf<OrderDetail>> {
    let at = moment(
        &app,
        "orders",
        params.as_of,
        params.min_position,
        params.wait_ms,
    )
    .await?;
    let (orders, head) = (&app.models.orders, app.log.head().position);
    let found = match at {
        None => orders.get(id, head).await?,
        Some(at) => orders.get_at(id, at, head).await?,
    };
    let found = found.ok_or_else(|| not_there(&app, "orders", at, &format!("order `{id}`")))?;
    Ok(found.into())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchParams {
    /// Words of the customer's name, the products or the order's id; each may be the beginning of one.
    q: String,
    /// Where the page starts: `next` of the page before.
    cursor: Option<String>,
    /// Rows a page.
    #[serde(default)]
    limit: PageSize,
    /// As it was at this position of the log, or at this time.
    as_of: Option<When>,
    /// Answer once the read model has this position: that of your own write.
    min_position: Option<Position>,
    /// Wait for it so long at most, in milliseconds; 30,000 are the most.
    wait_ms: Option<u64>,
}

/// `GET /orders/search`.
pub(super) async fn search(
    State(app): State<App>,
    Params(params): Params<SearchParams>,
) -> Answer<Listing<SearchHit>> {
    let at = moment(
        &app,
        "search",
        params.as_of,
        params.min_position,
        params.wait_ms,
    )
    .await?;
    let (search, head) = (&app.models.search, app.log.head().position);
    let (q, limit, cursor) = (&params.q, params.limit.rows(), params.cursor.as_deref());
    let found = match at {
        None => search.find(q, limit, cursor, head).await?,
        Some(at) => search.find_at(q, limit, cursor, at, head).await?.then(),
    };
    Ok(found.into())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StockParams {
    /// Where the page starts: `next` of the page before.
    cursor: Option<String>,
    /// Rows a page.
    #[serde(default)]
    limit: PageSize,
    /// As it was at this position of the log, or at this time.
    as_of: Option<When>,
    /// Answer once the read model has this position: that of your own write.
    min_position: Option<Position>,
    /// Wait for it so long at most, in milliseconds; 30,000 are the most.
    wait_ms: Option<u64>,
}

/// `GET /inventory`.
pub(super) async fn inventory(
    State(app): State<App>,
    Params(params): Params<StockParams>,
) -> Answer<Listing<StockRow>> {
    let at = moment(
        &app,
        "stock",
        params.as_of,
        params.min_position,
        params.wait_ms,
    )
    .await?;
    let (stock, head) = (&app.models.stock, app.log.head().position);
    let (limit, cursor) = (params.limit.rows(), params.cursor.as_deref());
    let stock = match at {
        None => stock.list(cursor, limit, head).await?,
        Some(at) => stock.list_at(cursor, limit, at, head).await?.then(),
    };
    Ok(stock.into())
}

/// `GET /inventory/{sku}`.
pub(super) async fn stock_of(
    State(app): State<App>,
    InPath(sku): InPath<Sku>,
    Params(params): Params<OneParams>,
) -> Answer<AsOf<StockRow>> {
    let at = moment(
        &app,
        "stock",
        params.as_of,
        params.min_position,
        params.wait_ms,
    )
    .await?;
    let (stock, head) = (&app.models.stock, app.log.head().position);
    let found = match at {
        None => stock.get(&sku, head).await?,
        Some(at) => stock.get_at(&sku, at, head).await?,
    };
    let found = found.ok_or_else(|| not_there(&app, "stock", at, &format!("product `{sku}`")))?;
    Ok(found.into())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SalesParams {
    /// How long a bucket is.
    #[serde(default)]
    bucket: Bucket,
    /// Only buckets that this time lies in or that begin after it.
    from: Option<Timestamp>,
    /// Only buckets that begin before this time.
    to: Option<Timestamp>,
    /// Where the page starts: `next` of the page before.
    cursor: Option<String>,
    /// Rows a page.
    #[serde(default)]
    limit: PageSize,
    /// As it was at this position of the log, or at this time.
    as_of: Option<When>,
    /// Answer once the read model has this position: that of your own write.
    min_position: Option<Position>,
    /// Wait for it so long at most, in milliseconds; 30,000 are the most.
    wait_ms: Option<u64>,
}

/// `GET /sales`.
pub(super) async fn sales(
    State(app): State<App>,
    Params(params): Params<SalesParams>,
) -> Answer<Listing<SalesRow>> {
    let at = moment(
        &app,
        "sales",
        params.as_of,
        params.min_position,
        params.wait_ms,
    )
    .await?;
    let head = app.log.head().position;
    let query = SalesQuery {
        bucket: params.bucket,
        from: params.from,
        to: params.to,
        cursor: params.cursor,
        limit: Some(params.limit.rows()),
    };
    let sales = match at {
        None => app.models.sales.page(&query, head).await?,
        Some(at) => app.models.sales.page_at(&query, at, head).await?.then(),
    };
    Ok(sales.into())
}
