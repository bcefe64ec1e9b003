//! Read models: orders, search, stock, sales.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::reads::{fresh, wait_for};
use crate::contract::{
    Bucket, OrderId, OrderQuery, OrderSort, OrderStatus, Position, Problem, ProblemKind, Sku,
    Timestamp,
};
use crate::problems::ProblemResponse;
use crate::server::extract::{InPath, Params};
use crate::server::state::App;

type Answer = Result<Response, ProblemResponse>;

/// Rows of a page when the request does not say.
const LIMIT: u32 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    status: Option<OrderStatus>,
    customer: Option<String>,
    #[serde(default)]
    sort: OrderSort,
    cursor: Option<String>,
    limit: Option<u32>,
    min_position: Option<Position>,
    wait_ms: Option<u64>,
}

/// `GET /orders`.
pub(super) async fn list(State(app): State<App>, Params(params): Params<ListParams>) -> Answer {
    wait_for(&app, "orders", params.min_position, params.wait_ms).await?;
    let query = OrderQuery {
        status: params.status,
        customer: params.customer,
        sort: params.sort,
        cursor: params.cursor,
        limit: Some(params.limit.unwrap_or(LIMIT)),
    };
    let view = app
        .models
        .orders
        .list(&query, app.log.head().position)
        .await?;
    Ok(fresh(view.listing.freshness, &view))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneParams {
    min_position: Option<Position>,
    wait_ms: Option<u64>,
}

/// `GET /orders/{id}`.
pub(super) async fn one(
    State(app): State<App>,
    InPath(id): InPath<OrderId>,
    Params(params): Params<OneParams>,
) -> Answer {
    wait_for(&app, "orders", params.min_position, params.wait_ms).await?;
    match app.models.orders.get(id, app.log.head().position).await? {
        Some(order) => Ok(fresh(order.freshness, &order)),
        None => {
            let as_of = app.monitor.position("orders").unwrap_or_default();
            let detail = format!("no order `{id}` as of #{as_of}");
            Err(Problem::new(ProblemKind::NotFound, detail)
                .with("as_of", as_of.0)
                .into())
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchParams {
    q: String,
    cursor: Option<String>,
    limit: Option<u32>,
    min_position: Option<Position>,
    wait_ms: Option<u64>,
}

/// `GET /orders/search`.
pub(super) async fn search(State(app): State<App>, Params(params): Params<SearchParams>) -> Answer {
    wait_for(&app, "search", params.min_position, params.wait_ms).await?;
    let (limit, head) = (params.limit.unwrap_or(LIMIT), app.log.head().position);
    let found = app
        .models
        .search
        .find(&params.q, limit, params.cursor.as_deref(), head)
        .await?;
    Ok(fresh(found.freshness, &found))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StockParams {
    cursor: Option<String>,
    limit: Option<u32>,
    min_position: Option<Position>,
    wait_ms: Option<u64>,
}

/// `GET /inventory`.
pub(super) async fn inventory(
    State(app): State<App>,
    Params(params): Params<StockParams>,
) -> Answer {
    wait_for(&app, "stock", params.min_position, params.wait_ms).await?;
    let (limit, head) = (params.limit.unwrap_or(LIMIT), app.log.head().position);
    let stock = app
        .models
        .stock
        .list(params.cursor.as_deref(), limit, head)
        .await?;
    Ok(fresh(stock.freshness, &stock))
}

/// `GET /inventory/{sku}`.
pub(super) async fn stock_of(
    State(app): State<App>,
    InPath(sku): InPath<Sku>,
    Params(params): Params<OneParams>,
) -> Answer {
    wait_for(&app, "stock", params.min_position, params.wait_ms).await?;
    match app.models.stock.get(&sku, app.log.head().position).await? {
        Some(stock) => Ok(fresh(stock.freshness, &stock)),
        None => Err(Problem::new(ProblemKind::NotFound, format!("no product `{sku}`")).into()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SalesParams {
    #[serde(default)]
    bucket: Bucket,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    min_position: Option<Position>,
    wait_ms: Option<u64>,
}

/// `GET /sales`.
pub(super) async fn sales(State(app): State<App>, Params(params): Params<SalesParams>) -> Answer {
    wait_for(&app, "sales", params.min_position, params.wait_ms).await?;
    let head = app.log.head().position;
    let sales = app
        .models
        .sales
        .list(params.bucket, params.from, params.to, head)
        .await?;
    Ok(fresh(sales.freshness, &sales))
}
