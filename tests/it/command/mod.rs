//! The command bus over a real log.

mod carried_out;
mod competing;
mod repeated;
