//! What users read, as it was at a position of the log or at a time. A position that the log has not come to is taken for its head.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{
    Bucket, Listing, LogMoment, OrderQuery, PastOrders, PastPage, Problem, SalesRow, SearchHit,
    StockRow, Then, When,
};

/// Which position was the last one at a moment, and since when; absent: the log as it is.
#[server(prefix = "/api/fn/view", endpoint = "moment", input = GetUrl)]
pub async fn get_moment(
    /// The moment.
    at: Option<When>,
) -> Result<LogMoment, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    let position = match at {
        None => None,
        // A link into the future shows what there is.
        Some(When::Position(position)) => Some(position),
        Some(time) => Some(crate::event_log::position_of(&*log, time).await?),
    };
    Ok(crate::event_log::moment_at(&*log, position).await?)
}

/// A page of the order list.
#[server(prefix = "/api/fn/view", endpoint = "orders_at", input = GetUrl)]
pub async fn list_orders_at(
    /// Which orders.
    #[server(default)]
    query: OrderQuery,
    /// As of when.
    at: When,
) -> Result<PastPage<PastOrders>, Problem> {
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    let moment = get_moment(Some(at)).await?;
    let (at, head) = (moment.position, moment.head);
    let shown = models.orders.list_at(&query, at, head).await?;
    Ok(PastPage { moment, shown })
}

/// Orders that matched a few words.
#[server(prefix = "/api/fn/view", endpoint = "search_at", input = GetUrl)]
pub async fn search_orders_at(
    /// The words.
    q: String,
    /// As of when.
    at: When,
) -> Result<PastPage<Listing<Then<SearchHit>>>, Problem> {
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    let moment = get_moment(Some(at)).await?;
    let (at, head) = (moment.position, moment.head);
    let shown = models.search.find_at(&q, 50, None, at, head).await?;
    Ok(PastPage { moment, shown })
}

/// Every product with its stock.
#[server(prefix = "/api/fn/view", endpoint = "stock_at", input = GetUrl)]
pub async fn list_stock_at(
    /// As of when.
    at: When,
) -> Result<PastPage<Listing<Then<StockRow>>>, Problem> {
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    let moment = get_moment(Some(at)).await?;
    let (at, head) = (moment.position, moment.head);
    let shown = models.stock.list_at(None, 1_000, at, head).await?;
    Ok(PastPage { moment, shown })
}

/// The sales report, newest bucket first.
#[server(prefix = "/api/fn/view", endpoint = "sales_at", input = GetUrl)]
pub async fn list_sales_at(
    /// How long its buckets are.
    bucket: Bucket,
    /// As of when.
    at: When,
) -> Result<PastPage<Listing<Then<SalesRow>>>, Problem> {
    use crate::projection::sales::SalesQuery;
    let models = crate::request::provided::<crate::projection::ReadModels>()?;
    let moment = get_moment(Some(at)).await?;
    let query = SalesQuery {
        bucket,
        ..SalesQuery::default()
    };
    let (at, head) = (moment.position, moment.head);
    let shown = models.sales.page_at(&query, at, head).await?;
    Ok(PastPage { moment, shown })
}
