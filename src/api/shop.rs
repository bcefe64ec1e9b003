//! What users read: orders, stock, sales.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{
    AsOf, Bucket, Listing, OrderDetail, OrderId, OrderQuery, OrdersView, Position, Problem,
    SalesRow, SearchHit, StockRow,
};

/// A page of the order list.
#[server(prefix = "/api/fn/view", endpoint = "orders", input = GetUrl)]
pub async fn list_orders(
    /// Which orders.
    #[server(default)]
    query: OrderQuery,
) -> Result<OrdersView, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    Ok(models.orders.list(&query, log.head().position).await?)
}

/// One order with its history, at `min_position` or later where the read model gets there within a second.
#[server(prefix = "/api/fn/view", endpoint = "order", input = GetUrl)]
pub async fn get_order(
    /// The order.
    order_id: OrderId,
    /// The position of a command whose effect the answer should hold.
    min_position: Option<Position>,
) -> Result<Option<AsOf<OrderDetail>>, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    let monitor = crate::request::provided::<crate::subscription::Monitor>()?;
    if let Some(position) = min_position {
        let patience = std::time::Duration::from_secs(1);
        // A page shows what there is, and says as of when: being late is no error here.
        let _late = monitor.reached("orders", position, patience).await;
    }
    Ok(models.orders.get(order_id, log.head().position).await?)
}

/// Orders that match a few words.
#[server(prefix = "/api/fn/view", endpoint = "search", input = GetUrl)]
pub async fn search_orders(
    /// The words.
    q: String,
) -> Result<Listing<SearchHit>, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    Ok(models
        .search
        .find(&q, 50, None, log.head().position)
        .await?)
}

/// Every product with its stock.
#[server(prefix = "/api/fn/view", endpoint = "stock", input = GetUrl)]
pub async fn list_stock() -> Result<Listing<StockRow>, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    Ok(models.stock.list(None, 1_000, log.head().position).await?)
}

/// The sales report, newest bucket first.
#[server(prefix = "/api/fn/view", endpoint = "sales", input = GetUrl)]
pub async fn list_sales(
    /// How long its buckets are.
    bucket: Bucket,
) -> Result<Listing<SalesRow>, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    Ok(models
        .sales
        .list(bucket, None, None, log.head().position)
        .await?)
}
