//! The catalogue: every type with its version, and the way to and from Rust.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};

use super::json::from_json;
use super::{
    AuditEvent, ConsumerEventParked, ConsumerOperationEnded, ConsumerPaused,
    ConsumerPreviousForgotten, ConsumerRebuildCompared, ConsumerRebuildStarted, ConsumerReset,
    ConsumerResumed, ConsumerSwitchedBack, GroupDefined, GroupRemoved, ParkedChosen, SchemaError,
};
use crate::contract::RecordedEvent;
use crate::domain::inventory::ProductEvent;
use crate::domain::orders::OrderEvent;
use crate::domain::payments::PaymentEvent;

/// An event type that this program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventType {
    /// Its name, in the past tense.
    pub name: &'static str,
    /// The version of the payload that is written now; older ones are read too.
    pub version: u32,
}

/// An event of the domain, of whichever aggregate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainEvent {
    /// Of an order.
    Order(OrderEvent),
    /// Of a product.
    Product(ProductEvent),
    /// Of a payment.
    Payment(PaymentEvent),
}

impl From<OrderEvent> for DomainEvent {
    fn from(event: OrderEvent) -> DomainEvent {
        DomainEvent::Order(event)
    }
}

impl From<ProductEvent> for DomainEvent {
    fn from(event: ProductEvent) -> DomainEvent {
        DomainEvent::Product(event)
    }
}

impl From<PaymentEvent> for DomainEvent {
    fn from(event: PaymentEvent) -> DomainEvent {
        DomainEvent::Payment(event)
    }
}

/// Writes the catalogue and both ways from one table, so that none can forget a type.
macro_rules! catalogue {
    (
        domain { $($name:literal, $version:literal => $family:ident($event:ident::$variant:ident);)* }
        audit { $($audit_name:literal, $audit_version:literal => $audit_variant:ident($audit_type:ty);)* }
    ) => {
        /// Every event type that this program writes.
        pub const CATALOGUE: &[EventType] = &[
            $(EventType { name: $name, version: $version },)*
            $(EventType { name: $audit_name, version: $audit_version },)*
        ];

        /// Reads a payload. `None` for a type that is not the domain's: a foreign one, or an audit event.
        ///
        /// # Errors
        /// When the type is ours and the version is not known or the payload does not fit.
        pub fn decode_data(
            event_type: &str,
            schema_version: u32,
            data: &RawValue,
        ) -> Result<Option<DomainEvent>, SchemaError> {
            let payload = Payload { event_type, schema_version, data };
            Ok(match event_type {
                $($name => Some(DomainEvent::$family($event::$variant(payload.read($version)?))),)*
                $($audit_name => {
                    payload.read::<$audit_type>($audit_version)?;
                    None
                })*
                _ => None,
            })
        }

        /// Type, schema version and payload of an event, as the log stores them.
        ///
        /// # Errors
        /// When it cannot be written as JSON.
        pub fn encode(event: &DomainEvent) -> Result<(&'static str, u32, Box<RawValue>), SchemaError> {
            match event {
                $(DomainEvent::$family($event::$variant(event)) => raw($name, $version, event),)*
            }
        }

        /// Reads a payload. `None` for a type that is not an audit event's.
        ///
        /// # Errors
        /// When the version is not known or the payload does not fit.
        pub fn decode_audit(recorded: &RecordedEvent) -> Result<Option<AuditEvent>, SchemaError> {
            let RecordedEvent { event_type, schema_version, data, .. } = recorded;
            let payload = Payload { event_type, schema_version: *schema_version, data };
            Ok(match event_type.as_str() {
                $($audit_name => Some(AuditEvent::$audit_variant(payload.read($audit_version)?)),)*
                _ => None,
            })
        }

        /// Type, schema version and payload of an audit event, as the log stores them.
        ///
        /// # Errors
        /// When it cannot be written as JSON.
        pub fn encode_audit(event: &AuditEvent) -> Result<(&'static str, u32, Box<RawValue>), SchemaError> {
            match event {
                $(AuditEvent::$audit_variant(event) => raw($audit_name, $audit_version, event),)*
            }
        }
    };
}

catalogue! {
    domain {
        "ProductRegistered", 1 => Product(ProductEvent::Registered);
        "StockReceived", 1 => Product(ProductEvent::Received);
        "StockReserved", 1 => Product(ProductEvent::Reserved);
        "StockReservationRejected", 1 => Product(ProductEvent::ReservationRejected);
        "StockReleased", 1 => Product(ProductEvent::Released);
        "StockDispatched", 1 => Product(ProductEvent::Dispatched);
        "OrderPlaced", 1 => Order(OrderEvent::Placed);
        "OrderReserved", 1 => Order(OrderEvent::Reserved);
        "OrderPaid", 1 => Order(OrderEvent::Paid);
        "OrderConfirmed", 1 => Order(OrderEvent::Confirmed);
        "OrderShipped", 1 => Order(OrderEvent::Shipped);
        "OrderCancelled", 1 => Order(OrderEvent::Cancelled);
        "PaymentAuthorised", 1 => Payment(PaymentEvent::Authorised);
        "PaymentAttemptFailed", 1 => Payment(PaymentEvent::AttemptFailed);
        "PaymentDeclined", 1 => Payment(PaymentEvent::Declined);
        "PaymentVoided", 1 => Payment(PaymentEvent::Voided);
    }
    audit {
        "ConsumerPaused", 1 => Paused(ConsumerPaused);
        "ConsumerResumed", 1 => Resumed(ConsumerResumed);
        "ConsumerReset", 1 => Reset(ConsumerReset);
        "ConsumerRebuildStarted", 1 => RebuildStarted(ConsumerRebuildStarted);
        "ConsumerRebuildCompared", 1 => RebuildCompared(ConsumerRebuildCompared);
        "ConsumerSwitchedBack", 1 => SwitchedBack(ConsumerSwitchedBack);
        "ConsumerPreviousForgotten", 1 => PreviousForgotten(ConsumerPreviousForgotten);
        "ConsumerOperationEnded", 1 => OperationEnded(ConsumerOperationEnded);
        "GroupDefined", 1 => GroupDefined(GroupDefined);
        "GroupRemoved", 1 => GroupRemoved(GroupRemoved);
        "ConsumerEventParked", 1 => EventParked(ConsumerEventParked);
        "ParkedRetried", 1 => ParkedRetried(ParkedChosen);
        "ParkedDiscarded", 1 => ParkedDiscarded(ParkedChosen);
    }
}

/// Reads an event of the log. `None` for a type that is not the domain's: a foreign one, or an audit event.
///
/// # Errors
/// When the type is ours and the version is not known or the payload does not fit; the error says where it stands.
pub fn decode(event: &RecordedEvent) -> Result<Option<DomainEvent>, SchemaError> {
    decode_data(&event.event_type, event.schema_version, &event.data).map_err(|problem| {
        SchemaError::Recorded {
            position: event.position,
            problem: Box::new(problem),
        }
    })
}

/// Whether the catalogue has a type.
#[must_use]
pub fn is_known(event_type: &str) -> bool {
    CATALOGUE.iter().any(|known| known.name == event_type)
}

/// A payload on its way to a Rust type.
struct Payload<'a> {
    event_type: &'a str,
    schema_version: u32,
    data: &'a RawValue,
}

impl Payload<'_> {
    /// Reads it as the version that is written now. Older versions have to be brought up to it before this.
    fn read<T: DeserializeOwned>(&self, known: u32) -> Result<T, SchemaError> {
        if self.schema_version != known {
            return Err(SchemaError::UnknownVersion {
                event_type: self.event_type.to_owned(),
                schema_version: self.schema_version,
                known,
            });
        }
        from_json(self.data.get().as_bytes()).map_err(|problem| SchemaError::Payload {
            event_type: self.event_type.to_owned(),
            schema_version: self.schema_version,
            problem,
        })
    }
}

/// A payload on its way to the log.
fn raw(
    event_type: &'static str,
    version: u32,
    payload: &impl Serialize,
) -> Result<(&'static str, u32, Box<RawValue>), SchemaError> {
    let data = to_raw_value(payload).map_err(|error| SchemaError::Encode {
        event_type,
        problem: error.to_string(),
    })?;
    Ok((event_type, version, data))
}
