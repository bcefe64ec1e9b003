use std::future::Future;

use sqlx::SqliteConnection;

use super::ProjectionError;
use crate::contract::RecordedEvent;
use crate::domain::inventory::ProductEvent;
use crate::domain::orders::OrderEvent;
use crate::schema::DomainEvent;

/// What makes one read model: its names, its tables, and how a batch of facts gets into them.
///
/// What a projection does with event types that it does not list in `WANTS` is the same for all four: they do not
/// concern it, and only its checkpoint moves past them. A listed type that the catalogue does not know is an error.
pub(crate) trait Model: Send + Sync + 'static {
    /// The projection's name, and the consumer's.
    const NAME: &'static str;
    /// Changes whenever the tables or the meaning of the fold change: another version is another place.
    const VERSION: u32;
    /// The event types that concern it.
    const WANTS: &'static [&'static str];
    /// Makes the tables where they are not there.
    const SCHEMA: &'static str;
    /// The tables that a fresh fold must reproduce.
    const TABLES: &'static [Table];
    /// The FTS5 index over those tables, where there is one.
    const FULL_TEXT_INDEX: Option<&'static str> = None;

    /// What a sample of streams is enough to check.
    const SAMPLE: Sample;

    /// Folds a batch into the rows, inside the caller's transaction.
    fn apply_in_tx(
        tx: &mut SqliteConnection,
        facts: &[Fact<'_>],
    ) -> impl Future<Output = Result<(), ProjectionError>> + Send;
}

/// A table of a read model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// The columns of its key, in key order.
    pub(crate) key: &'static [&'static str],
}

/// The part of a read model whose rows are each made of one stream's events alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// The category of the streams.
    pub(crate) category: &'static str,
    /// The tables.
    pub(crate) tables: &'static [&'static str],
}

/// An event as stored, and what it means.
pub(crate) struct Fact<'a> {
    /// The envelope.
    pub(crate) recorded: &'a RecordedEvent,
    /// The meaning.
    pub(crate) event: DomainEvent,
}

impl Fact<'_> {
    /// The event, where it is one of an order's own stream.
    pub(crate) fn as_order_event(&self) -> Option<&OrderEvent> {
        match &self.event {
            DomainEvent::Order(event) => Some(event),
            DomainEvent::Product(_) | DomainEvent::Payment(_) => None,
        }
    }

    /// The event, where it is one of a product's own stream.
    pub(crate) fn as_product_event(&self) -> Option<&ProductEvent> {
        match &self.event {
            DomainEvent::Product(event) => Some(event),
            DomainEvent::Order(_) | DomainEvent::Payment(_) => None,
        }
    }
}
