//! The row as it is stored, and what it means.

use sqlx::FromRow;

use crate::contract::{Position, SalesRow, Timestamp};
use crate::projection::{ProjectionError, columns};

/// A row of the table `sales`, or the sum of a day's rows. Read by place: a day's columns have other names.
#[derive(FromRow)]
pub(super) struct StoredSales(i64, String, i64, i64, i64, i64, i64);

impl TryFrom<StoredSales> for SalesRow {
    type Error = ProjectionError;

    fn try_from(stored: StoredSales) -> Result<SalesRow, ProjectionError> {
        let StoredSales(bucket, currency, orders, units, revenue, cancelled, position) = stored;
        Ok(SalesRow {
            bucket: Timestamp::from_micros(bucket),
            orders: columns::count(orders),
            units: columns::count(units),
            revenue: columns::money(revenue, &currency)?,
            cancelled: columns::count(cancelled),
            position: Position::from_sql(position),
        })
    }
}
