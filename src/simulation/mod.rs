//! Realistic order traffic: from inside the server, to bring an empty system to life, and over HTTP, to measure it.

mod api_client;
mod catalogue;
mod report;
mod shopper;
mod simulate;
mod traffic;

pub use simulate::simulate;
pub use traffic::{Traffic, TrafficError};
