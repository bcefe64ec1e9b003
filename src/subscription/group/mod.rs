//! Consumer groups: other programs that consume the log, each member over a connection of its own.
//!
//! [`Groups`] has them all. Of each group in `log` or `queue` mode a [`coordinator`] lets an [`engine`], a state machine
//! without I/O, decide who is given what; reads the log for it; and has its progress written by the one [`writer`], which is
//! told of every change and writes what has gathered. A [`topic`] needs none of that. A [`Membership`] is what a connection
//! holds. Where several servers could have a group, one of them has it, by its lease.
//!
//! An event is handled at least once: what was not acknowledged, or whose acknowledgement was not yet written when the server
//! died, is delivered again.

mod coordinator;
mod definition;
mod engine;
mod frames;
mod heat;
mod membership;
mod registry;
mod seat;
mod store;
mod topic;
mod writer;

pub use definition::{Definition, Draft, DraftError, From};
pub use frames::Frame;
pub use heat::follow_groups;
pub use membership::{Membership, NoMore};
pub use registry::{Elsewhere, GroupError, GroupParts, Groups, Place};
pub use seat::Ended;
pub use store::{GroupStore, PostgresGroups, SqliteGroups, StoreError};
