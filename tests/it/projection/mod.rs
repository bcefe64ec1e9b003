//! The read models over real SQLite files.

mod batches;
mod checkpoints;
mod copies;
mod generated;
mod house;
mod orders;
mod parked;
mod past;
mod proof;
mod sales;
mod search;
mod shop;
mod stock;
mod story;
mod verify;
