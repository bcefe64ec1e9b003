//! Payments: one for each order, authorised by a test gateway.

mod command;
mod decide;
mod error;
mod event;
mod gateway;
mod state;

use crate::contract::{OrderId, StreamName};
use crate::domain::Aggregate;

pub use command::{AuthorisePayment, PaymentCommand, VoidPayment};
pub use error::PaymentRefusal;
pub use event::{
    PaymentAttemptFailed, PaymentAuthorised, PaymentDeclined, PaymentEvent, PaymentVoided,
};
pub use state::Payment;

/// The stream of one order's payment.
#[must_use]
pub fn stream(order_id: OrderId) -> StreamName {
    StreamName::of(Payment::CATEGORY, order_id)
}

impl Aggregate for Payment {
    const CATEGORY: &'static str = "payment";
    const SHAPE: u32 = 1;
    type Command = PaymentCommand;
    type Event = PaymentEvent;
    type Refusal = PaymentRefusal;

    fn decide(&self, command: &PaymentCommand) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        decide::decide(self, command)
    }

    fn evolve(&mut self, event: &PaymentEvent) {
        self.take_in(event);
    }
}
