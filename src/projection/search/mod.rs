//! The search index: a document for each order, found by any of its words.

mod fold;
mod heard;
mod past;
mod query;
mod store;
mod terms;

use sqlx::SqliteConnection;

use super::ProjectionError;
use super::model::{Fact, Model, Sample, Table};
use super::past::PAST_STATUSES;

pub use query::Search;

/// The read model `search`.
pub(crate) struct SearchModel;

impl Model for SearchModel {
    const NAME: &'static str = "search";
    const VERSION: u32 = 2;
    const WANTS: &'static [&'static str] = &[
        "OrderPlaced",
        "OrderReserved",
        "OrderPaid",
        "OrderConfirmed",
        "OrderShipped",
        "OrderCancelled",
    ];
    const SCHEMA: &'static str = concat!(
        include_str!("schema.sql"),
        include_str!("../past/schema.sql")
    );
    const TABLES: &'static [Table] = &[
        Table {
            name: "documents",
            key: &["placed_position"],
        },
        Table {
            name: "document_versions",
            key: &["placed_position", "until"],
        },
        PAST_STATUSES,
    ];
    const FULL_TEXT_INDEX: Option<&'static str> = Some("documents_index");

    const SAMPLE: Sample = Sample {
        category: "order",
        tables: &["documents", "document_versions", PAST_STATUSES.name],
    };

    async fn apply_in_tx(
        tx: &mut SqliteConnection,
        facts: &[Fact<'_>],
    ) -> Result<(), ProjectionError> {
        store::apply_in_tx(tx, facts).await
    }
}
