//! Receives a command, loads, decides, appends.
//!
//! A command travels like this: [`Command::parse`] reads it; the [`CommandBus`] takes the aggregate it is for, decides on
//! the state as it knows it, and appends the events with the version it expects. Where someone else was faster, the log
//! says so, and it loads and decides again. A command id that was carried out before is answered as the first time.

mod aggregates;
mod bus;
mod catalogue;
mod error;
mod history;
mod parse;
mod snapshots;

pub use bus::{CommandBus, CommandEnvelope};
pub use error::CommandError;
pub use history::{History, HistoryError, Moment};
pub use parse::{Command, ParseError};
pub use snapshots::{Keeper, Snapshots};
