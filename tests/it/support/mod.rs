//! What the tests stand on: a server of their own, and clients.

mod api;
mod page;
mod server;

pub use api::{Api, answer, place_order};
pub use page::Page;
pub use server::Server;
