//! Between columns and our types: what the database stores, and what is wrong when it does not read back.

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::ProjectionError;
use crate::contract::{Currency, Money, OrderId, OrderStatus, Sku};

/// An id as 32 hex digits, for `unhex` in SQL: JSON has no bytes.
#[derive(Clone, Copy)]
pub(crate) struct Hex(pub(crate) Uuid);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut buffer = Uuid::encode_buffer();
        serializer.serialize_str(self.0.simple().encode_lower(&mut buffer))
    }
}

/// The id that stands in a column of bytes.
pub(crate) fn uuid(bytes: &[u8], what: &'static str) -> Result<Uuid, ProjectionError> {
    Uuid::from_slice(bytes).map_err(|_| ProjectionError::Corrupt(what))
}

/// The id that stands in text, with dashes or as hex digits.
pub(crate) fn order_id(text: &str) -> Result<OrderId, ProjectionError> {
    text.parse()
        .map_err(|_| ProjectionError::Corrupt("order id"))
}

/// The amount that stands in two columns.
pub(crate) fn money(amount: i64, currency: &str) -> Result<Money, ProjectionError> {
    let currency = Currency::parse(currency).ok_or(ProjectionError::Corrupt("currency"))?;
    Ok(Money { amount, currency })
}

/// The status that stands in a column.
pub(crate) fn status(word: &str) -> Result<OrderStatus, ProjectionError> {
    OrderStatus::parse(word).ok_or(ProjectionError::Corrupt("order status"))
}

/// The product that stands in a column.
pub(crate) fn sku(text: String) -> Result<Sku, ProjectionError> {
    Sku::try_new(text).map_err(|_| ProjectionError::Corrupt("sku"))
}

/// A count that is shown; below zero, which only events that contradict each other give, there is nothing to show.
pub(crate) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
