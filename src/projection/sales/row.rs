//! The row as it is stored, and what it means.

use sqlx::FromRow;

use crate::contract::{Position, SalesRow, Then, Timestamp};
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

/// A row as it was, and as it is: the bucket and the currency, and twice the numbers and the position. Read by place.
#[derive(FromRow)]
pub(super) struct StoredThen(
    i64,
    String,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
);

impl TryFrom<StoredThen> for Then<SalesRow> {
    type Error = ProjectionError;

    fn try_from(stored: StoredThen) -> Result<Then<SalesRow>, ProjectionError> {
        let StoredThen(
            bucket,
            currency,
            o,
            u,
            r,
            c,
            then_position,
            orders,
            units,
            revenue,
            cancelled,
            position,
        ) = stored;
        let now = StoredSales(
            bucket,
            currency.clone(),
            orders,
            units,
            revenue,
            cancelled,
            position,
        );
        let then = StoredSales(bucket, currency, o, u, r, c, then_position);
        let is_past = then_position < position;
        Ok(Then {
            then: then.try_into()?,
            now: is_past.then_some(now).map(SalesRow::try_from).transpose()?,
        })
    }
}
