//! The fulfilment process over a real log: its ways, and its death at any moment.

mod deaths;
mod fulfilled;
mod outages;
mod parked;
mod place;
mod worker;

pub use outages::Outages;
pub use place::{Place, SharedPlace};
pub use worker::Worker;
