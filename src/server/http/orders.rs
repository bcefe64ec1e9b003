//! Read models: orders, search, stock, sales.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;

use super::answers::Fresh;
use super::params::{PageSize, Word};
use super::reads::wait_for;
use crate::contract::{
    AsOf, Bucket, Listing, OrderDetail, OrderId, OrderQuery, OrderSort, OrderStatus, OrdersView,
    Position, Problem, ProblemKind, SalesRow, SearchHit, Sku, StockRow, Timestamp,
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
    wait_for(&app, "orders", params.min_position, params.wait_ms).await?;
    let query = OrderQuery {
        status: params.status,
        customer: Word::text(params.customer),
        sort: params.sort,
        cursor: params.cursor,
        limit: Some(params.limit.rows()),
    };
    let view = app
        .models
        .orders
        .list(&query, app.log.head().position)
        .await?;
    Ok(Fresh {
        freshness: view.listing.freshness,
        body: view,
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneParams {
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
    wait_for(&app, "orders", params.min_position, params.wait_ms).await?;
    match app.models.orders.get(id, app.log.head().position).await? {
        Some(order) => Ok(Fresh {
            freshness: order.freshness,
            body: order,
        }),
        None => {
            let as_of = app.monitor.position("orders").unwrap_or_default();
            let detail = format!("no order `{id}` as of #{as_of}");
            Err(Problem::new(ProblemKind::NotFound, detail)
                .with("as_of", as_of.0)
                .into())
        }
    }
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
    wait_for(&app, "search", params.min_position, params.wait_ms).await?;
    let (limit, head) = (params.limit.rows(), app.log.head().position);
    let found = app
        .models
        .search
        .find(&params.q, limit, params.cursor.as_deref(), head)
        .await?;
    Ok(Fresh {
        freshness: found.freshness,
        body: found,
    })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StockParams {
    /// Where the page starts: `next` of the page before.
    cursor: Option<String>,
    /// Rows a page.
    #[serde(default)]
    limit: PageSize,
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
    wait_for(&app, "stock", params.min_position, params.wait_ms).await?;
    let (limit, head) = (params.limit.rows(), app.log.head().position);
    let stock = app
        .models
        .stock
        .list(params.cursor.as_deref(), limit, head)
        .await?;
    Ok(Fresh {
        freshness: stock.freshness,
        body: stock,
    })
}

/// `GET /inventory/{sku}`.
pub(super) async fn stock_of(
    State(app): State<App>,
    InPath(sku): InPath<Sku>,
    Params(params): Params<OneParams>,
) -> Answer<AsOf<StockRow>> {
    wait_for(&app, "stock", params.min_position, params.wait_ms).await?;
    match app.models.stock.get(&sku, app.log.head().position).await? {
        Some(stock) => Ok(Fresh {
            freshness: stock.freshness,
            body: stock,
        }),
        None => Err(Problem::new(ProblemKind::NotFound, format!("no product `{sku}`")).into()),
    }
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
    wait_for(&app, "sales", params.min_position, params.wait_ms).await?;
    let head = app.log.head().position;
    let query = SalesQuery {
        bucket: params.bucket,
        from: params.from,
        to: params.to,
        cursor: params.cursor,
        limit: Some(params.limit.rows()),
    };
    let sales = app.models.sales.page(&query, head).await?;
    Ok(Fresh {
        freshness: sales.freshness,
        body: sales,
    })
}
