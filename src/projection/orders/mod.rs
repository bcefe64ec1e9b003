//! The order list, and the history of every order across all streams.

mod fold;
mod list;
mod past;
mod query;
mod row;
mod store;
mod summary;

use sqlx::SqliteConnection;

use super::ProjectionError;
use super::model::{Fact, Model, Sample, Table};
use super::past::PAST_STATUSES;

pub use query::Orders;

/// The read model `orders`.
pub(crate) struct OrdersModel;

impl Model for OrdersModel {
    const NAME: &'static str = "orders";
    const VERSION: u32 = 2;
    const WANTS: &'static [&'static str] = &[
        "OrderPlaced",
        "OrderReserved",
        "OrderPaid",
        "OrderConfirmed",
        "OrderShipped",
        "OrderCancelled",
        "StockReserved",
        "StockReservationRejected",
        "StockReleased",
        "StockDispatched",
        "PaymentAuthorised",
        "PaymentAttemptFailed",
        "PaymentDeclined",
        "PaymentVoided",
    ];
    const SCHEMA: &'static str = concat!(
        include_str!("schema.sql"),
        include_str!("../past/schema.sql")
    );
    const TABLES: &'static [Table] = &[
        Table {
            name: "orders",
            key: &["placed_position"],
        },
        Table {
            name: "order_history",
            key: &["order_id", "position"],
        },
        Table {
            name: "order_counts",
            key: &["position"],
        },
        PAST_STATUSES,
    ];

    const SAMPLE: Sample = Sample {
        category: "order",
        tables: &["orders", PAST_STATUSES.name],
    };

    async fn apply_in_tx(
        tx: &mut SqliteConnection,
        facts: &[Fact<'_>],
    ) -> Result<(), ProjectionError> {
        store::apply_in_tx(tx, facts).await
    }
}
