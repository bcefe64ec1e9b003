//! Read models: `orders`, `search`, `stock`, `sales`.
//!
//! A projection is a pure fold (`fold.rs`) with its tables in a place of their own (`store.rs`, `*.sql`) and the
//! questions that can be asked (`query.rs`). What they share: the place with its checkpoint, and the projector that
//! takes a batch from the log to the place in one transaction.

mod build;
mod columns;
mod copies;
mod decoded;
mod error;
mod leftovers;
mod model;
mod order_event;
mod page;
mod past;
mod place;
#[cfg(test)]
mod plans;
mod projector;
mod proof;
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
use std::sync::Arc;

use crate::contract::Position;
use crate::event_log::SharedLog;
use crate::subscription::Consumer;
use crate::subscription::parking::ParkedEvents;
use build::{Builder, Rebuild};
use copies::{Copier, begin_lost};
use model::Model;
use place::{Builds, ParkedOf, Reader};
use projector::{Home, Projector};
use proof::Prover;

pub use build::{Prepared, Rebuilds};
pub use copies::Copies;
pub use error::ProjectionError;
pub use leftovers::{Leftover, leftovers};
pub use orders::Orders;
pub use page::{Changes, MAX_PAGE};
pub use proof::Proofs;
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

/// Everything that keeps and builds the read models.
pub struct OpenedModels {
    /// The handles to ask them.
    pub models: ReadModels,
    /// The consumers that keep them.
    pub consumers: Vec<Box<dyn Consumer>>,
    /// What builds them anew.
    pub rebuilds: Rebuilds,
    /// What compares them with the log.
    pub proofs: Proofs,
    /// What stores copies of them.
    pub copies: Copies,
    /// What reads the events that they have set aside.
    pub parked: Vec<Box<dyn ParkedEvents>>,
}

impl ReadModels {
    /// Opens the read models below the data folder (`views/<name>_v<version>.db`) and makes those that are not there.
    ///
    /// # Errors
    /// When a file cannot be made, opened or read.
    pub async fn open(data: &Path) -> Result<OpenedModels, ProjectionError> {
        let orders = open_model::<orders::OrdersModel>(data).await?;
        let search = open_model::<search::SearchModel>(data).await?;
        let stock = open_model::<stock::StockModel>(data).await?;
        let sales = open_model::<sales::SalesModel>(data).await?;
        Ok(OpenedModels {
            parked: vec![
                Box::new(ParkedOf::new(
                    orders::OrdersModel::NAME,
                    orders.reader.clone(),
                )),
                Box::new(ParkedOf::new(
                    search::SearchModel::NAME,
                    search.reader.clone(),
                )),
                Box::new(ParkedOf::new(stock::StockModel::NAME, stock.reader.clone())),
                Box::new(ParkedOf::new(sales::SalesModel::NAME, sales.reader.clone())),
            ],
            models: ReadModels {
                orders: Orders::new(orders.reader),
                search: Search::new(search.reader),
                stock: Stock::new(stock.reader),
                sales: Sales::new(sales.reader),
            },
            consumers: vec![
                orders.consumer,
                search.consumer,
                stock.consumer,
                sales.consumer,
            ],
            rebuilds: Rebuilds::new(vec![
                orders.rebuild,
                search.rebuild,
                stock.rebuild,
                sales.rebuild,
            ]),
            proofs: Proofs::new(vec![
                Box::new(Prover::<orders::OrdersModel>::new(data)),
                Box::new(Prover::<search::SearchModel>::new(data)),
                Box::new(Prover::<stock::StockModel>::new(data)),
                Box::new(Prover::<sales::SalesModel>::new(data)),
            ]),
            copies: Copies::new(vec![
                Box::new(Copier::<orders::OrdersModel>::new(data)),
                Box::new(Copier::<search::SearchModel>::new(data)),
                Box::new(Copier::<stock::StockModel>::new(data)),
                Box::new(Copier::<sales::SalesModel>::new(data)),
            ]),
        })
    }
}

/// Before the read models below a data folder are opened to serve: those whose file is lost begin with their stored copies, where
/// these are not beyond the log's head.
pub async fn begin_with_copies(data: &Path, head: Position) {
    begin_lost::<orders::OrdersModel>(data, head).await;
    begin_lost::<search::SearchModel>(data, head).await;
    begin_lost::<stock::StockModel>(data, head).await;
    begin_lost::<sales::SalesModel>(data, head).await;
}

/// Builds the read models of this version of the program that are not there below the data folder, up to where the log ends,
/// beside a server of another version. `came_to` is told which one is how far.
///
/// # Errors
/// When the log cannot be read, an event cannot be folded, or a file cannot be written.
pub async fn prepare_read_models(
    data: &Path,
    log: &SharedLog,
    mut came_to: impl FnMut(&'static str, Position) + Send,
) -> Result<Vec<Prepared>, ProjectionError> {
    Ok(vec![
        build::prepare::<orders::OrdersModel>(data, log, &mut came_to).await?,
        build::prepare::<search::SearchModel>(data, log, &mut came_to).await?,
        build::prepare::<stock::StockModel>(data, log, &mut came_to).await?,
        build::prepare::<sales::SalesModel>(data, log, &mut came_to).await?,
    ])
}

/// One read model.
struct OneModel {
    reader: Reader,
    consumer: Box<dyn Consumer>,
    rebuild: Box<dyn Rebuild>,
}

async fn open_model<M: Model>(data: &Path) -> Result<OneModel, ProjectionError> {
    let builds = Builds::of::<M>(data);
    let path = builds.answering()?;
    // The consumer first: it makes the file.
    let projector = Projector::<M>::open(&path).await?;
    let reader = Reader::open(&path).await?;
    let handover = Arc::default();
    let home = Home {
        builds,
        reader: reader.clone(),
        handover: Arc::clone(&handover),
    };
    Ok(OneModel {
        reader,
        consumer: Box::new(projector.at_home(home)),
        rebuild: Box::new(Builder::<M>::new(data, handover)),
    })
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
