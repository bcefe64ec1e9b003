//! Products and their stock: what is in the house, and what of it is promised to orders.

mod command;
mod decide;
mod error;
mod event;
mod state;

use crate::contract::{Sku, StreamName};
use crate::domain::Aggregate;

pub use command::{
    DispatchStock, ProductCommand, ReceiveStock, RegisterProduct, ReleaseStock, ReserveStock,
};
pub use error::ProductRefusal;
pub use event::{
    ProductEvent, ProductRegistered, StockDispatched, StockReceived, StockReleased,
    StockReservationRejected, StockReserved,
};
pub use state::Product;

/// The stream of one product.
#[must_use]
pub fn stream(sku: &Sku) -> StreamName {
    StreamName::of(Product::CATEGORY, sku)
}

impl Aggregate for Product {
    const CATEGORY: &'static str = "product";
    const SHAPE: u32 = 1;
    type Command = ProductCommand;
    type Event = ProductEvent;
    type Refusal = ProductRefusal;

    fn decide(&self, command: &ProductCommand) -> Result<Vec<ProductEvent>, ProductRefusal> {
        decide::decide(self, command)
    }

    fn evolve(&mut self, event: &ProductEvent) {
        self.take_in(event);
    }
}
