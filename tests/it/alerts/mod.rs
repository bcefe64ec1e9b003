//! Alerts, as whoever listens hears of them.

mod webhook;
