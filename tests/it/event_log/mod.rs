//! The event log: one suite that every store has to pass, and what only one store has.

mod conformance;
mod snapshots;
mod postgres;
mod sqlite;
mod support;
