//! The event log: one suite that every store has to pass, and what only one store has.

mod backpressure;
mod conformance;
mod snapshots;
mod postgres;
mod cut_wal;
mod model;
mod read_only;
mod sqlite;
mod support;
mod wal;
