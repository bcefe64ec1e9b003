//! Products and their stock.

mod fold;
mod past;
mod query;
mod row;
mod store;

use sqlx::SqliteConnection;

use super::ProjectionError;
use super::model::{Fact, Model, Sample, Table};

pub use query::Stock;

/// The read model `stock`.
pub(crate) struct StockModel;

impl Model for StockModel {
    const NAME: &'static str = "stock";
    const VERSION: u32 = 2;
    const WANTS: &'static [&'static str] = &[
        "ProductRegistered",
        "StockReceived",
        "StockReserved",
        "StockReleased",
        "StockDispatched",
    ];
    const SCHEMA: &'static str = include_str!("schema.sql");
    const TABLES: &'static [Table] = &[
        Table {
            name: "stock",
            key: &["sku"],
        },
        Table {
            name: "stock_versions",
            key: &["sku", "position"],
        },
    ];

    const SAMPLE: Sample = Sample {
        category: "product",
        tables: &["stock", "stock_versions"],
    };

    async fn apply_in_tx(
        tx: &mut SqliteConnection,
        facts: &[Fact<'_>],
    ) -> Result<(), ProjectionError> {
        store::apply_in_tx(tx, facts).await
    }
}
