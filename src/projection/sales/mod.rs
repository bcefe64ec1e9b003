//! What was sold, by the hour and the day in which it was ordered.

mod fold;
mod past;
mod query;
mod row;
mod store;

use sqlx::SqliteConnection;

use super::ProjectionError;
use super::model::{Fact, Model, Sample, Table};

pub use query::{Sales, SalesQuery};

/// The read model `sales`.
pub(crate) struct SalesModel;

impl Model for SalesModel {
    const NAME: &'static str = "sales";
    const VERSION: u32 = 2;
    const WANTS: &'static [&'static str] = &["OrderPlaced", "OrderShipped", "OrderCancelled"];
    const SCHEMA: &'static str = include_str!("schema.sql");
    const TABLES: &'static [Table] = &[
        Table {
            name: "sales",
            key: &["bucket", "currency"],
        },
        Table {
            name: "sales_versions",
            key: &["bucket", "currency", "position"],
        },
        Table {
            name: "open_orders",
            key: &["order_id"],
        },
    ];

    const SAMPLE: Sample = Sample {
        category: "order",
        tables: &["open_orders"],
    };

    async fn apply_in_tx(
        tx: &mut SqliteConnection,
        facts: &[Fact<'_>],
    ) -> Result<(), ProjectionError> {
        store::apply_in_tx(tx, facts).await
    }
}
