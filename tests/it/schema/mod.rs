//! The catalogue against golden files: what is once in a log must be readable for ever.

mod golden;
mod refusals;
