//! The event log: one suite that every store has to pass, and what only one store has.

mod backpressure;
mod conformance;
mod cut_wal;
mod model;
mod postgres;
mod read_only;
mod snapshots;
mod sqlite;
mod support;
mod wal;
