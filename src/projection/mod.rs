//! Read models: `orders`, `search`, `stock`, `sales`.
//!
//! A projection is a pure fold (`fold.rs`) with its tables in a place of their own (`store.rs`, `*.sql`) and the
//! questions that can be asked (`query.rs`). What they share: the place with its checkpoint, and the projector that
//! takes a batch from the log to the place in one transaction.

mod columns;
mod error;
mod model;
mod order_event;
mod page;
mod past;
mod place;
#[cfg(test)]
mod plans;
mod projector;
#[cfg(test)]
mod testing;

/// The order list, and the history of every order across all streams.
pub mod orders;
/// What was sold, by the hour and the day in which it was ordered.
pub mod sales;
/// The search index: a document for each order, found by any of its words.
pub mod search;
/// Products and their stock.
pub mod stock;
/// Compares read models with a fresh fold of the log.
pub mod verify;

use std::path::Path;

use crate::subscription::Consumer;
use model::Model;
use projector::Projector;

pub use error::ProjectionError;
pub use orders::Orders;
pub use page::{Changes, MAX_PAGE};
pub use sales::Sales;
pub use search::Search;
pub use stock::Stock;

/// The read models, for asking. Clones share their connections.
#[derive(Clone, Debug)]
pub struct ReadModels {
    /// The order list.
    pub orders: Orders,
    /// The search index.
    pub search: Search,
    /// The stock list.
    pub stock: Stock,
    /// The sales report.
    pub sales: Sales,
}

impl ReadModels {
    /// Opens the read models below the data folder (`views/<name>_v<version>.db`) and makes those that are not there:
    /// the handles to ask them, and the consumers that keep them.
    ///
    /// # Errors
    /// When a file cannot be made, opened or read.
    pub async fn open(
        data: &Path,
    ) -> Result<(ReadModels, Vec<Box<dyn Consumer>>), ProjectionError> {
        // The consumers first: they make the files.
        let consumers: Vec<Box<dyn Consumer>> = vec![
            consumer::<orders::OrdersModel>(data).await?,
            consumer::<search::SearchModel>(data).await?,
            consumer::<stock::StockModel>(data).await?,
            consumer::<sales::SalesModel>(data).await?,
        ];
        let models = ReadModels {
            orders: Orders::open(&place::path_of::<orders::OrdersModel>(data)).await?,
            search: Search::open(&place::path_of::<search::SearchModel>(data)).await?,
            stock: Stock::open(&place::path_of::<stock::StockModel>(data)).await?,
            sales: Sales::open(&place::path_of::<sales::SalesModel>(data)).await?,
        };
        Ok((models, consumers))
    }
}

async fn consumer<M: Model>(data: &Path) -> Result<Box<dyn Consumer>, ProjectionError> {
    let path = place::path_of::<M>(data);
    Ok(Box::new(Projector::<M>::open(&path).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    fn check<M: Model>() {
        for event_type in M::WANTS {
            assert!(schema::is_known(event_type), "{}: {event_type}", M::NAME);
        }
    }

    /// A type that the catalogue does not know, is an error: none may be wanted by mistake.
    #[test]
    fn every_wanted_type_is_in_the_catalogue() {
        check::<orders::OrdersModel>();
        check::<search::SearchModel>();
        check::<stock::StockModel>();
        check::<sales::SalesModel>();
    }
}
