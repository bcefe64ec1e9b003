//! The command bus over a real log.

mod carried_out;
mod competing;
mod counted;
mod history;
mod repeated;
mod shapes;
mod snapshots;
