//! What the tests stand on: a server of their own, and clients.

mod api;
mod disk;
mod member;
mod page;
mod patience;
mod poison;
mod postgres;
mod server;
mod watched_log;

pub use api::{Api, answer, place_order};
pub use disk::SmallDisk;
pub use member::{Given, Member};
pub use page::Page;
pub use patience::{PATIENCE, Patience, in_time};
pub use poison::{append_of_the_future, append_past_checks};
pub use postgres::{Database, PASSWORD, Postgres};
pub use server::Server;
pub use watched_log::{WatchedLog, Watcher};
