//! Orders: placed, reserved, paid, confirmed, shipped; or cancelled until they are shipped.

mod command;
mod decide;
mod draft;
mod error;
mod event;
mod pricing;
mod state;

use crate::contract::{OrderId, StreamName};
use crate::domain::Aggregate;

pub use command::{
    CancelOrder, ConfirmOrder, MarkOrderPaid, MarkOrderReserved, OrderCommand, PlaceOrder,
    RequestedLine, ShipOrder,
};
pub use draft::{MAX_LINES, OrderDraft};
pub use error::OrderRefusal;
pub use event::{
    OrderCancelled, OrderConfirmed, OrderEvent, OrderPaid, OrderPlaced, OrderReserved, OrderShipped,
};
pub use pricing::{ListedProduct, PriceList};
pub use state::Order;

/// The stream of one order.
#[must_use]
pub fn stream(order_id: OrderId) -> StreamName {
    StreamName::of(Order::CATEGORY, order_id)
}

impl Aggregate for Order {
    const CATEGORY: &'static str = "order";
    const SHAPE: u32 = 1;
    type Command = OrderCommand;
    type Event = OrderEvent;
    type Refusal = OrderRefusal;

    fn decide(&self, command: &OrderCommand) -> Result<Vec<OrderEvent>, OrderRefusal> {
        decide::decide(self, command)
    }

    fn evolve(&mut self, event: &OrderEvent) {
        self.take_in(event);
    }
}
